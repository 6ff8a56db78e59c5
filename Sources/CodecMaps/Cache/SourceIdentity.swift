/// What changes when one of the files changes that a map is made from.
struct SourceIdentity: Equatable {
    private let file: FileIdentity
    /// The `tokenizer_config.json` beside it.
    private let config: FileIdentity

    /// - Returns: nil when there is no regular file at this path.
    init?(path: String) {
        guard let file = FileIdentity(path: path) else { return nil }
        self.file = file
        config = FileIdentity(path: MapConversion.configPath(beside: path)) ?? .none
    }
}
