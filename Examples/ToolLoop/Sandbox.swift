import Foundation

/// The one folder whose files a model may read. The paths come from a model, so they are as good as from anybody.
struct Sandbox: Sendable {
    static let largestFile = 16 << 10

    private let folder: URL

    init(_ path: String) {
        folder = URL(fileURLWithPath: path, isDirectory: true).resolvingSymlinksInPath()
    }

    /// The names of the files at the top.
    func fileNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { (try? file($0)) != nil }
            .sorted()
    }

    /// The text of a file.
    /// - Throws: `ToolError` for a path that leads out of the folder, also through links, and for what is no text file of
    ///   a reasonable size.
    func read(_ path: String) throws -> String {
        let data = try Data(contentsOf: try file(path))
        guard data.count <= Self.largestFile, let text = String(validating: data, as: UTF8.self) else {
            throw ToolError("\(path) is no text of at most \(Self.largestFile) bytes")
        }
        return text
    }

    private func file(_ path: String) throws -> URL {
        guard !path.utf8.contains(0), !path.hasPrefix("/") else {
            throw ToolError("\(path) is outside the folder")
        }
        let file = folder.appending(path: path).standardizedFileURL.resolvingSymlinksInPath()
        let outer = folder.pathComponents
        guard file.pathComponents.count > outer.count, file.pathComponents.starts(with: outer) else {
            throw ToolError("\(path) is outside the folder")
        }
        let facts = try? FileManager.default.attributesOfItem(atPath: file.path)
        guard facts?[.type] as? FileAttributeType == .typeRegular else {
            throw ToolError("there is no file \(path)")
        }
        guard let size = facts?[.size] as? Int, size <= Self.largestFile else {
            throw ToolError("\(path) is larger than \(Self.largestFile) bytes")
        }
        return file
    }
}
