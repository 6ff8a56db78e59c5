import CodecCore
import CodecMaps

extension Input {
    /// Gives each line, without its end; an error of `body` gets the line's number.
    func forEachLine(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        var number = 0
        var more = true
        while more {
            number += 1
            more = try nextRecord(endingWith: UInt8(ascii: "\n")) { line, _ in
                do {
                    try body(
                        UnsafeBufferPointer(
                            rebasing: line.last == UInt8(ascii: "\n") ? line.dropLast() : line[...]))
                } catch {
                    throw Failure("line \(number) of stdin: \(reason(error))")
                }
            }
        }
    }

    /// Gives each of the JSON arrays of ids that the input consists of.
    func forEachArray(_ body: ([TokenID]) throws -> Void) throws {
        var more = true
        while more {
            more = try nextRecord(endingWith: UInt8(ascii: "]")) { array, offset in
                guard !array.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { return }
                var parser = JSONPullParser(array)
                do {
                    try body(try parser.idsDocument())
                } catch {
                    throw Failure("the array at byte \(offset) of stdin: \(reason(error))")
                }
            }
        }
    }

    private func reason(_ error: any Error) -> String {
        guard let error = error as? JSONError else { return "\(error)" }
        return "\(error.code.rawValue) (byte \(error.offset))"
    }
}
