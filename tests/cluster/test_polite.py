"""Hosts do not notice that several programs ask them: one request at a time, and a pause between two, whoever makes them."""

from __future__ import annotations

import itertools

import pytest
from cluster.crowd import Crowd
from cluster.place import Place, until

pytestmark = pytest.mark.anyio
SPACING = 1.5  # seconds
SLOW = 0.2  # seconds that an answer takes
ROUNDING = 0.1  # seconds by which programs may read the clock of the database differently


async def test_hosts_are_asked_as_by_one_program(place: Place) -> None:
    """Those with many sources, under several names of one domain, and those with one."""
    many = [f"http://{name}.daily{number}.example/feed" for number in range(3) for name in ("news", "blog", "sport")]
    few = [f"http://paper{number}.example/feed" for number in range(9)]
    async with Crowd(SLOW) as crowd:
        place.write([*many, *few], more=f"  proxy: {crowd.url}\n  limits: {{spacing: {SPACING}}}\n")
        place.start("run")
        await until(lambda: crowd.visits)
        for command in ("run", "worker", "worker"):
            place.start(command)
        await until(lambda: sum(node["polls"] > 0 for node in place.status()["nodes"]) > 1)  # type: ignore[attr-defined]
        await until(lambda: len(crowd.visits) == 12 and all(len(visits) >= 4 for visits in crowd.visits.values()))
        visits = {domain: sorted(each) for domain, each in crowd.visits.items()}
    for domain, each in visits.items():
        pauses = [later - ended for (_, ended), (later, _) in itertools.pairwise(each)]
        assert min(pauses) >= SPACING - ROUNDING, f"{domain} was asked {min(pauses):.2f} s after it had answered"
