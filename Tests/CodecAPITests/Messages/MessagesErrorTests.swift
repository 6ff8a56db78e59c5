import CodecAPI
import HTTPTypes
import Testing

@Suite struct MessagesErrorTests {
    @Test(arguments: [
        (400, "invalid_request_error"), (401, "authentication_error"), (402, "billing_error"),
        (403, "permission_error"), (404, "not_found_error"), (405, "invalid_request_error"),
        (413, "request_too_large"), (429, "rate_limit_error"), (500, "api_error"), (502, "api_error"),
        (503, "overloaded_error"), (504, "timeout_error"), (529, "overloaded_error"),
    ]) func typesByStatus(status: Int, type: String) throws {
        let error = APIError(status: HTTPResponse.Status(code: status), message: "M \"x\"", type: "t")
        var body: [UInt8] = []
        error.appendMessagesBody(requestID: nil, to: &body)
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"type":"error","error":{"type":"\#(type)","message":"M \"x\""},"request_id":null}"#)
    }

    /// What makes the client's tool runner send the whole conversation.
    @Test func aThreadIsRefusedAsTheClientKnowsIt() {
        #expect {
            _ = try MessagesRequestReader.read(
                Wire.bytes(#"{"model":"m","max_tokens":1,"messages":[],"thread":{"type":"create"}}"#))
        } throws: { error in
            guard let error = error as? APIError else { return false }
            var body: [UInt8] = []
            error.appendMessagesBody(requestID: "r", to: &body)
            return error.status == .badRequest
                && String(decoding: body, as: UTF8.self)
                    == #"{"type":"error","error":{"type":"invalid_request_error","message":"This server keeps no message threads.","details":{"error_code":"thread_unsupported_request","unsupported":["thread"]}},"request_id":"r"}"#
        }
    }
}
