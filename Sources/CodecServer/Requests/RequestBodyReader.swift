internal import CodecAPI
internal import CodecCompression
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A request's body, decompressed, and its share of the memory for all of them.
struct BufferedBody: Sendable {
    let bytes: [UInt8]
    private let share: BodyBudget.Share

    init(bytes: [UInt8], share: BodyBudget.Share) {
        self.bytes = bytes
        self.share = share
    }
}

/// Reads a request's body within limits, decompressed.
struct RequestBodyReader: Sendable {
    /// Bytes on the wire.
    let limit: Int
    /// Bytes once decompressed.
    let decompressedLimit: Int
    let budget: BodyBudget

    /// Bytes that are decompressed before the memory for what came out is asked for: a thousand times as many at most.
    private static let stepBytes = 4096

    /// - Throws: 413 above a limit, 415 for an encoding that we have not, 400 for damaged data, 503 when other
    ///   bodies take all the memory that there is; `StreamCut` when the connection ended before the body did.
    func read(_ request: Request) async throws -> BufferedBody {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw tooLarge(limit)
        }
        guard let decompressor = try makeDecompressor(request.headers[.contentEncoding]) else {
            return try await read(request, through: nil)
        }
        return try await withTaskExecutorPreference(LargeBodies.decompression) {
            try await read(request, through: decompressor)
        }
    }

    private func read(
        _ request: Request, through decompressor: (any StreamDecompressor)?
    ) async throws -> BufferedBody {
        var body: [UInt8] = []
        let share = BodyBudget.Share(of: budget)
        var received = 0
        var parts = request.body.makeAsyncIterator()
        while let buffer = try await next(&parts) {
            received += buffer.readableBytes
            guard received <= limit else { throw tooLarge(limit) }
            var rest = buffer
            while let step = rest.readSlice(length: min(Self.stepBytes, rest.readableBytes)),
                step.readableBytes > 0
            {
                try append(step, to: &body, through: decompressor)
                try share.grow(to: body.capacity)
                // Other bodies have their turn.
                if decompressor != nil { await Task.yield() }
            }
        }
        do {
            try decompressor?.finish()
        } catch {
            throw damaged(error)
        }
        return BufferedBody(bytes: body, share: share)
    }

    private func next(_ parts: inout RequestBody.AsyncIterator) async throws -> ByteBuffer? {
        do {
            let part = try await parts.next()
            // The end of the connection looks like the body's.
            if part == nil { try ClientPresence.current.check() }
            return part
        } catch {
            try ClientPresence.current.check()
            throw APIError.invalidRequest("The body does not come as HTTP asks.")
        }
    }

    private func append(
        _ buffer: ByteBuffer, to body: inout [UInt8], through decompressor: (any StreamDecompressor)?
    ) throws(APIError) {
        guard let decompressor else {
            body.append(contentsOf: buffer.readableBytesView)
            return
        }
        do {
            try buffer.withUnsafeReadableBytes { (bytes) throws(CompressionError) in
                try decompressor.decompress(bytes, into: &body)
            }
        } catch {
            throw damaged(error)
        }
    }

    private func makeDecompressor(_ header: String?) throws(APIError) -> (any StreamDecompressor)? {
        guard let header, !header.isEmpty else { return nil }
        let encoding = ContentEncoding(headerValue: header)
        guard encoding != .identity else { return nil }
        let decompressor: (any StreamDecompressor)?
        do {
            decompressor = try encoding.makeDecompressor(limits: .init(outputBytes: decompressedLimit))
        } catch {
            throw damaged(error)
        }
        guard let decompressor else {
            throw .unsupportedMediaType(
                "The body's Content-Encoding is not supported; send gzip, zstd, br, or none.",
                headers: [.acceptEncoding: "gzip, zstd, br"])
        }
        return decompressor
    }

    private func tooLarge(_ limit: Int) -> APIError {
        .tooLarge("The body is larger than \(limit) bytes.")
    }

    private func damaged(_ error: CompressionError) -> APIError {
        switch error.code {
        case .outputTooLarge: tooLarge(decompressedLimit)
        case .ratioTooHigh: .tooLarge("The body expands more than allowed once decompressed.")
        case .tookTooLong: .tooLarge("The body takes longer to decompress than allowed.")
        case .windowTooLarge: .tooLarge("The body asks for more memory than allowed to be decompressed.")
        case .unavailable: .internalError
        default: .invalidRequest("The body cannot be decompressed: \(error).")
        }
    }
}

extension HTTPFields {
    /// The content type without parameters, in lower case.
    var mediaType: String? {
        guard let value = self[.contentType] else { return nil }
        // As nearly all say it.
        if value == "application/json" { return value }
        let type = value.prefix { $0 != ";" }
        return type.filter { $0 != " " && $0 != "\t" }.lowercased()
    }

    /// - Throws: 415 unless the body is declared as JSON.
    func requireJSON() throws(APIError) {
        guard mediaType == "application/json" else {
            throw .unsupportedMediaType("The body must be sent as Content-Type: application/json.")
        }
    }
}
