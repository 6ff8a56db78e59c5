import AsyncHTTPClient
import CodecCore
import Foundation
import NIOCore
import NIOPosix

extension ClientError {
    /// What a failure below HTTP means.
    /// - Parameter began: Whether the answer's body had begun; a broken connection then cuts a stream.
    init(transport error: any Error, began: Bool) {
        if let error = error as? ClientError {
            self = error
        } else if error is CancellationError || error as? HTTPClientError == .cancelled {
            self.init(.cancelled, "the request was cancelled")
        } else if let error = error as? HTTPClientError, Self.timeouts.contains(error) {
            self.init(.timeout, began ? "the server stopped sending" : "the server did not answer in time")
        } else if began {
            self.init(.truncated, "the connection broke before the stream was complete (\(error))")
        } else {
            self.init(.connection, "cannot reach the server: \(Self.reason(error))")
        }
    }

    /// What a frame decoder found.
    init(frame error: FrameError) {
        self.init(error.code == .truncated ? .truncated : .malformed, error.description)
    }

    private static let timeouts: [HTTPClientError] = [
        .readTimeout, .writeTimeout, .connectTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout,
        .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout,
    ]

    private static func reason(_ error: any Error) -> String {
        if let refused = error as? IOError, refused.errnoCode == ECONNREFUSED {
            return "nothing listens there (connection refused); is `codec serve` running?"
        }
        guard let error = error as? NIOConnectionError else { return "\(error)" }
        if let failed = error.connectionErrors.first {
            return "\(error.host):\(error.port): \(reason(failed.error))"
        }
        return "\(error.host):\(error.port): \(error.dnsAError ?? error.dnsAAAAError ?? error)"
    }
}
