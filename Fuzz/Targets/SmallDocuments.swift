// modules: CodecCore CodecCompression CodecMaps
import CodecCompression
import CodecCore
import CodecMaps

/// Whatever is read as a document of discovery or as a safety policy is written, and read and written again to the
/// same bytes; every path that is made of what was read stays below `/.well-known/codec/`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    check(input, { (bytes) throws(MapError) in try DocumentPointer(parsing: bytes) }) { $0.bytes() }
    check(input, { (bytes) throws(MapError) in try MapIndex(parsing: bytes) }) { index in
        for pointer in index.maps {
            checkPath(of: pointer.id)
            precondition(
                !pointer.url.host.isEmpty && pointer.url.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        }
        return index.bytes()
    }
    check(input, { (bytes) throws(MapError) in try VersionPolicy(parsing: bytes) }) { $0.bytes() }
    check(input, { (bytes) throws(MapError) in try VersionRefusal(parsing: bytes) }) { $0.bytes() }
    check(input, { (bytes) throws(MapError) in try SafetyPolicyDescriptor(parsing: bytes) }) { policy in
        checkPath(of: policy.id)
        return policy.canonicalBytes()
    }
    _ = try? MapAnswer(parsing: input)
    _ = try? SafetyPolicyAnswer(parsing: input)
    return 0
}

private func check<Document>(
    _ input: [UInt8], _ read: ([UInt8]) throws(MapError) -> Document, _ write: (Document) -> [UInt8]
) {
    do throws(MapError) {
        let written = write(try read(input))
        guard let again = try? read(written) else { preconditionFailure("written, but not readable") }
        precondition(write(again) == written, "writing is no fixed point")
    } catch {
        precondition((0...input.count).contains(error.offset ?? 0), "an offset outside the input")
        precondition(error.code == .malformed || error.field != nil, "no field: \(error)")
    }
}

private func checkPath(of id: String) {
    for path in [try? WellKnown.map(id), try? WellKnown.policy(id)] {
        guard let path else { continue }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        precondition(path.hasPrefix(WellKnown.root + "/") && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        precondition(
            parts.dropFirst().allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }, "not a plain path")
    }
}
