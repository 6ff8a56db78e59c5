/// A call, or more of one, as chat shows it.
struct ChatCall {
    /// Nil where the answer is not streamed.
    var index: Int?
    /// Both nil where more of a call comes.
    var id: String?
    var name: String?
    /// A function's arguments, or a custom tool's input.
    var text: String
    var isCustom = false
}

extension [UInt8] {
    mutating func append(_ call: ChatCall) {
        append(json: "{")
        if let index = call.index {
            append(json: #""index":"#)
            append(json: index)
            append(json: ",")
        }
        if let id = call.id {
            append(json: #""id":"#)
            append(jsonString: id)
            append(json: call.isCustom ? #","type":"custom","# : #","type":"function","#)
        }
        append(json: call.isCustom ? #""custom":{"# : #""function":{"#)
        if let name = call.name {
            append(json: #""name":"#)
            append(jsonString: name)
            append(json: ",")
        }
        append(json: call.isCustom ? #""input":"# : #""arguments":"#)
        append(jsonString: call.text)
        append(json: "}}")
    }
}
