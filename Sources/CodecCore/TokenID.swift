/// A token's number in its vocabulary. On the wire an unsigned 32-bit integer.
public typealias TokenID = UInt32
