internal import CodecCompression
internal import CodecCore

extension MapDocument {
    /// The document in its canonical form: one fixed order of keys, tokens by id, no white space, one
    /// newline at the end. Reading it and writing it again gives the same bytes.
    public func canonicalBytes() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("id")
            json.string(id)
            json.key("version")
            json.string(version.rawValue)
            json.key("vocab_size")
            json.number(vocabSize)
            if let encoder {
                json.key("encoder")
                json.string(encoder.rawValue)
            }
            writePreTokenizer(&json)
            if let byteFallbackStart {
                json.key("byte_fallback_start")
                json.number(Int(byteFallbackStart))
                json.key("byte_fallback_end")
                json.number(Int(byteFallbackStart) + 255)
            }
            writeSpecialTokens(&json)
            writeToolCalling(&json)
            writeZstdDictionaries(&json)
            writeRankTables(&json)
            if let publishedAt {
                json.key("published_at")
                json.string(publishedAt)
            }
            writeVocab(&json)
            if merges.count > 0 {
                json.key("merges")
                json.array { json in
                    for index in 0..<merges.count { json.string(merges[index]) }
                }
            }
        }
        json.newline()
        return json.bytes
    }

    private func writeVocab(_ json: inout JSONWriter) {
        json.key(version == .one ? "tokens" : "vocab")
        json.object { json in
            for index in vocab.ids.indices.sorted(by: { vocab.ids[$0] < vocab.ids[$1] }) {
                switch version {
                case .one:
                    json.key(String(vocab.ids[index]))
                    json.string(vocab.tokens[index])
                case .two:
                    json.key(vocab.tokens[index])
                    json.number(Int(vocab.ids[index]))
                }
            }
        }
    }

    private func writePreTokenizer(_ json: inout JSONWriter) {
        if let preTokenizerPattern {
            json.key("pre_tokenizer_pattern")
            json.string(preTokenizerPattern)
        }
        if let preTokenizerProgram {
            json.key("pre_tokenizer_program")
            json.object { json in
                json.key("version")
                json.number(1)
                json.key("ops")
                json.array { json in
                    for op in preTokenizerProgram { write(op, &json) }
                }
            }
        }
        if let preTokenizerSplits {
            json.key("pre_tokenizer_splits")
            json.array { json in
                for split in preTokenizerSplits {
                    switch split {
                    case .pattern(let pattern): json.string(pattern)
                    case .bytePattern(let pattern):
                        json.object { json in
                            json.key("bytes")
                            json.string(pattern)
                        }
                    }
                }
            }
        }
        if wholePieces {
            json.key("whole_pieces")
            json.bool(true)
        }
        if let known = MapExtensions.normalizations.first(where: { $0.normalization == normalization }) {
            json.key("normalizer")
            json.string(known.word)
        }
        if let known = MapExtensions.spacePrefixes.first(where: { $0.prefix == spacePrefix }) {
            json.key("prefix_space")
            json.string(known.word)
        }
    }

    private func write(_ op: ProgramOp, _ json: inout JSONWriter) {
        json.object { json in
            func name(_ name: String) {
                json.key("op")
                json.string(name)
            }
            func flag(_ name: String, _ value: Bool) {
                guard value else { return }
                json.key(name)
                json.bool(true)
            }
            switch op {
            case .literals(let patterns, let ignoringASCIICase):
                name(ignoringASCIICase ? "literals_ci" : "literals")
                json.key("patterns")
                json.array { json in
                    for pattern in patterns { json.string(pattern) }
                }
            case .letters(let lead):
                name("letters")
                flag("lead_other", lead == .other)
                flag("lead_space", lead == .space)
            case .numbers(let maxRun, let leadSpace):
                name("numbers")
                if let maxRun {
                    json.key("max_run")
                    json.number(maxRun)
                }
                flag("lead_space", leadSpace)
            case .punctuationRun(let leadSpace, let trailingNewlines):
                name("punct_run")
                flag("lead_space", leadSpace)
                flag("trailing_newlines", trailingNewlines)
            case .newlineBlock: name("newline_block")
            case .trailingWhitespace: name("trailing_ws")
            case .whitespaceRun: name("ws_run")
            case .metaspaceSplit(let prefixFirst):
                name("metaspace_split")
                flag("prefix_first", prefixFirst)
            }
        }
    }

    private func writeSpecialTokens(_ json: inout JSONWriter) {
        if !specialTokens.isEmpty {
            json.key("special_tokens")
            json.object { json in
                for token in specialTokens.sorted(by: { $0.id < $1.id }) {
                    json.key(token.name)
                    json.number(Int(token.id))
                }
            }
        }
        let flagged = specialTokens.filter { !$0.flags.isEmpty }
        if !flagged.isEmpty {
            json.key("special_token_flags")
            json.object { json in
                for token in flagged.sorted(by: { $0.id < $1.id }) {
                    json.key(token.name)
                    json.array { json in
                        for (word, flag) in MapExtensions.flags where token.flags.contains(flag) {
                            json.string(word)
                        }
                    }
                }
            }
        }
        for (name, id) in [("bos_token_id", beginOfSequenceID), ("eos_token_id", endOfSequenceID)] {
            guard let id else { continue }
            json.key(name)
            json.number(Int(id))
        }
    }

    private func writeToolCalling(_ json: inout JSONWriter) {
        guard let toolCalling else { return }
        json.key("tool_calling")
        json.object { json in
            json.key("convention")
            json.string(toolCalling.convention.name)
            json.key("markers")
            json.object { json in
                json.key("start")
                json.string(toolCalling.startMarker)
                json.key("end")
                json.string(toolCalling.endMarker)
            }
            if let format = toolCalling.argumentsFormat {
                json.key("args_format")
                json.string(format.rawValue)
            }
            if let format = toolCalling.resultFormat {
                json.key("result_format")
                json.string(format.rawValue)
            }
        }
    }

    private func writeZstdDictionaries(_ json: inout JSONWriter) {
        guard !zstdDictionaries.isEmpty else { return }
        json.key("zstd_dictionaries")
        json.array { json in
            for dictionary in zstdDictionaries {
                json.object { json in
                    json.member("format", dictionary.format)
                    write(dictionary.url, dictionary.hash, dictionary.sizeBytes, &json)
                }
            }
        }
    }

    private func writeRankTables(_ json: inout JSONWriter) {
        guard !rankTables.isEmpty else { return }
        json.key("rank_tables")
        json.array { json in
            for table in rankTables {
                json.object { json in write(table.url, table.hash, table.sizeBytes, &json) }
            }
        }
    }

    /// The members of a file that the map lists by its hash.
    private func write(_ url: String, _ hash: ContentHash, _ sizeBytes: Int, _ json: inout JSONWriter) {
        json.member("url", url)
        json.member("hash", hash.description)
        json.key("size_bytes")
        json.number(sizeBytes)
    }
}
