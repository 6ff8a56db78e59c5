#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A regular file, open for reading from its start.
package struct InputFile: ~Copyable {
    private let descriptor: Int32
    let path: String
    let size: Int

    /// - Throws: `notFound`, `unreadable`.
    init(path: String) throws(MapError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let number = errno
            throw MapError(
                number == ENOENT || number == ENOTDIR ? .notFound : .unreadable,
                "\(path): \(String(cString: strerror(number)))")
        }
        var status = stat()
        let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
        guard kind == S_IFREG else {
            close(descriptor)
            throw MapError(.unreadable, "\(path) is \(kind == S_IFDIR ? "a directory" : "no regular file")")
        }
        self.descriptor = descriptor
        self.path = path
        size = Int(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// The file's first bytes: `count` of them, or all when it has fewer.
    func read(atMost count: Int) throws(MapError) -> [UInt8] {
        var bytes: [UInt8] = []
        let part = 1 << 20
        var buffer = [UInt8](repeating: 0, count: min(part, count))
        bytes.reserveCapacity(min(count, size))
        while bytes.count < count {
            let wanted = min(buffer.count, count - bytes.count)
            let got = buffer.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, wanted, off_t(bytes.count))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else {
                throw MapError(.unreadable, "\(path): \(String(cString: strerror(errno)))")
            }
            guard got > 0 else { break }
            bytes.append(contentsOf: buffer[..<got])
        }
        return bytes
    }

    /// The bytes of a small file.
    /// - Throws: `notFound`, `unreadable`, `tooLarge`.
    package static func bytes(path: String, upTo limit: Int) throws(MapError) -> [UInt8] {
        let bytes = try InputFile(path: path).read(atMost: limit + 1)
        guard bytes.count <= limit else {
            throw MapError(.tooLarge, "\(path) is longer than \(limit) bytes")
        }
        return bytes
    }
}
