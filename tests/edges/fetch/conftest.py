"""Fetchers that may ask loopback, and the cases beside the tests."""

from __future__ import annotations

import ipaddress
import json
import pathlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from aggregator.core import limits
from aggregator.edges import fetch

_CASES = pathlib.Path(__file__).parents[2] / "cases" / "fetch"


@pytest.fixture
def cases() -> pathlib.Path:
    """The folder of the data files."""
    return _CASES


@pytest.fixture
async def make(anyio_backend: str) -> AsyncIterator[Callable[..., fetch.Fetcher]]:
    """Makes fetchers that may ask 127.0.0.0/8, with a deadline of five seconds, and closes them."""
    made: list[fetch.Fetcher] = []

    def one(**settings: Any) -> fetch.Fetcher:
        usual = {
            "limits": limits.Limits(seconds=5, body=100_000),
            "allow": (ipaddress.ip_network("127.0.0.0/8"),),
            "user_agent": "tests",
        }
        made.append(fetch.Fetcher(**{**usual, **settings}))
        return made[-1]

    yield one
    for fetcher in made:
        await fetcher.aclose()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`@pytest.mark.cases("x.jsonl")`: the test runs once for each line, its fields as arguments."""
    for marker in metafunc.definition.iter_markers("cases"):
        lines = (_CASES / marker.args[0]).read_text("utf-8").splitlines()
        names = [name for name in metafunc.fixturenames if name in json.loads(lines[0])]
        metafunc.parametrize(names, [[json.loads(line)[name] for name in names] for line in lines])


def pytest_configure(config: pytest.Config) -> None:
    """The marker above."""
    config.addinivalue_line("markers", "cases(file): runs the test for each line of a file of tests/cases/fetch")
