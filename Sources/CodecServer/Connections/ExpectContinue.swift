internal import HTTPTypes
internal import HummingbirdCore

/// Tells a client that waits for leave to send its body (RFC 9110 §10.1.1) to go on: curl would wait a second.
enum ExpectContinue {
    static func answering(_ responder: @escaping HTTPChannelHandler.Responder) -> HTTPChannelHandler.Responder
    {
        { request, writer, channel in
            if request.headers[.expect]?.lowercased() == "100-continue" {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            try await responder(request, writer, channel)
        }
    }
}
