import CodecMaps
import Foundation

/// Files that are read and written as a whole. A failure names the file, and the reason in the system's words.
enum WholeFile {
    /// Longer files are not read unless a limit is given.
    static let longest = 1 << 30

    /// - Throws: `Failure`, also for what is no regular file and for more than `limit` bytes.
    static func read(_ path: String, upTo limit: Int = longest) throws -> [UInt8] {
        do {
            return try InputFile.bytes(path: path, upTo: limit)
        } catch {
            throw Failure(naming: path, error)
        }
    }

    /// Writes a file at once or not at all.
    static func write(_ bytes: some Sequence<UInt8>, _ path: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Failure("cannot write \(path): \(reason(error))")
        }
    }

    /// What Foundation wraps: an error of the system, or a code of its own for one.
    static func reason(_ error: any Error) -> String {
        var cause = error as NSError
        while let next = cause.userInfo[NSUnderlyingErrorKey] as? NSError { cause = next }
        let number: Int32? =
            switch (cause.domain, (error as? CocoaError)?.code) {
            case (NSPOSIXErrorDomain, _): Int32(truncatingIfNeeded: cause.code)
            case (_, .fileNoSuchFile?), (_, .fileReadNoSuchFile?): ENOENT
            case (_, .fileWriteNoPermission?): EACCES
            case (_, .fileWriteOutOfSpace?): ENOSPC
            default: nil
            }
        return number.map { String(cString: strerror($0)) } ?? error.localizedDescription
    }
}
