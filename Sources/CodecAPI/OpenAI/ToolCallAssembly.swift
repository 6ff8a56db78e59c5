/// Puts the calls of an answer together from their parts, as servers really send them: by index, by id, or whole.
struct ToolCallAssembly {
    private struct Call {
        var index: Int?
        var id: String?
        /// Nil until the name has come.
        var name: String?
        /// What came before the name.
        var waiting = ""
    }

    private var calls: [Call] = []

    var isEmpty: Bool { calls.isEmpty }

    /// - Parameter isWhole: each part is a call of its own.
    mutating func append(_ part: AnswerPiece.CallPart, isWhole: Bool, to events: inout [ModelEvent]) {
        let place = isWhole ? begin(part) : place(of: part) ?? begin(part)
        if calls[place].name == nil {
            if calls[place].id == nil, let id = part.id, !id.isEmpty { calls[place].id = id }
            guard let name = part.name, !name.isEmpty else {
                calls[place].waiting += part.arguments ?? ""
                return
            }
            let id = calls[place].id ?? "call_" + RandomName.make()
            calls[place].id = id
            calls[place].name = name
            events.append(.toolCall(index: place, id: id, name: name))
            let arguments = calls[place].waiting + (part.arguments ?? "")
            calls[place].waiting = ""
            if !arguments.isEmpty { events.append(.toolArguments(index: place, arguments)) }
        } else if let arguments = part.arguments, !arguments.isEmpty {
            events.append(.toolArguments(index: place, arguments))
        }
    }

    /// - Throws: `malformed` for a call without a name, which nobody could answer.
    func checkNames() throws(AnswerError) {
        if let place = calls.firstIndex(where: { $0.name == nil }) {
            throw .malformed("The tool call \(place) has no name.")
        }
    }

    private mutating func begin(_ part: AnswerPiece.CallPart) -> Int {
        calls.append(Call(index: part.index))
        return calls.count - 1
    }

    /// The call that a part belongs to, if it has begun.
    private func place(of part: AnswerPiece.CallPart) -> Int? {
        let id = part.id.flatMap { $0.isEmpty ? nil : $0 }
        if let index = part.index {
            guard let place = calls.lastIndex(where: { $0.index == index }) else { return nil }
            // Some servers give each whole call the index 0.
            let isOther = id != nil && calls[place].id != nil && id != calls[place].id
            return isOther && part.name?.isEmpty == false ? nil : place
        }
        if let id { return calls.lastIndex { $0.id == id } }
        // Without index and id: a name begins a call, anything else goes on with the last one.
        return part.name?.isEmpty == false || calls.isEmpty ? nil : calls.count - 1
    }
}
