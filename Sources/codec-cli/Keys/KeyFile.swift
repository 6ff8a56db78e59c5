import ArgumentParser
import CodecGateway
import Foundation

/// `--file FILE`: where callers' keys are.
struct KeyFile: ParsableArguments {
    @Option(name: .customLong("file"), help: ArgumentHelp("The file of keys.", valueName: "file"))
    var path: String

    /// - Parameter missing: what a file that is not there stands for; nil makes that an error.
    func read(orElse missing: CallerKeys? = nil) throws -> CallerKeys {
        if let missing, !FileManager.default.fileExists(atPath: path) { return missing }
        return try CallerKeys(file: path)
    }

    /// Writes the file whole or not at all, for its owner's eyes only.
    func write(_ keys: CallerKeys) throws {
        try WholeFile.write(keys.document(), path)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}

extension CallerKeys {
    /// - Throws: `ConfigurationError`, or `Failure` for a file that cannot be read.
    init(file: String) throws {
        self = try CallerKeys(
            try WholeFile.read(file, upTo: GatewayConfiguration.maximumBytes), source: file)
    }
}
