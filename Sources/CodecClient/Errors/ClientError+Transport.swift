import AsyncHTTPClient
import CodecCompression
import CodecCore
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

extension ClientError {
    static let cancellation = ClientError(.cancelled, "the request was cancelled")

    /// What a failure below HTTP means.
    /// - Parameters:
    ///   - began: Whether the answer's body had begun; a broken connection then cuts a stream.
    ///   - place: The server, and the proxy before it.
    package init(transport error: any Error, began: Bool, reaching place: String = "the server") {
        if let error = error as? ClientError {
            self = error
        } else if error is CancellationError || error as? HTTPClientError == .cancelled {
            self = .cancellation
        } else if let error = error as? HTTPClientError, Self.timeouts.contains(error) {
            self.init(.timeout, began ? "the server stopped sending" : "the server did not answer in time")
        } else if began {
            self.init(.truncated, "the connection broke before the stream was complete (\(error))")
        } else {
            self.init(Self.code(beforeAnswer: error), "cannot reach \(place): \(Self.reason(error))")
        }
    }

    /// What a frame decoder found.
    init(frame error: FrameError) {
        self.init(error.code == .truncated ? .truncated : .malformed, error.description)
    }

    /// What a decompressor found.
    init(decompression error: CompressionError) {
        let code: Code =
            switch error.code {
            case .ratioTooHigh: .decompressionBomb
            case .outputTooLarge: .tooLarge
            default: .malformed
            }
        self.init(code, error.description)
    }

    private static func code(beforeAnswer error: any Error) -> Code {
        switch error {
        case is NIOConnectionError: .connection
        case let error as HTTPClientError where connecting.contains(error): .connection
        case let error as HTTPClientError where proxying.contains(error): .proxy
        case let error as IOError where error.errnoCode == ECONNREFUSED: .connection
        case is HTTPParserError: .unexpectedAnswer
        // NIO's TLS is not a module of ours.
        default: String(reflecting: type(of: error)).contains("SSL") ? .insecureConnection : .disconnected
        }
    }

    private static let connecting: [HTTPClientError] = [
        .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout,
    ]
    private static let proxying: [HTTPClientError] = [
        .invalidProxyResponse, .proxyAuthenticationRequired, .httpProxyHandshakeTimeout,
        .socksHandshakeTimeout,
    ]
    private static let timeouts: [HTTPClientError] = [.readTimeout, .writeTimeout, .deadlineExceeded]

    private static func reason(_ error: any Error) -> String {
        if let refused = error as? IOError, refused.errnoCode == ECONNREFUSED {
            return "nothing listens there (connection refused)"
        }
        if error as? HTTPClientError == .proxyAuthenticationRequired {
            return "the proxy asks for a user and a password"
        }
        guard let error = error as? NIOConnectionError else {
            // TLS errors name lines of the library's source.
            return "\(error)".replacing(#/ at \/[^\],)]*/#, with: "")
        }
        if let failed = error.connectionErrors.first { return reason(failed.error) }
        return "\(error.dnsAError ?? error.dnsAAAAError ?? error)"
    }
}
