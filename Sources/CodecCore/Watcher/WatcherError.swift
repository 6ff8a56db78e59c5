/// Why a `ToolWatcher` cannot be made.
public enum WatcherError: Error, Sendable, Equatable {
    /// The vocabulary has no special token of this name.
    case unknownMarker(name: String)
    /// There is nothing to watch for.
    case noMarkers
    /// Two pairs start with the same token: which of them begins could not be told.
    case repeatedStart(TokenID)

    public static func == (a: WatcherError, b: WatcherError) -> Bool {
        switch (a, b) {
        case (.unknownMarker(let a), .unknownMarker(let b)): a.hasSameBytes(as: b)
        case (.noMarkers, .noMarkers): true
        case (.repeatedStart(let a), .repeatedStart(let b)): a == b
        default: false
        }
    }
}

extension WatcherError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownMarker(let name): "the vocabulary has no special token " + name
        case .noMarkers: "no markers to watch for"
        case .repeatedStart(let id): "two pairs of markers start with token " + decimal(id)
        }
    }
}
