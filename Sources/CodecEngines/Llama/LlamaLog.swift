internal import CLlama
import Synchronization

/// llama.cpp's log, which would go to stderr: only the latest errors are kept, to explain failures.
enum LlamaLog {
    private static let errors = Mutex<[String]>([])
    private static let limit = 8

    /// Takes the log over, for the whole process.
    static let capture: Void = llama_log_set(
        { level, text, _ in
            guard level == GGML_LOG_LEVEL_ERROR, let text else { return }
            LlamaLog.record(String(cString: text))
        }, nil)

    private static func record(_ text: String) {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        errors.withLock { errors in
            if errors.count == limit { errors.removeFirst() }
            errors.append(line)
        }
    }

    static func clear() { errors.withLock { $0 = [] } }

    /// The first error since `clear`: the cause, where later ones are consequences.
    static var firstError: String? { errors.withLock { $0.first } }
}
