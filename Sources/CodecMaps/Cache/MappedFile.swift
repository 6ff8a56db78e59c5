internal import CodecCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A part of a file, mapped read-only: its pages are shared by all processes that map it.
final class MappedFile: VocabularyMemory, @unchecked Sendable {
    private let whole: UnsafeMutableRawPointer
    private let size: Int

    /// - Parameters:
    ///   - descriptor: open for reading; may be closed afterwards.
    ///   - offset: where the part begins; it ends with the file.
    init?(descriptor: Int32, from offset: Int) {
        var status = stat()
        // What others could have written is not believed: a checksum is no secret.
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_uid == geteuid() || status.st_uid == 0, status.st_mode & (S_IWGRP | S_IWOTH) == 0
        else { return nil }
        let size = Int(status.st_size)
        guard offset >= 0, offset < size,
            let whole = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), whole != MAP_FAILED
        else { return nil }
        self.whole = whole
        self.size = size
        super.init(UnsafeRawBufferPointer(start: whole + offset, count: size - offset))
    }

    deinit {
        munmap(whole, size)
    }
}
