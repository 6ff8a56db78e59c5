#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What changes when a file is replaced or written to.
struct FileIdentity: Equatable {
    private(set) var device: UInt64 = 0
    private(set) var inode: UInt64 = 0
    private(set) var size: UInt64 = 0
    private(set) var seconds: Int64 = 0
    private(set) var nanoseconds: Int64 = 0
    /// When the file's own record changed last, which nobody can set.
    private(set) var recordSeconds: Int64 = 0
    private(set) var recordNanoseconds: Int64 = 0

    /// That of no file.
    static let none = FileIdentity()

    private init() {}

    /// - Returns: nil when there is no regular file at this path.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        #if canImport(Darwin)
            let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (modified, changed) = (status.st_mtim, status.st_ctim)
        #endif
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        size = UInt64(truncatingIfNeeded: status.st_size)
        seconds = Int64(modified.tv_sec)
        nanoseconds = Int64(modified.tv_nsec)
        recordSeconds = Int64(changed.tv_sec)
        recordNanoseconds = Int64(changed.tv_nsec)
    }
}
