"""What the pictures of the served page draw, and that words say the same."""

from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.render import plots

DELAYS = st.lists(st.tuples(st.floats(0, 1e7), st.floats(0, 1e7)), min_size=1, max_size=50)
STEP = st.dictionaries(st.sampled_from(plots.KINDS), st.integers(0, 500))


def points(line: str) -> list[tuple[float, float]]:
    """The points of a polyline."""
    return [(float(x), float(y)) for x, y in (point.split(",") for point in line.split())]


@given(DELAYS)
def test_shares_only_grow(delays: list[tuple[float, float]]) -> None:
    """Both lines go from left to right within the picture and never down; the table agrees with their ends."""
    found = plots.freshness(delays)
    assert found is not None
    for line in (points(found.seen), points(found.shown)):
        assert [x for x, _ in line] == sorted(x for x, _ in line)
        heights = [y for _, y in line]
        assert heights == sorted(heights, reverse=True)
        assert 0 <= heights[-1] <= heights[0] <= plots.HEIGHT
    assert found.count == len(delays)
    shares = [int(seen.rstrip("%")) for _, seen, _ in found.table]
    assert shares == sorted(shares)


def test_a_known_distribution() -> None:
    """Half within 20 s, the rest within two hours."""
    found = plots.freshness([(20.0, 25.0)] * 5 + [(7200.0, 7205.0)] * 5)
    assert found is not None
    assert found.table[:2] == (("10 s", "0%", "0%"), ("1 min", "50%", "50%"))
    assert found.table[-1] == ("1 day", "100%", "100%")
    assert "half were seen within 2 hours" in found.said
    assert found.said.endswith("half of them stood in a feed 5 seconds later.")
    assert plots.freshness([]) is None


@given(st.lists(STEP, max_size=40), st.lists(st.integers(0, 500), max_size=40))
def test_bars_stand_on_each_other(past: list[dict[str, int]], planned: list[int]) -> None:
    """No bar leaves the picture, those of one step do not overlap, and the words count what the bars show."""
    found = plots.timeline(past, planned, 10)
    for bar in found.bars:
        assert -0.2 <= bar.x <= plots.WIDTH
        assert -0.2 <= bar.y <= plots.HEIGHT
        assert bar.y + bar.height <= plots.HEIGHT + 0.2
        assert (bar.kind == "planned") == (bar.x >= found.now - 0.2)
    for x in {bar.x for bar in found.bars}:
        ordered = sorted((bar for bar in found.bars if bar.x == x), key=lambda bar: bar.y)
        assert all(upper.y + upper.height <= lower.y + 0.2 for upper, lower in itertools.pairwise(ordered))
    sums = [sum(step.get(kind, 0) for step in past) for kind in plots.KINDS]
    said = re.search(
        r"(\d+) polls brought a document, (\d+) found nothing new and (\d+) failed; in the next .*, (\d+) are planned", found.said
    )
    assert said is not None
    assert [int(count) for count in said.groups()] == [*sums, sum(planned)]


@given(st.lists(st.integers(0, 1000), max_size=30))
def test_sparks(volumes: list[int]) -> None:
    """A bar a day, the tallest day as tall as the picture; days without anything are still seen."""
    found = plots.spark(volumes)
    assert len(found.bars) == len(volumes)
    assert [bar.kind == "some" for bar in found.bars] == [volume > 0 for volume in volumes]
    assert all(1 <= bar.height <= found.height and bar.x + bar.width <= found.width for bar in found.bars)
    if any(volumes):
        assert max(bar.height for bar in found.bars) == found.height


def test_durations() -> None:
    """In the largest unit of which there is one and a half."""
    said = {
        0: "0 seconds",
        1: "1 second",
        59: "59 seconds",
        70: "1 minute",
        100: "2 minutes",
        3600: "1 hour",
        5400: "2 hours",
        2e5: "2 days",
    }
    assert {seconds: plots.duration(seconds) for seconds in said} == said
