internal import CodecAPI
internal import CodecCompression
internal import CodecEngines
internal import CodecMaps
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Asks models and answers in text: the way of every API but the protocol's own.
struct TextCompleter: Sendable {
    let metrics: ServerMetrics
    let picker: EncodingPicker
    let recorder: StreamRecorder?
    /// When text goes out, for models that do not say.
    let flush: FlushPolicy
    /// How often a silent stream of events shows that it is alive; also how long the answer's head waits for the model's
    /// first word, for what fails before it gets a status of its own.
    let keepAliveInterval: Duration

    /// - Throws: `APIError`, before anything was sent.
    func respond(to call: TextCall, headers: HTTPFields, context: ServerContext) async throws -> Response {
        switch call.form {
        case .events(let writer):
            try await stream(call, through: writer, headers: headers, context: context)
        case .document(let collector):
            try await document(call, in: collector, headers: headers, context: context)
        }
    }

    // MARK: - Events

    private func stream(
        _ call: TextCall, through writer: any AnswerWriter, headers: HTTPFields, context: ServerContext
    ) async throws -> Response {
        let flush = call.flush ?? call.model.flush ?? flush
        let coding = try AnswerCoding(
            CodedAnswer(
                format: .events, idsPerFlush: call.model.tokens?.rate.idsPerFlush(flush) ?? 1,
                expectedIDs: call.request.maxTokens), headers: headers, picker: picker)
        metrics.note(coding, format: AnswerFormat.events.name, trace: context.trace)
        let presence = ClientPresence.current
        let start = PendingAnswer(call.request, from: call.model.engine, presence: presence)
        var fields = fields(.events, coding)
        fields[.cacheControl] = "no-cache"
        do {
            if let stream = try await start.stream(within: keepAliveInterval) {
                fields.set(degradations: stream.degradations)
            }
        } catch {
            throw error.asAPIError(promptField: call.promptField)
        }
        let body = StreamBody(
            encoder: TextAnswer(
                writer,
                log: call.model.tokens.map { StreamLog(of: $0, map: $0.map.hash, recorder: recorder) },
                whenEnded: call.whenEnded), flush: flush, coding: coding,
            labels: StreamLabels(format: AnswerFormat.events.name, model: call.model.name), metrics: metrics,
            keepAliveInterval: keepAliveInterval, presence: presence, trace: context.trace,
            logger: context.logger
        ) { mailbox in
            do {
                await mailbox.fill(from: try await start.stream())
            } catch let error as EngineError {
                mailbox.fail(error)
            } catch {
                // The client is gone, and with it who waits for the mailbox.
            }
        }
        return Response(
            status: .ok, headers: fields, body: ResponseBody { writer in try await body.write(to: &writer) })
    }

    // MARK: - Documents

    private func document(
        _ call: TextCall, in empty: any AnswerCollector, headers: HTTPFields, context: ServerContext
    ) async throws -> Response {
        let coding = try AnswerCoding(
            CodedAnswer(format: .document, idsPerFlush: .infinity, expectedIDs: call.request.maxTokens),
            headers: headers, picker: picker)
        metrics.note(coding, format: AnswerFormat.document.name, trace: context.trace)
        let answer: CollectedAnswer
        do {
            answer = try await ClientPresence.current.whilePresent {
                try await CollectedAnswer(
                    of: try await call.model.engine.respond(to: call.request), in: empty)
            }
        } catch {
            throw error.asAPIError(promptField: call.promptField)
        }
        metrics.completionTokens[["model": call.model.name]].add(answer.progress.completionTokens)
        context.trace.note { notes in
            notes.promptTokens = answer.progress.promptTokens
            notes.completionTokens = answer.progress.completionTokens
            notes.ending = answer.progress.ending
        }
        await call.whenEnded?(.whole(answer.collector))
        var fields = fields(.document, coding)
        fields.set(degradations: answer.degradations)
        let bytes = try coding.whole(answer.collector.document())
        context.trace.note { $0.bodyBytes = bytes.count }
        metrics.bodyBytes[["format": AnswerFormat.document.name, "encoding": coding.encoding.rawValue]]
            .add(bytes.count)
        return Response(status: .ok, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func fields(_ format: AnswerFormat, _ coding: AnswerCoding) -> HTTPFields {
        var fields: HTTPFields = [.contentType: format.contentType, .vary: coding.vary]
        if coding.encoding != .identity { fields[.contentEncoding] = coding.encoding.rawValue }
        return fields
    }
}

/// A whole answer, gathered.
private struct CollectedAnswer: Sendable {
    var collector: any AnswerCollector
    var progress = AnswerProgress()
    let degradations: [String]

    /// - Throws: the engine's error; an answer without an end is one too.
    init(of stream: ModelStream, in empty: any AnswerCollector) async throws {
        collector = empty
        degradations = stream.degradations
        for try await chunk in stream {
            collector.append(chunk)
            progress.note(chunk)
        }
        guard progress.ending == nil else { return }
        try Task.checkCancellation()
        throw EngineError(.generationFailed, "The engine's stream ended without its end.")
    }
}

extension HTTPFields {
    /// Names what the upstream could not be told as the client said it.
    mutating func set(degradations: [String]) {
        if !degradations.isEmpty { self[.codecDegraded] = degradations.joined(separator: ", ") }
    }
}

extension Error {
    /// An engine's error as the API tells it; others as they are.
    func asAPIError(promptField: String) -> any Error {
        (self as? EngineError).map { APIError($0, promptField: promptField) } ?? self
    }
}
