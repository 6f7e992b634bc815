"""What can go wrong."""

from __future__ import annotations

import inspect
import pickle
import re

import pytest

from aggregator.core import errors

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]


def drawn(kind: type[BaseException], depth: int = 0) -> list[tuple[int, str]]:
    """A kind of errors and those below it, with how deep they stand."""
    return [(depth, kind.__name__), *(line for below in kind.__subclasses__() for line in drawn(below, depth + 1))]


def test_the_tree_is_the_one_that_is_drawn() -> None:
    """The picture at the top of the module shows every kind where it stands."""
    lines = [line for line in (errors.__doc__ or "").splitlines() if re.search(r"(^|─ )\w+Error|─ \w+", line)]
    shown = [(len(prefix) // 4, name) for prefix, name in re.findall(r"(?m)^([│├└─ ]*)(\w+)", "\n".join(lines))]
    assert shown == drawn(errors.AggregatorError)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_errors_travel_from_workers(kind: type[Exception]) -> None:
    """With all that they say."""
    error = kind("f.yaml", (errors.Problem(1, 2, "wrong"),)) if kind is errors.ConfigError else kind("what and where")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (kind, str(error), vars(error))


def test_errors_of_a_fetch_have_kinds() -> None:
    """One word for tables; the one given, else that of their class."""
    assert errors.FetchError("x").kind == "network"
    assert errors.FetchError("x", kind="timeout").kind == "timeout"
    assert (errors.TooLarge("x").kind, errors.AddressRefused("x").kind) == ("size", "address")
    refused = errors.StatusError("x", status=429, retry_after=60.0)
    assert (refused.kind, refused.status, refused.retry_after) == ("status", 429, 60.0)
    again = pickle.loads(pickle.dumps(refused))
    assert (again.status, again.retry_after) == (429, 60.0)


def test_a_problem_is_printed_as_compilers_do() -> None:
    """So that editors jump to it."""
    first, second = errors.Problem(13, 5, 'unknown key "intervall"'), errors.Problem(14, 1, "missing")
    error = errors.ConfigError("feeds.yaml", (first, second))
    assert str(error) == 'feeds.yaml:13:5: unknown key "intervall"\nfeeds.yaml:14:1: missing'
    assert error.problems == (first, second)
