internal import CodecCore

private typealias SpecialToken = VocabularyDefinition.SpecialToken

/// Names with the ids from `first` on.
private func numbered(
    _ names: [String], from first: TokenID, flags: SpecialToken.Flags = []
) -> [SpecialToken] {
    zip(names, first...).map { SpecialToken(name: $0, id: $1, flags: flags) }
}

/// `<|stem_n|>` for each n.
private func reserved(_ stem: String, _ numbers: Range<Int>) -> [String] {
    numbers.map { "<|\(stem)_\($0)|>" }
}

extension RankFamily {
    /// Families that share a file stand with the oldest first.
    public static let all: [RankFamily] = [
        RankFamily(
            "r50k", ranks: 50_256, pattern: PreTokenizerFamily.gpt2Pattern,
            specialTokens: [endOfText(50_256)], end: "<|endoftext|>",
            hex: "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930"),
        RankFamily(
            "gpt2", ranks: 50_256, pattern: PreTokenizerFamily.gpt2Pattern,
            specialTokens: [endOfText(50_256)], begin: "<|endoftext|>", end: "<|endoftext|>"),
        RankFamily(
            "p50k", ranks: 50_280, pattern: PreTokenizerFamily.gpt2Pattern,
            specialTokens: [endOfText(50_256)], end: "<|endoftext|>", hex: p50kFile),
        RankFamily(
            "p50k_edit", ranks: 50_280, pattern: PreTokenizerFamily.gpt2Pattern,
            specialTokens: [endOfText(50_256)] + numbered(infill, from: 50_281), end: "<|endoftext|>",
            hex: p50kFile),
        RankFamily(
            "cl100k", ranks: 100_256, pattern: PreTokenizerFamily.cl100k(digits: "{1,3}"),
            specialTokens: [endOfText(100_257)] + numbered(infill, from: 100_258)
                + [SpecialToken(name: "<|endofprompt|>", id: 100_276)], end: "<|endoftext|>",
            hex: "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"),
        RankFamily(
            "o200k", ranks: 199_998, pattern: PreTokenizerFamily.o200kPattern,
            specialTokens: [endOfText(199_999), SpecialToken(name: "<|endofprompt|>", id: 200_018)],
            end: "<|endoftext|>", hex: o200kFile),
        RankFamily(
            "o200k_harmony", ranks: 199_998, pattern: PreTokenizerFamily.o200kPattern,
            specialTokens: harmony, begin: "<|startoftext|>", end: "<|return|>", hex: o200kFile),
        RankFamily(
            "llama3", ranks: 128_000, pattern: PreTokenizerFamily.cl100k(digits: "{1,3}"),
            specialTokens: llama3, begin: "<|begin_of_text|>", end: "<|end_of_text|>",
            hex: "82e9d31979e92ab929cd544440f129d9ecd797b69e327f80f17e1c50d5551b55"),
        RankFamily(
            "llama4", ranks: 200_000, pattern: PreTokenizerFamily.o200kPattern,
            specialTokens: llama4, begin: "<|begin_of_text|>", end: "<|end_of_text|>",
            hex: "d0bdbaf59b0762c8c807617e2d8ea51420eb1b1de266df2495be755c8e0ed6ed"),
        RankFamily(
            "qwen", ranks: 151_643, pattern: PreTokenizerFamily.cl100k(digits: ""), normalization: .nfc,
            specialTokens: numbered(qwenChat + reserved("extra", 0..<205), from: 151_643),
            end: "<|endoftext|>",
            hex: "b2b1b8dfb5cc5f024bafc373121c6aba3f66f9a5a0269e243470a1de16a33186"),
        RankFamily(
            "qwen2", ranks: 151_643, pattern: PreTokenizerFamily.cl100k(digits: ""), normalization: .nfc,
            specialTokens: numbered(qwenChat + qwenVision, from: 151_643)
                + numbered(qwenTools, from: 151_657, flags: .visible), end: "<|endoftext|>"),
        RankFamily(
            "qwen3", ranks: 151_643, pattern: PreTokenizerFamily.cl100k(digits: ""), normalization: .nfc,
            specialTokens: numbered(qwenChat + qwenVision, from: 151_643)
                + numbered(qwenTools + qwenThinking, from: 151_657, flags: .visible), end: "<|endoftext|>"),
        RankFamily(
            "qwen3_6", ranks: 248_044, pattern: PreTokenizerFamily.qwen35Pattern, normalization: .nfc,
            specialTokens: numbered(
                qwenChat + qwenVision + qwenTools + qwenThinking + qwenAudio, from: 248_044),
            end: "<|endoftext|>",
            hex: "8dde380a6405e935f5de16a99eb61c824f3f814dd1ed298784c72babb7a03cdd"),
    ]

