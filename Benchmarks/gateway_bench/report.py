"""The tables, as Markdown."""

import statistics


def table(title, columns, rows):
    print(f"\n| {title} | " + " | ".join(columns) + " |")
    print("|---|" + "---:|" * len(columns))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


def median(rows, *path):
    values = []
    for row in rows:
        for key in path:
            row = row and row[key]
        values.append(row)
    return statistics.median(values) if values and None not in values else None


def number(value, digits=0):
    return "-" if value is None else f"{value:,.{digits}f}"


def milliseconds(value):
    return "-" if value is None else f"{value / 1000:,.2f}"


def load_table(title, rows, load):
    """`rows`: name -> measurements of the same load, round by round. Latencies in ms.

    What a gateway adds is told where the machine is not saturated, since a saturated one adds queues.
    """
    direct = rows["direct"]
    streamed = load.get("stream", False)
    columns = ["p50", "p99", *["p50 added"] * (load["connections"] == 1),
               *["first byte to first byte, p50", "p99", "tokens/s"] * streamed,
               "answers/s", "CPU an answer, µs", "answers/s a core", "ours to it"]
    lines = []
    for name, measured in rows.items():
        if not measured:
            continue
        gateway = name != "direct"
        p50, cpu = median(measured, "whole", "p50"), median(measured, "cpu")
        line = [name, milliseconds(p50), milliseconds(median(measured, "whole", "p99"))]
        if load["connections"] == 1:
            line.append(milliseconds(p50 - median(direct, "whole", "p50")) if gateway else "")
        if streamed:
            line += [milliseconds(median(measured, "way_of_first", part)) for part in ("p50", "p99")]
            line.append(number(median(measured, "pieces_per_second")))
        line.append(number(median(measured, "per_second")))
        line += [number(cpu), number(1e6 / cpu if cpu else None)] if gateway else ["", ""]
        line.append(ratio(rows.get("ours"), measured) if gateway and name != "ours" else "")
        lines.append(line)
    table(title, columns, lines)


def ratio(ours, other):
    """How many more answers a core gives through us; median and range of the rounds."""
    values = [theirs["cpu"] / mine["cpu"] for mine, theirs in zip(ours or [], other) if mine["cpu"]]
    if not values:
        return "-"
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
