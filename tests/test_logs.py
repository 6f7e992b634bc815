"""Log lines for people and for programs."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import logs

HOSTILE = "one\ntwo\r\x1b[31mred\x9b31m\x00\x7f\u2028three\ud800"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Logging is the process's own: what a test configures ends with it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in ("apscheduler", "httpx", "uvicorn")}
    yield
    root.handlers[:] = before
    root.setLevel(level)
    for name, was in quiet.items():
        logging.getLogger(name).setLevel(was)


def written(style: Literal["text", "json"], capture: pytest.CaptureFixture[str], message: object, **extra: object) -> str:
    """What one event looks like on stderr; nothing goes to stdout."""
    logs.configure(style).warning(message, extra=extra)
    out, err = capture.readouterr()
    assert out == ""
    return err


def test_a_line_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """Time, level, what happened, and the event's own fields; what is None is not said."""
    line = written("text", capsys, "%s polled", new=3, kind="two words", empty="", none=None)
    moment, said = line[:19], line[19:]
    assert len(moment.split()) == 2
    assert said == ' warning  %s polled  new=3  kind="two words"  empty=""\n'


def test_an_object_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """One of JSON a line, in the time of the world."""
    event = json.loads(written("json", capsys, "Tide Times polled", new=3, none=None, odd={1}))
    assert event.pop("time").endswith("+00:00")
    assert event == {"level": "warning", "event": "Tide Times polled", "new": 3, "odd": "{1}"}


def test_hostile_text_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    """No title of a feed ends a line, colours a terminal or forges another event."""
    line = written("text", capsys, HOSTILE, title=HOSTILE)
    assert line.splitlines() == [line[:-1]]
    assert line.endswith(' warning  one two [31mred31m three  title="one two [31mred31m three"\n')


def test_hostile_text_stays_in_its_object(capsys: pytest.CaptureFixture[str]) -> None:
    """It is all there, escaped."""
    line = written("json", capsys, HOSTILE, title=HOSTILE)
    assert line.splitlines() == [line[:-1]]
    event = json.loads(line)
    assert (event["event"], event["title"]) == (HOSTILE, HOSTILE)


def failing() -> None:
    """Raise something that a stranger worded."""
    raise ValueError(HOSTILE)


def test_exceptions_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """The traceback follows on lines of its own, without what terminals obey."""
    log = logs.configure("text")
    try:
        failing()
    except ValueError:
        log.exception("it broke")
    first, *rest = capsys.readouterr().err.splitlines()
    assert first.endswith(" error    it broke")
    assert rest[0].startswith("Traceback")
    assert not set("".join(rest)) & set("\x1b\x9b\x00\x7f\ud800")


def test_exceptions_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """The traceback is one field."""
    log = logs.configure("json")
    try:
        failing()
    except ValueError:
        log.exception("it broke")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["exception"].startswith("Traceback")
    assert HOSTILE.split("\r")[0] in json.loads(line)["exception"]


def test_libraries_speak_up_only_when_something_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever level was asked for; that level holds for the rest."""
    log = logs.configure("text", "debug")
    logging.getLogger("httpx").info("a request")
    logging.getLogger("apscheduler.executors.default").info("a tick")
    log.debug("ours")
    assert capsys.readouterr().err.endswith("debug    ours\n")
    logs.configure("text", "error").warning("ours")
    assert capsys.readouterr().err == ""


def test_configured_twice_an_event_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A reload changes nothing about that."""
    logs.configure("json")
    assert len(written("text", capsys, "once").splitlines()) == 1


@given(st.text(st.characters(codec=None, exclude_categories=())), st.one_of(st.text(), st.integers(), st.none(), st.binary()))
def test_every_event_is_one_line(message: str, value: object) -> None:
    """Whatever is in it; and JSON gives it back."""
    into = io.StringIO()
    saved, sys.stderr = sys.stderr, into
    try:
        for style in ("text", "json"):
            logs.configure(style).warning(message, extra={"value": value})
    finally:
        sys.stderr = saved
    _, second = into.getvalue().splitlines()
    assert json.loads(second)["event"] == message
