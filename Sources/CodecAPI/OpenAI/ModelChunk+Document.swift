extension ModelChunk {
    /// The upstream's own document when this chunk, an answer's first, is the whole of it.
    func document(in dialect: Dialect) -> [UInt8]? {
        guard case .finish? = events.last, original?.dialect == dialect else { return nil }
        return original?.json
    }
}
