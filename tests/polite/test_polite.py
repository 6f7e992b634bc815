"""Readers graded as a server would grade them: what it sees of days of polling, case by case."""

from __future__ import annotations

import itertools
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml
from polite.world import World, seconds

pytestmark = pytest.mark.anyio
FOLDER = pathlib.Path(__file__).parents[1] / "cases" / "polite"
CASES = [case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text("utf-8"))]


def between(found: float, bounds: Any, about: object) -> None:
    """A number is what was said, or within what was said."""
    least, most = bounds if isinstance(bounds, list) else (bounds, bounds)
    assert seconds(least) <= found <= seconds(most), f"{about}: {found}"


def requests(world: World, wanted: Mapping[str, Any]) -> None:
    """How often an address or a domain was asked."""
    for place, bounds in wanted.items():
        between(len(world.times(place)), bounds, place)


def whole(world: World, wanted: Mapping[str, Any]) -> None:
    """How often an address was asked for without validators, after the first time."""
    for place, bounds in wanted.items():
        asked = [one for one in world.servers.asked if one.place == place]
        between(sum(not one.conditional for one in asked[1:]), bounds, place)


def apart(world: World, wanted: Mapping[str, list[list[Any]]]) -> None:
    """Between two requests, counted from 1, lie so many seconds, at least and at most."""
    for place, rows in wanted.items():
        times = world.times(place)
        for one, other, least, most in rows:
            between(times[other - 1] - times[one - 1], [least, most], f"{place} {one}-{other}")


def first(world: World, wanted: Mapping[str, list[Any]]) -> None:
    """When an address was asked first, since the start."""
    for place, bounds in wanted.items():
        between(world.times(place)[0], bounds, place)


def spaced(world: World, wanted: Mapping[str, Any]) -> None:
    """Between any two requests to a domain lie so many seconds at least."""
    for place, least in wanted.items():
        times = world.times(place)
        assert len(times) > 1
        assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= seconds(least) - 1e-6


def varied(world: World, wanted: Mapping[str, Any]) -> None:
    """The longest and the shortest distance between two requests differ by so many seconds at least."""
    for place, least in wanted.items():
        distances = [later - earlier for earlier, later in itertools.pairwise(world.times(place))]
        assert max(distances) - min(distances) >= seconds(least)


def quiet(world: World, wanted: Mapping[str, list[Any]]) -> None:
    """An address or domain is not asked after the one time and before the other."""
    for place, (after, before) in wanted.items():
        assert not [time for time in world.times(place) if seconds(after) < time < seconds(before)], place


def by_hours(world: World, wanted: Mapping[str, list[Any]]) -> None:
    """Of all requests to an address such a share falls in the hours of the day (UTC) from the one to before the other."""
    for place, (start, end, *bounds) in wanted.items():
        hours = [one.at.hour for one in world.servers.asked if one.place == place]
        between(sum(start <= hour < end for hour in hours) / len(hours), bounds, place)


def at_once(world: World, wanted: Mapping[str, int]) -> None:
    """The most requests that a domain had at once."""
    assert {domain: world.servers.most_at[domain] for domain in wanted} == wanted


def sent(world: World, wanted: Mapping[str, list[Mapping[str, str | None] | None]]) -> None:
    """Headers of the first requests, one after the other; null for one that was not sent."""
    for place, rows in wanted.items():
        asked = [one for one in world.servers.asked if one.place == place]
        assert len(asked) >= len(rows)
        for one, row in zip(asked, rows, strict=False):
            assert {name: one.headers.get(name) for name in row or {}} == (row or {})


def every(world: World, wanted: Mapping[str, str | None]) -> None:
    """Headers of all requests."""
    assert world.servers.asked
    for one in world.servers.asked:
        assert {name: one.headers.get(name) for name in wanted} == wanted


def states(world: World, wanted: Mapping[str, str]) -> None:
    """How sources are in the end."""
    assert {place: world.health[place].state for place in wanted} == wanted


def said(world: World, wanted: Mapping[str, str]) -> None:
    """What is said of sources in the end."""
    for place, part in wanted.items():
        assert part in world.health[place].said


def suggestion(world: World, wanted: Mapping[str, str | None]) -> None:
    """The edits that `status` suggests."""
    assert {place: world.suggestions[place] for place in wanted} == wanted


def told(world: World, wanted: list[str]) -> None:
    """What the operations feed told, in order."""
    assert world.told == wanted


def entries(world: World, wanted: Mapping[str, Any]) -> None:
    """How many entries are stored of a source."""
    for place, bounds in wanted.items():
        between(world.states[place].entries, bounds, place)


def rollovers(world: World, wanted: Mapping[str, Any]) -> None:
    """How often entries were missed."""
    for place, bounds in wanted.items():
        between(world.states[place].rollovers, bounds, place)


CHECKS: dict[str, Callable[[World, Any], None]] = {
    check.__name__: check
    for check in (
        requests,
        whole,
        apart,
        first,
        spaced,
        varied,
        quiet,
        by_hours,
        at_once,
        sent,
        every,
        states,
        said,
        suggestion,
        told,
        entries,
        rollovers,
    )
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_how_we_are_seen(tmp_path: pathlib.Path, case: dict[str, Any]) -> None:
    """What the case's name says is what its servers see."""
    world = World(tmp_path, case)
    await world.play()
    assert case["expect"]
    for name, wanted in case["expect"].items():
        CHECKS[name](world, wanted)


def test_cases_have_names_of_their_own() -> None:
    """Each says something else."""
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names) >= 40
