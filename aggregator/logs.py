"""Log lines: readable on a terminal, JSON when asked; one event an outcome."""

from __future__ import annotations

import datetime
import json
import logging
import re
import sys
from typing import Any, Literal

from aggregator.core import model, polls, text

NAME = "aggregator"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_UNSEEN = re.compile("[\x7f-\x9f]")  # control characters that XML allows and terminals obey
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # what JSON need not escape, but ends lines or worse for some readers
_QUIET = {  # from which level on libraries are heard; that a tick took longer than a second is nothing wrong
    "apscheduler": logging.ERROR,
    "asyncio": logging.WARNING,
    "httpx": logging.WARNING,
    "uvicorn": logging.WARNING,
}


def configure(style: Literal["text", "json"], level: str = "info") -> logging.Logger:
    """Send all log lines to stderr in one style; libraries only speak up when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if style == "json" else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, heard in _QUIET.items():
        logging.getLogger(name).setLevel(heard)
    return logging.getLogger(NAME)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD and value is not None}


class _Text(logging.Formatter):
    """`2026-05-01 12:00:00 warning  Harbour Times failed: …  new=3`."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC).strftime("%Y-%m-%d %H:%M:%S")
        fields = "".join(f"  {name}={_word(value)}" for name, value in _fields(record).items())
        line = f"{moment} {record.levelname.lower():<8} {_shown(record.getMessage())}{fields}"
        said = self.formatException(record.exc_info) if record.exc_info else ""
        return "\n".join([line, *(_UNSEEN.sub("", text.printable(part)) for part in said.split("\n") if part)])


class _Json(logging.Formatter):
    """One JSON object a line: time, level, event, and the event's fields."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat()
        event = {"time": moment, "level": record.levelname.lower(), "event": record.getMessage()} | _fields(record)
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        line = json.dumps(event, ensure_ascii=False, default=str)
        return _ODD.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _shown(value: str) -> str:
    return _UNSEEN.sub("", text.one_line(value))


def _word(value: object) -> str:
    said = _shown(str(value))
    return json.dumps(said, ensure_ascii=False) if " " in said or not said else said


def polled(state: model.SourceState, outcome: polls.Outcome) -> None:
    """One line for each poll: what it brought, or why it failed."""
    log = logging.getLogger(NAME)
    if isinstance(outcome, polls.Failed):
        log.warning("%s failed: %s", state.called, outcome.said, extra={"kind": outcome.kind, "failures": state.failures})
    elif isinstance(outcome, polls.Updated):
        log.info("%s polled", state.called, extra={"entries": outcome.seen, "fresh": len(outcome.fresh)})
    else:
        log.debug("%s has nothing new", state.called)


def delivered(state: model.SourceState, outcome: polls.Outcome) -> None:
    """One line for each delivery of a hub that was read."""
    log = logging.getLogger(NAME)
    if isinstance(outcome, polls.Updated):
        log.info("%s delivered", state.called, extra={"entries": outcome.seen, "fresh": len(outcome.fresh)})
    elif isinstance(outcome, polls.Failed):
        log.warning("%s was delivered unreadably: %s", state.called, outcome.said, extra={"kind": outcome.kind})
