/// A statement of the template language.
indirect enum TemplateStatement: Equatable, Sendable {
    case text(String)
    case output(TemplateExpression)
    case conditional([Branch])
    /// Of several variables each takes a part of a value that is a list.
    case loop(variables: [String], over: TemplateExpression, body: [TemplateStatement])
    /// `set name = value`, or with a field `set name.field = value`.
    case set(String, field: String?, TemplateExpression)

    /// A branch of an `if`; no condition = the `else`.
    struct Branch: Equatable, Sendable {
        var condition: TemplateExpression?
        var body: [TemplateStatement]
    }
}
