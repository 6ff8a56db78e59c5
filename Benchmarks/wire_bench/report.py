"""The tables, as Markdown."""

from wire_bench import plot
from wire_bench.samples import LENGTHS

#: What the tables and the plot are about: (name, format, encoding).
SERIES = (
    ("json", "json", "identity"), ("json gzip", "json", "gzip"), ("json br", "json", "br"),
    ("json-sse", "json-sse", "identity"), ("json-sse gzip", "json-sse", "gzip"), ("json-sse br", "json-sse", "br"),
    ("msgpack", "msgpack", "identity"), ("msgpack gzip", "msgpack", "gzip"), ("msgpack br", "msgpack", "br"),
    ("msgpack zstd", "msgpack", "zstd"), ("protobuf", "protobuf", "identity"), ("protobuf gzip", "protobuf", "gzip"),
    ("protobuf br", "protobuf", "br"), ("protobuf zstd", "protobuf", "zstd"), ("msgpack-delta", "msgpack-delta", "identity"),
    ("msgpack-delta gzip", "msgpack-delta", "gzip"), ("protobuf-delta", "protobuf-delta", "identity"),
    ("protobuf-delta gzip", "protobuf-delta", "gzip"), ("compact", "compact", "identity"),
    ("compact gzip", "compact", "gzip"), ("compact br", "compact", "br"), ("compact+table", "compact+table", "identity"),
    ("compact+table gzip", "compact+table", "gzip"), ("compact+table br", "compact+table", "br"),
)
PLOTTED = ("msgpack gzip", "protobuf", "protobuf gzip", "protobuf br", "protobuf zstd", "compact+table")
FLUSHES = (1, 2, 4, 8, 16, 32, 0)
ENCODINGS = ("identity", "gzip", "br", "zstd")


def flush_name(flush):
    return {0: "rest at the end", 1: "every id"}.get(flush, f"{flush} ids")


class Sizes:
    """Bytes a token by (format, encoding, flush, length)."""

    def __init__(self, rows):
        self.cells = {
            (row["format"], row["encoding"], row["flush"], row["length"]): row["bytes"] / row["streams"] / row["length"]
            for row in rows}
        self.streams = {row["length"]: row["streams"] for row in rows}
        self.lengths = [length for length in LENGTHS if length in self.streams]

    def of(self, series, flush, length):
        return self.cells.get((*series, flush, length))

    def curve(self, series, flush):
        return {length: self.of(series, flush, length) for length in self.lengths}


def table(title, columns, rows):
    print(f"\n| {title} | " + " | ".join(columns) + " |")
    print("|---|" + "---:|" * len(columns))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def by_flush(title, sizes, length, heads):
    rows = []
    for name, *series in SERIES:
        head = heads.get((series[0].removesuffix("+table"), series[1]))
        rows.append([name, "-" if head is None else str(head),
                     *(number(sizes.of(series, flush, length)) for flush in FLUSHES)])
    table(f"{title}, {length} ids", ["head, bytes", *map(flush_name, FLUSHES)], rows)


def by_length(title, sizes, flush):
    table(f"{title}, flushed {flush_name(flush)}", [f"{length:,}" for length in sizes.lengths],
          [[name, *(number(sizes.of(series, flush, length)) for length in sizes.lengths)] for name, *series in SERIES])


def drawing(sizes, title):
    panels = [
        plot.Panel({0: "the rest at the end", 1: "every id at once"}.get(flush, f"{flush} ids a flush"),
                   {name: sizes.curve(series, flush) for name, *series in SERIES if name in PLOTTED}, sizes.lengths, top)
        for flush, top in ((1, 12), (8, 4), (32, 4), (0, 4))]
    return plot.draw(title, panels)


def costs(rows):
    formats = list(dict.fromkeys(row["format"] for row in rows))
    cells = {(row["format"], row["encoding"]): row["ns_per_frame"] for row in rows}
    table("ns of CPU a frame of 8 ids", ENCODINGS,
          [[form, *(number(cells.get((form, encoding)), 0) for encoding in ENCODINGS)] for form in formats])


def first_frames(times):
    def cell(form, encoding):
        if (form, encoding) not in times:
            return "-"
        median, over = times[form, encoding]
        return number(median) if encoding == "identity" else f"{median:.2f} ({over:+.2f})"

    forms = list(dict.fromkeys(form for form, _ in times))
    table("first frame after, ms (over identity in the same rounds); medians", ENCODINGS,
          [[form, *(cell(form, encoding) for encoding in ENCODINGS)] for form in forms])
