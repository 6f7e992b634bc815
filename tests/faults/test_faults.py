"""Every call of the pipeline to the world made to fail in turn, as SQLite tests itself (sqlite.org/testing.html, anomalies).

A selection runs always; all of them with FAULTS=all.
"""

from __future__ import annotations

import os
import pathlib

import pytest
from faults import points, scenario

pytestmark = pytest.mark.anyio
SOME = 9  # of the calls of a kind, when not all are made to fail


async def played(folder: pathlib.Path, kind: str, fault: points.Fault) -> scenario.Play:
    """The scenario with a fault in it, mended at the end."""
    play = scenario.Play(folder)
    with scenario.at_hand(), points.POINTS[kind](fault):
        await play.play(fault.mended)
    return play


async def expected(folder: pathlib.Path, kind: str) -> tuple[list[str], int]:
    """What is published in the end when nothing fails, and how many calls of a kind there are until the fault is mended."""
    fault, until = points.Fault(), list[int]()
    play = scenario.Play(folder)
    with scenario.at_hand(), points.POINTS[kind](fault):
        await play.play(lambda: until.append(fault.calls))
    with scenario.at_hand():
        entries, same = await play.settled()
    assert same
    assert len(entries) == 6
    assert all(len(ids) == 1 for ids in play.ids.values())
    return entries, until[0]


def chosen(calls: int) -> list[int]:
    """The calls that fail, one for each time that the scenario is played."""
    return list(range(1, calls + 1)) if os.environ.get("FAULTS") == "all" else sorted({1 + calls * n // SOME for n in range(SOME)})


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "until mended"])
@pytest.mark.parametrize("kind", points.POINTS)
async def test_faults(tmp_path: pathlib.Path, kind: str, lasting: bool) -> None:
    """Afterwards no fetched entry is lost, none is published under two ids, and what is published is what the store gives."""
    wanted, calls = await expected(tmp_path / "none", kind)
    assert calls > SOME
    for number in chosen(calls):
        fault = points.Fault(number, lasting)
        play = await played(tmp_path / str(number), kind, fault)
        assert fault.fired
        with scenario.at_hand():
            entries, same = await play.settled()
        assert same, f"call {number}: the folder is not what the store gives"
        lost = set(wanted) - set(entries) - gone_meanwhile(lasting)
        assert not lost, f"call {number}: lost {lost}"
        assert len(entries) == len(set(entries)) <= len(wanted), f"call {number}: published twice, or besides: {entries}"
        assert all(len(ids) == 1 for ids in play.ids.values()), f"call {number}: two ids: {play.ids}"


def gone_meanwhile(lasting: bool) -> set[str]:
    """Entries that had left their sources before the fault was mended, so that nobody could still bring them."""
    return {"Of heron", "Of kettle"} if lasting else set()
