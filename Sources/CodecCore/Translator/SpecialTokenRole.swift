/// What a special token is for, where vocabularies name it differently.
public enum SpecialTokenRole: CaseIterable, Sendable {
    case beginOfText
    case endOfText
    /// A speaker is done, and the other one's turn begins.
    case endOfTurn

    /// What the token is called in published vocabularies; the first name that a vocabulary has counts.
    var names: [String] {
        switch self {
        case .beginOfText:
            [
                "<|begin_of_text|>", "<|startoftext|>", "<｜begin▁of▁sentence｜>", "<bos>", "<BOS_TOKEN>",
                "<s>",
            ]
        case .endOfText:
            [
                "<|end_of_text|>", "<|endoftext|>", "<｜end▁of▁sentence｜>", "<eos>", "<EOS_TOKEN>", "</s>",
            ]
        case .endOfTurn:
            [
                "<|eot_id|>", "<|eot|>", "<|im_end|>", "<end_of_turn>", "<|END_OF_TURN_TOKEN|>", "<|end|>",
            ]
        }
    }
}

extension Vocabulary {
    /// The special token that has this role, told by its name.
    public func specialID(for role: SpecialTokenRole) -> TokenID? {
        for name in role.names {
            if let id = specialID(named: name) { return id }
        }
        return nil
    }
}
