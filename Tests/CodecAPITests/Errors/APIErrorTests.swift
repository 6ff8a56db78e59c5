import CodecAPI
import Testing

@Test func anErrorHasOpenAIsShape() {
    var body: [UInt8] = []
    APIError.invalidRequest("'a' is \"wrong\".", param: "a").appendBody(to: &body)
    #expect(
        String(decoding: body, as: UTF8.self)
            == #"{"error":{"message":"'a' is \"wrong\".","type":"invalid_request_error","param":"a","code":null}}"#
    )
}
