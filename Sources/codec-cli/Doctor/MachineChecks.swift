import Foundation

/// What the machine itself must offer.
enum MachineChecks {
    static func processors() -> DoctorCheck {
        let count = ProcessInfo.processInfo.activeProcessorCount
        return count > 1
            ? .ok("processors", "\(count)")
            : .warn(
                "processors", "1", hint: "Models run on the processors; with one, everything waits for it.")
    }

    static func memory() -> DoctorCheck {
        let gigabytes = Double(ProcessInfo.processInfo.physicalMemory) / Double(1 << 30)
        let detail = decimal(gigabytes, 1) + " GiB"
        return gigabytes >= 2
            ? .ok("memory", detail)
            : .warn(
                "memory", detail, hint: "A model needs its file's size in memory, and its context beside it.")
    }

    /// Whether the port could be bound now.
    static func port(_ port: Int) -> DoctorCheck {
        let name = "port \(port)"
        #if os(Linux)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return .fail(name, errorText(), hint: "No socket can be made.") }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return status == 0
            ? .ok(name, "free on 127.0.0.1")
            : .fail(name, errorText(), hint: "Give `codec serve` another --port.")
    }

    /// Whether files can be kept where `scripts/setup` keeps them.
    static func cache() -> DoctorCheck {
        let folder = DefaultModel.cacheFolder
        let probe = folder.appendingPathComponent(".probe-\(ProcessInfo.processInfo.processIdentifier)")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data([0]).write(to: probe)
            try FileManager.default.removeItem(at: probe)
            return .ok("cache", folder.path)
        } catch {
            return .fail(
                "cache", "\(folder.path) is not writable", hint: "Set XDG_CACHE_HOME to a folder that is.")
        }
    }

    private static func errorText() -> String { String(cString: strerror(errno)) }
}
