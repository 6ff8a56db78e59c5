/// An expression of the template language.
indirect enum TemplateExpression: Equatable, Sendable {
    case literal(TemplateValue)
    case variable(String)
    case list([TemplateExpression])
    case attribute(TemplateExpression, String)
    case item(TemplateExpression, TemplateExpression)
    case slice(TemplateExpression, from: TemplateExpression?, to: TemplateExpression?)
    /// A filter, a method, or (without a receiver) a function.
    case call(String, receiver: TemplateExpression?, arguments: [TemplateExpression])
    case namespace([String], [TemplateExpression])
    case not(TemplateExpression)
    case binary(String, TemplateExpression, TemplateExpression)
    case test(TemplateExpression, String)
    case conditional(TemplateExpression, then: TemplateExpression, otherwise: TemplateExpression?)
}
