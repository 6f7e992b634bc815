"""What is sent to programs that want to hear of entries and of operations: bodies, signatures, retries (standardwebhooks.com)."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import datetime
import hmac
import json
import uuid
from collections.abc import Mapping
from typing import Any

from aggregator.core import model, text

ENTRIES, OPERATIONS = "entries", "operations"
WAITING = 1000  # messages for one address, at most; the oldest give way
AFTER = tuple(
    datetime.timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 21_600, 43_200, 86_400)
)  # tries again; about two days in all
_TEASER = 500  # characters
_PREFIX = "whsec_"


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """Something to be sent: `id` is the same whenever the same is told to the same hook, so that nobody need act on it twice."""

    hook: str  # its key
    id: str
    body: str  # JSON
    made_at: datetime.datetime
    tries: int = 0
    try_at: datetime.datetime | None = None  # None: at once
    error: str = ""


def key(url: str) -> str:
    """By what a hook is known in the store, where its address, which may hold a secret, does not stand."""
    return uuid.uuid5(uuid.NAMESPACE_URL, url).hex


def entry(hook: str, output: str, title: str, told: model.Entry, now: datetime.datetime) -> Message:
    """That an output shows an entry that it had not shown."""
    origin = told.origin
    data = {
        "output": output,
        "output_title": title,
        "id": told.id,
        "title": told.title,
        "url": told.link,
        "source": origin.title if origin else None,
        "source_url": origin.link if origin else None,
        "published": _iso(told.published),
        "summary": text.shorten(told.summary or text.plain(told.content), _TEASER),
        "authors": [author.name for author in told.authors if author.name],
        "categories": [category.label or category.term for category in told.categories],
        "image": told.image,
        "also_at": [{"source": mention.source, "url": mention.link} for mention in told.also_at],
    }
    return _message(hook, "entry.new", data, f"{output}\n{told.id}", now)


def operation(hook: str, kind: str, data: Mapping[str, Any], id: str, now: datetime.datetime) -> Message:
    """Something the operator should know."""
    return _message(hook, f"operations.{kind}", data, id, now)


def _message(hook: str, kind: str, data: Mapping[str, Any], what: str, now: datetime.datetime) -> Message:
    body = json.dumps({"type": kind, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False, separators=(",", ":"))
    return Message(hook, f"msg_{uuid.uuid5(uuid.NAMESPACE_OID, f'{hook}{kind}{what}').hex}", text.printable(body), now)


def headers(message: Message, secret: str | None, now: datetime.datetime) -> dict[str, str]:
    """What goes with a message: its id, the time, and, where there is a secret, the signature over both and the body."""
    at = str(int(now.timestamp()))
    said = {"webhook-id": message.id, "webhook-timestamp": at}
    if secret is None:
        return said
    digest = hmac.digest(_bytes(secret), f"{message.id}.{at}.{message.body}".encode(), "sha256")
    return said | {"webhook-signature": "v1," + base64.b64encode(digest).decode()}


def _bytes(secret: str) -> bytes:
    """A secret as the libraries of the standard take it: base64 after its prefix, or the text as it is."""
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            pass
    return secret.encode()


def failed(message: Message, said: str, now: datetime.datetime) -> Message | None:
    """A message that could not be sent, with the time of its next try; None when there is none."""
    if message.tries >= len(AFTER):
        return None
    return dataclasses.replace(message, tries=message.tries + 1, try_at=now + AFTER[message.tries], error=said)


def _iso(moment: datetime.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
