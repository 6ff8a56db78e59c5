/// A split pattern, ready to match. Owns the memory that its automaton reads; immutable once made.
final class CompiledPattern: @unchecked Sendable {
    let automaton: PatternAutomaton
    private let classes: ScalarClasses
    private let tables: AutomatonTables

    /// - Parameter readsBytes: the pattern sees one character of the GPT-2 byte alphabet for each byte.
    convenience init(_ pattern: String, readsBytes: Bool = false) throws(PatternError) {
        try self.init(PatternParser.parse(pattern), readsBytes: readsBytes)
    }

    init(_ syntax: PatternSyntax, readsBytes: Bool = false) throws(PatternError) {
        let graph = try PatternGraph(syntax)
        classes = try ScalarClasses(graph.sets)
        let builder = try AutomatonBuilder(graph, memberships: classes.memberships)
        tables = AutomatonTables(builder, classes, readsBytes: readsBytes)
        automaton = PatternAutomaton(
            firstWithSpaces: tables.firstWithRun[PatternAutomaton.Run.spaces.rawValue],
            firstWithSmallLetters: tables.firstWithRun[PatternAutomaton.Run.smallLetters.rawValue],
            firstWithLetters: tables.firstWithRun[PatternAutomaton.Run.letters.rawValue],
            classCount: classes.count, readsBytes: readsBytes,
            ascii: tables.ascii, steps: tables.steps, states: tables.states,
            basicClasses: readsBytes ? tables.byteClasses : classes.basic,
            classes: Unmanaged.passUnretained(classes), barren: tables.barren)
    }
}
