/// Why a chat template cannot be parsed or rendered.
enum TemplateError: Error, Equatable {
    /// A construct of the language that is not supported, or not the language at all.
    case unsupported(String)
    /// The template itself refuses the messages (`raise_exception`).
    case refused(String)
}
