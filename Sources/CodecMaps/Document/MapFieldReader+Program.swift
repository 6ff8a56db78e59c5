internal import CodecCore

/// What an op of a `pre_tokenizer_program` may say beside its name.
private struct OpFields {
    var name = ""
    var patterns: [String]?
    var maxRun: Int?
    var flags: Set<String> = []
}

extension MapFieldReader {
    /// {version 1, ops}
    mutating func program(_ field: String) throws(MapError) -> [ProgramOp] {
        var version: Int?
        var ops: [ProgramOp]?
        try members(of: field) { (reader, name) throws(MapError) in
            switch name {
            case "version": version = try reader.integer("\(field).version", in: 1...1)
            case "ops": ops = try reader.programOps("\(field).ops")
            default: break
            }
        }
        guard version != nil else { throw invalid("\(field).version", "is missing") }
        guard let ops else { throw invalid("\(field).ops", "is missing") }
        return ops
    }

    private mutating func programOps(_ field: String) throws(MapError) -> [ProgramOp] {
        var ops: [ProgramOp] = []
        try elements(of: field) { (reader, index) throws(MapError) in
            let element = "\(field)[\(index)]"
            var fields = OpFields()
            try reader.members(of: element) { (reader, name) throws(MapError) in
                let member = "\(element).\(name)"
                switch name {
                case "op": fields.name = try reader.string(member)
                case "patterns": fields.patterns = try reader.strings(member)
                case "max_run": fields.maxRun = try reader.integer(member, in: 1...Int(Int32.max))
                case "lead_other", "lead_space", "trailing_newlines", "prefix_first":
                    if try reader.bool(member) { fields.flags.insert(name) }
                default: break
                }
            }
            ops.append(try reader.op(fields, element))
        }
        return ops
    }

    private func op(_ fields: OpFields, _ field: String) throws(MapError) -> ProgramOp {
        let flags = fields.flags
        switch fields.name {
        case "literals", "literals_ci":
            guard let patterns = fields.patterns, !patterns.contains("") else {
                throw invalid("\(field).patterns", "must be strings with at least one character")
            }
            return .literals(patterns, ignoringASCIICase: fields.name == "literals_ci")
        case "letters":
            guard !flags.isSuperset(of: ["lead_other", "lead_space"]) else {
                throw invalid(field, "lead_other and lead_space exclude each other")
            }
            return .letters(
                lead: flags.contains("lead_other") ? .other : flags.contains("lead_space") ? .space : .none)
        case "numbers":
            return .numbers(maxRun: fields.maxRun, leadSpace: flags.contains("lead_space"))
        case "punct_run":
            return .punctuationRun(
                leadSpace: flags.contains("lead_space"), trailingNewlines: flags.contains("trailing_newlines")
            )
        case "newline_block": return .newlineBlock
        case "trailing_ws": return .trailingWhitespace
        case "ws_run": return .whitespaceRun
        case "metaspace_split": return .metaspaceSplit(prefixFirst: flags.contains("prefix_first"))
        default: throw invalid("\(field).op", "\"\(fields.name)\" is not known")
        }
    }
}