    private static let p50kFile = "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069"
    private static let o200kFile = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"

    private static func endOfText(_ id: TokenID) -> VocabularyDefinition.SpecialToken {
        SpecialToken(name: "<|endoftext|>", id: id)
    }

    private static let infill = ["<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"]

    /// Id 200018 has two names; the older one counts.
    private static let harmony = numbered(
        ["<|startoftext|>", "<|endoftext|>"] + reserved("reserved", 200_000..<200_002)
            + ["<|return|>", "<|constrain|>"] + reserved("reserved", 200_004..<200_005)
            + ["<|channel|>", "<|start|>", "<|end|>", "<|message|>"]
            + reserved("reserved", 200_009..<200_012) + ["<|call|>"]
            + reserved("reserved", 200_013..<200_018) + ["<|endofprompt|>"]
            + reserved("reserved", 200_019..<201_088), from: 199_998)

    private static let llama3 = numbered(
        ["<|begin_of_text|>", "<|end_of_text|>"] + reserved("reserved_special_token", 0..<2)
            + [
                "<|finetune_right_pad_id|>", "<|step_id|>", "<|start_header_id|>", "<|end_header_id|>",
                "<|eom_id|>", "<|eot_id|>", "<|python_tag|>", "<|image|>",
            ] + reserved("reserved_special_token", 2..<246), from: 128_000)

    private static let llama4 = numbered(
        ["<|begin_of_text|>", "<|end_of_text|>"] + infill
            + ["<|header_start|>", "<|header_end|>", "<|eom|>", "<|eot|>", "<|step|>"]
            + reserved("text_post_train_reserved_special_token", 0..<6)
            + ["<|python_start|>", "<|python_end|>", "<|finetune_right_pad|>"]
            + reserved("text_post_train_reserved_special_token", 8..<69)
            + ["<|image_start|>", "<|image_end|>"] + reserved("vision_reserved_special_token", 0..<2)
            + ["<|tile_x_separator|>", "<|tile_y_separator|>"]
            + reserved("vision_reserved_special_token", 2..<6) + ["<|image|>"]
            + reserved("vision_reserved_special_token", 6..<7) + ["<|patch|>"]
            + reserved("vision_reserved_special_token", 7..<1048)
            + reserved("reasoning_reserved_special_token", 0..<8)
            + ["<|reasoning_thinking_start|>", "<|reasoning_thinking_end|>"]
            + reserved("reserved_special_token", 0..<904), from: 200_000)

    private static let qwenChat = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    private static let qwenVision = [
        "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>", "<|quad_start|>",
        "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>",
        "<|video_pad|>",
    ]
    private static let qwenTools = [
        "<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>",
        "<|repo_name|>", "<|file_sep|>",
    ]
    private static let qwenThinking = ["<tool_response>", "</tool_response>", "<think>", "</think>"]
    private static let qwenAudio = [
        "<|audio_start|>", "<|audio_end|>", "<tts_pad>", "<tts_text_bos>", "<tts_text_eod>",
        "<tts_text_bos_single>", "<|audio_pad|>",
    ]
}
