"""Every made-up feed of tests/cases/parse against what stands beside it.

`NAME.feed` holds the bytes as a server would send them, `NAME.json` either the feed (fields at their default left out) or the
error, and a Content-Type where that matters.
"""

import dataclasses
import datetime
import json
import pathlib

import pytest

from aggregator.core import errors, model, parse

CASES = pathlib.Path(__file__).parents[2] / "cases" / "parse"
URL = "https://source.example/dir/feed"


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        held = [(field, getattr(value, field.name)) for field in dataclasses.fields(value)]
        return {field.name: _plain(one) for field, one in held if one != field.default and one not in ("", None, ())}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime.datetime) else value


def _outcome(response: model.Response) -> dict[str, object]:
    try:
        return {"feed": _plain(parse.parse(response))}
    except errors.ParseError as error:
        return {"error": str(error)}


@pytest.mark.parametrize("name", sorted(path.stem for path in CASES.glob("*.feed")))
def test_case(name: str) -> None:
    """The document becomes exactly the feed, or the error, that its author meant."""
    expected = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    content_type = expected.pop("content_type", "application/rss+xml")
    assert _outcome(model.Response(URL, 200, (CASES / f"{name}.feed").read_bytes(), content_type)) == expected


def test_every_case_is_told() -> None:
    """No expectation without a document and no document without an expectation."""
    assert {path.stem for path in CASES.glob("*.feed")} == {path.stem for path in CASES.glob("*.json")}
