/// A decoder under limits: the one way in which compressed bytes from outside are read.
final class LimitedDecompressor<Decoder: StreamDecoder>: StreamDecompressor {
    private enum State {
        /// Before a stream's first byte: the input may end here unless no stream came yet.
        case between
        case inside
        case failed(CompressionError)
    }

    private let decoder: Decoder
    private let limits: DecompressionLimits
    private let now: WorkClock
    private var state = State.between
    private var streams = 0
    private var consumed = 0
    private var produced = 0
    private var worked = Duration.zero

    init(_ decoder: Decoder, limits: DecompressionLimits, now: @escaping WorkClock = monotonicTime) {
        self.decoder = decoder
        self.limits = limits
        self.now = now
    }

    func decompress(
        _ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]
    ) throws(CompressionError) {
        if case .failed(let error) = state { throw error }
        let start = now()
        var rest = bytes
        var wasFilled = false
        while !rest.isEmpty || wasFilled {
            if case .between = state {
                guard streams == 0 || decoder.restart() else { throw fail(.corrupt) }
                state = .inside
            }
            let before = output.count
            let step: DecoderStep
            (step, wasFilled) = StepBuffer.append(to: &output, forInput: rest.count) { room in
                let step = decoder.step(rest, room)
                return (step.written, step)
            }
            consumed += step.read
            produced += step.written
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(step.read))
            if let code = limits.violation(consumed: consumed, produced: produced)
                ?? (worked + (now() - start) > limits.workTime ? .tookTooLong : nil)
            {
                output.removeLast(output.count - before)
                throw fail(code)
            }
            switch step.result {
            case .goesOn:
                // No decoder stands still while it has both input and room.
                guard step.read > 0 || step.written > 0 || rest.isEmpty else { throw fail(.corrupt) }
            case .ended:
                streams += 1
                state = .between
                wasFilled = false
            case .failed(let code): throw fail(code)
            }
        }
        worked += now() - start
    }

    func finish() throws(CompressionError) {
        switch state {
        case .failed(let error): throw error
        case .between where streams > 0: return
        case .between, .inside: throw CompressionError(.truncated, offset: consumed)
        }
    }

    private func fail(_ code: CompressionError.Code) -> CompressionError {
        let error = CompressionError(code, offset: consumed)
        state = .failed(error)
        return error
    }
}
