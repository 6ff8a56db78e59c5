/// Rows of text in columns, for people.
struct Table {
    enum Alignment { case left, right }

    private var columns: [(title: String, alignment: Alignment)]
    private var rows: [[String]] = []

    init(_ columns: [(title: String, alignment: Alignment)]) {
        self.columns = columns
    }

    /// Adds a row; cells beyond the columns are left out.
    mutating func add(_ cells: [String]) {
        rows.append(cells)
    }

    var text: String {
        let lines = [columns.map(\.title)] + rows
        let widths = columns.indices.map { column in
            lines.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return lines.map { cells in
            let line = zip(zip(columns, widths), cells).map { column, cell in
                let padding = String(repeating: " ", count: column.1 - cell.count)
                return column.0.alignment == .left ? cell + padding : padding + cell
            }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
