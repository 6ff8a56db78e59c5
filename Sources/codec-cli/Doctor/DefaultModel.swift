import CodecMaps
import Foundation

/// The model that `scripts/setup` fetches.
enum DefaultModel {
    static let fileName = "SmolLM2-135M-Instruct.Q4_1.gguf"
    /// The hash of the file's bytes.
    static let hash = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

    /// The folder under which `scripts/setup` keeps what it builds and fetches.
    static var cacheFolder: URL {
        let environment = ProcessInfo.processInfo.environment
        let base =
            environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
            ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache")
        return base.appendingPathComponent("swift-codec")
    }

    /// Where the file lies: in the checkout, or in the cache; nil when it is in neither.
    static func find() -> String? {
        let local = ".models/" + fileName
        if FileManager.default.fileExists(atPath: local) { return local }
        let models = cacheFolder.appendingPathComponent("models")
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: models.path)) ?? []
        return folders.sorted()
            .map { models.appendingPathComponent($0).appendingPathComponent(fileName).path }
            .first { FileManager.default.fileExists(atPath: $0) }
    }
}
