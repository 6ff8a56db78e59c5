public import CodecCore

/// A value of a GGUF file's metadata.
public enum GGUFValue: Sendable, Equatable {
    /// Any of the integer types; 64-bit unsigned values above `Int64.max` are `unsigned`.
    case integer(Int64)
    case unsigned(UInt64)
    case float(Double)
    case bool(Bool)
    case string(String)
    case strings(StringTable)
    /// An array of integers of 32 or 64 bits.
    case integers([Int64])
    /// An array of 32-bit floats.
    case floats([Float])
    /// Any other array: nothing in a tokenizer needs it, so only the count is kept.
    case otherArray(count: Int)
}
