/// A key for an upstream. It shows in no description, so that it gets into no log by accident.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    public let value: String

    public init(_ value: String) { self.value = value }

    public var description: String { "(secret)" }
    public var debugDescription: String { description }
}

extension Secret: CustomReflectable {
    public var customMirror: Mirror { Mirror(self, children: []) }
}
