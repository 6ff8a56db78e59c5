/// Turns the arguments of functions that stand for custom tools back into their text, while they come.
struct ChatCustomCalls {
    private let names: Set<String>
    private var readers: [Int: CustomInputReader] = [:]

    init(_ names: Set<String>) { self.names = names }

    /// Whether a call is one of a custom tool.
    func contains(_ index: Int) -> Bool { readers[index] != nil }

    /// A chunk's events with text in place of such arguments.
    mutating func events(of chunk: ModelChunk) -> [ModelEvent] {
        guard !names.isEmpty else { return chunk.events }
        var events: [ModelEvent] = []
        for event in chunk.events {
            switch event {
            case .toolCall(let index, _, let name) where names.contains(name):
                readers[index] = CustomInputReader()
                events.append(event)
            case .toolArguments(let index, let more) where readers[index] != nil:
                let text = readers[index]?.append(more) ?? ""
                if !text.isEmpty { events.append(.toolArguments(index: index, text)) }
            case .finish:
                for index in readers.keys.sorted() {
                    let text = readers[index]?.finish() ?? ""
                    if !text.isEmpty { events.append(.toolArguments(index: index, text)) }
                }
                events.append(event)
            default: events.append(event)
            }
        }
        return events
    }
}
