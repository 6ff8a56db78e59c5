"""The tables, as Markdown."""

import statistics

from tokenizer_bench.contestants import OURS
from tokenizer_bench.peers import PEERS


def show(map_id, measurements):
    names = [peer.name for peer in measurements.peers]
    print(f"Map {map_id}; median of {measurements.runs} runs in turn; ratio = peer's time / ours: median (range).")
    for name, reason in measurements.refused.items():
        print(f"{name} left out: {reason}.")
    corpus = {}
    for column in measurements.warm:
        corpus[f"{column}, cold"] = (measurements.cold[column], measurements.bytes[column])
        corpus[column] = (measurements.warm[column], measurements.bytes[column])
    batch = {column: (cells, measurements.bytes[column]) for column, cells in measurements.batch.items()}
    speed_tables("One thread, MB/s", names, corpus)
    speed_tables("All threads, many documents, MB/s", names, batch)
    time_tables("Worst cases, 200,000 characters, first pass, ms", names, measurements.worst, 1e6)
    time_tables("Decoding, ns an id", names, measurements.decode, 1)
    loading(names, measurements)


def speed_tables(title, names, columns):
    """`columns`: name -> (cells, bytes of the text)."""
    tables(title, names, {name: (cells, lambda ns, size=size: f"{size * 1e3 / ns:.0f}")
                          for name, (cells, size) in columns.items()})


def time_tables(title, names, columns, unit):
    tables(title, names, {name: (cells, lambda ns: f"{ns / unit:.3g}") for name, cells in columns.items()})


def tables(title, names, columns):
    """`columns`: name -> (cells, text of a time)."""
    rows = [[OURS, *(text(statistics.median(all_ours(cells))) for cells, text in columns.values())]]
    for name in names:
        rows.append([name, *(cells[name].failure or text(cells[name].median()) for cells, text in columns.values())])
    print_table(title, columns, rows)
    rows = []
    for name in names:
        rows.append([name, *("-" if cells[name].failure else ratio(cells[name]) for cells, _ in columns.values())])
    print_table("the same as ratios", columns, rows)


def all_ours(cells):
    return [ours for cell in cells.values() for ours, _ in cell.pairs]


def ratio(cell):
    middle, least, greatest = (f"{value:.1f}" if value >= 2 else f"{value:.2f}" for value in cell.ratios())
    return f"{middle} ({least} to {greatest})"


def loading(names, measurements):
    def milliseconds(nanoseconds):
        loads = [each / 1e6 for each in nanoseconds]
        return f"{statistics.median(loads):.1f} ({min(loads):.1f} to {max(loads):.1f})"

    rows = [[f"{OURS}, compiled before", milliseconds(measurements.cached_loads), "", "", ""]]
    for name in [OURS, *names]:
        loaded, encoded = (kib / 1024 for kib in measurements.memory[name])
        gives = "Swift array" if name == OURS else PEERS[name].gives
        rows.append([name, milliseconds(measurements.loads[name]), f"{loaded:.0f}", f"{encoded:.0f}", gives])
    print_table("Loading and memory", ["load, ms", "MB added by loading", "and by encoding", "ids come as"], rows)


def print_table(title, columns, rows):
    print(f"\n| {title} | " + " | ".join(columns) + " |")
    print("|---|" + "---:|" * len(columns))
    for row in rows:
        print("| " + " | ".join(row) + " |")
