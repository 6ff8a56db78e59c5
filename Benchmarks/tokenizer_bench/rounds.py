"""One run: ours and a peer's in turn; ids are compared with the reference's before a time counts."""

import dataclasses
import statistics


class WrongIDs(Exception):
    """Ours differ from the reference: no time may be printed."""


@dataclasses.dataclass
class Cell:
    """What was measured of one peer on one text: pairs of times (ours, the peer's), or why there are none."""

    pairs: list = dataclasses.field(default_factory=list)
    failure: str = ""

    def median(self):
        return statistics.median(theirs for _, theirs in self.pairs)

    def ratios(self):
        """Median, least and greatest of the peer's time divided by ours."""
        ratios = [theirs / ours for ours, theirs in self.pairs]
        return statistics.median(ratios), min(ratios), max(ratios)


def alternate(cells, name, ask_ours, ask_theirs, expected):
    """Adds one pair of times to the cell of `name`. `expected`: the hash of the reference's ids."""
    mine = ask_ours()
    if "error" in mine or mine["ids"] != expected:
        raise WrongIDs(mine.get("error", "ours differ from the reference's ids"))
    theirs = ask_theirs()
    cell = cells.setdefault(name, Cell())
    if "error" in theirs:
        cell.failure = "fails"
    elif theirs["ids"] != expected:
        cell.failure = "other ids"
    else:
        cell.pairs.append((mine["ns"], theirs["ns"]))
