internal import CodecAPI
internal import Foundation

/// Models as Anthropic's `GET /v1/models` and `GET /v1/models/ID` tell them.
enum MessagesModels {
    /// All on one page.
    static func list(_ models: [ModelCard]) -> [UInt8] {
        var output: [UInt8] = []
        output.append(json: #"{"data":["#)
        for (index, model) in models.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            append(model, to: &output)
        }
        output.append(json: #"],"has_more":false,"first_id":"#)
        output.append(jsonString: models.first?.name)
        output.append(json: #","last_id":"#)
        output.append(jsonString: models.last?.name)
        output.append(UInt8(ascii: "}"))
        return output
    }

    static func append(_ model: ModelCard, to output: inout [UInt8]) {
        output.append(json: #"{"type":"model","id":"#)
        output.append(jsonString: model.name)
        output.append(json: #","display_name":"#)
        output.append(jsonString: model.name)
        output.append(json: #","created_at":"#)
        output.append(
            jsonString: Date(timeIntervalSince1970: TimeInterval(model.created)).formatted(.iso8601))
        output.append(json: #","lifecycle":"active""#)
        if let length = model.contextLength {
            output.append(json: #","max_input_tokens":"#)
            output.append(json: length)
        }
        output.append(UInt8(ascii: "}"))
    }
}
