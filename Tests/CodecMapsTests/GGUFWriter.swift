@testable import CodecMaps

/// Writes the metadata part of GGUF files for tests.
struct GGUFWriter {
    enum Value {
        case integer(GGUFType, Int64)
        case unsigned(UInt64)
        case float32(Float)
        case float64(Double)
        case bool(Bool)
        case string(String)
        case strings([String])
        case integers(GGUFType, [Int64])
        case floats([Float])
        case nested([[UInt8]])
        /// Arrays in arrays, so many deep.
        case deep(Int)
    }

    private var pairs: [(key: String, value: Value)] = []

    var count: Int { pairs.count }

    mutating func add(_ key: String, _ value: Value) { pairs.append((key, value)) }

    mutating func replace(_ key: String, _ value: Value) {
        for index in pairs.indices where pairs[index].key == key { pairs[index].value = value }
    }

    func bytes(version: UInt32 = 3) -> [UInt8] {
        var bytes = Array("GGUF".utf8)
        put(version, &bytes)
        put(UInt64(0), &bytes)
        put(UInt64(pairs.count), &bytes)
        for (key, value) in pairs {
            put(key, &bytes)
            put(value, &bytes)
        }
        return bytes
    }

    private func put(_ value: some FixedWidthInteger, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private func put(_ text: String, _ bytes: inout [UInt8]) {
        put(UInt64(text.utf8.count), &bytes)
        bytes.append(contentsOf: text.utf8)
    }

    private func put(_ type: GGUFType, count: Int, _ bytes: inout [UInt8]) {
        put(type.rawValue, &bytes)
        put(UInt64(count), &bytes)
    }

    private func put(_ value: Int64, as type: GGUFType, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0.prefix(type.minimumSize)) }
    }

    private func put(_ value: Value, _ bytes: inout [UInt8]) {
        switch value {
        case .integer(let type, let value):
            put(type.rawValue, &bytes)
            put(value, as: type, &bytes)
        case .unsigned(let value):
            put(GGUFType.uint64.rawValue, &bytes)
            put(value, &bytes)
        case .float32(let value):
            put(GGUFType.float32.rawValue, &bytes)
            put(value.bitPattern, &bytes)
        case .float64(let value):
            put(GGUFType.float64.rawValue, &bytes)
            put(value.bitPattern, &bytes)
        case .bool(let value):
            put(GGUFType.bool.rawValue, &bytes)
            bytes.append(value ? 1 : 0)
        case .string(let text):
            put(GGUFType.string.rawValue, &bytes)
            put(text, &bytes)
        case .strings(let texts):
            put(GGUFType.array.rawValue, &bytes)
            put(.string, count: texts.count, &bytes)
            for text in texts { put(text, &bytes) }
        case .integers(let type, let values):
            put(GGUFType.array.rawValue, &bytes)
            put(type, count: values.count, &bytes)
            for value in values { put(value, as: type, &bytes) }
        case .floats(let values):
            put(GGUFType.array.rawValue, &bytes)
            put(.float32, count: values.count, &bytes)
            for value in values { put(value.bitPattern, &bytes) }
        case .nested(let arrays):
            put(GGUFType.array.rawValue, &bytes)
            put(.array, count: arrays.count, &bytes)
            for array in arrays {
                put(.uint8, count: array.count, &bytes)
                bytes.append(contentsOf: array)
            }
        case .deep(let depth):
            put(GGUFType.array.rawValue, &bytes)
            for _ in 0..<depth { put(.array, count: 1, &bytes) }
            put(.uint8, count: 0, &bytes)
        }
    }
}
