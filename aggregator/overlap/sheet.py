"""The overlap as a page of its own: a bar for each source, and tables that say the same."""

from __future__ import annotations

import dataclasses
import pathlib

from aggregator import sheets
from aggregator.overlap import report

_BARS = 60  # sources in the picture, those with the most copies; the table has all
_WIDTH = 440.0  # of a bar, in the picture's units
_KINDS = ("alone", "first", "copies", "repeats")


@dataclasses.dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a bar, in the picture's units."""

    kind: str
    count: int
    begin: float
    width: float


def render(found: report.Report) -> bytes:
    """The sheet in UTF-8."""
    rows = [row for row in found.rows if row.share.entries]
    bars = [(row, _pieces(row)) for row in rows[:_BARS]]
    return sheets.render(
        "aggregator.overlap", report=found, bars=bars, hidden=len(rows) - len(bars), kinds=_KINDS, later=report.later
    )


def write(found: report.Report, path: pathlib.Path) -> pathlib.Path:
    """Put the sheet into a file; where that is. Raises PublishError."""
    return sheets.write(render(found), path)


def _pieces(row: report.Row) -> list[_Piece]:
    begin, pieces = 0.0, []
    for kind in _KINDS:
        count: int = getattr(row.share, kind)
        width = _WIDTH * count / row.share.entries
        if count:
            pieces.append(_Piece(kind, count, round(begin, 1), round(width, 1)))
        begin += width
    return pieces
