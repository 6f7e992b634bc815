"""Messages to webhooks: what they say, how they are signed, when they are tried again."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import model, webhooks

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
HOOK = webhooks.key("https://hook.example/?key=secret")
ENTRY = model.Entry(
    id="urn:uuid:1",
    title="A heron & more",
    link="https://paper.example/heron",
    content="<p>It stood there &amp; waited.</p>",
    published=NOW,
    authors=(model.Author("Ann"), model.Author("")),
    categories=(model.Category("birds"),),
    origin=model.Origin(id="x", title="The Paper", link="https://paper.example/"),
    also_at=(model.Mention("2", "A heron", "https://rival.example/1", "Rival"),),
)


def test_an_entry() -> None:
    """What a program needs to act, as text and addresses."""
    message = webhooks.entry(HOOK, "birds", "Birds", ENTRY, NOW)
    assert json.loads(message.body) == {
        "type": "entry.new",
        "timestamp": "2026-01-02T03:04:05+00:00",
        "data": {
            "output": "birds",
            "output_title": "Birds",
            "id": "urn:uuid:1",
            "title": "A heron & more",
            "url": "https://paper.example/heron",
            "source": "The Paper",
            "source_url": "https://paper.example/",
            "published": "2026-01-02T03:04:05+00:00",
            "summary": "It stood there & waited.",
            "authors": ["Ann"],
            "categories": ["birds"],
            "image": None,
            "also_at": [{"source": "Rival", "url": "https://rival.example/1"}],
        },
    }


def test_ids() -> None:
    """The same news is the same message; another output, hook or kind makes another one; no address shows in a key."""
    ids = {
        webhooks.entry(HOOK, "birds", "Birds", ENTRY, NOW).id,
        webhooks.entry(HOOK, "birds", "Other", ENTRY, NOW + datetime.timedelta(1)).id,
        webhooks.entry(HOOK, "all", "Birds", ENTRY, NOW).id,
        webhooks.entry(webhooks.key("https://other.example/"), "birds", "Birds", ENTRY, NOW).id,
        webhooks.operation(HOOK, "dead", {"title": "x"}, "birds\nurn:uuid:1", NOW).id,
    }
    assert len(ids) == 4
    assert "secret" not in HOOK
    assert json.loads(webhooks.operation(HOOK, "dead", {"title": "x"}, "1", NOW).body)["type"] == "operations.dead"


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        ("plain old secret", b"plain old secret"),
        ("whsec_" + base64.b64encode(b"sixteen bytes, ok").decode(), b"sixteen bytes, ok"),
        ("whsec_!", b"whsec_!"),
    ],
)
def test_signature(secret: str, key: bytes) -> None:
    """HMAC-SHA-256 over id, time and body, as the standard's libraries check it."""
    message = webhooks.entry(HOOK, "birds", "Birds", ENTRY, NOW)
    said = webhooks.headers(message, secret, NOW)
    signed = f"{said['webhook-id']}.{said['webhook-timestamp']}.{message.body}".encode()
    assert said["webhook-signature"] == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert said["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert set(webhooks.headers(message, None, NOW)) == {"webhook-id", "webhook-timestamp"}


@given(st.text(), st.text())
def test_any_text_is_sent(title: str, content: str) -> None:
    """Whatever an entry holds, the body is JSON without control characters, and headers are ASCII."""
    message = webhooks.entry(HOOK, "birds", "Birds", dataclasses.replace(ENTRY, title=title, content=content), NOW)
    assert json.loads(message.body.encode("utf-8"))["data"]["output"] == "birds"
    assert all(value.isascii() and value.isprintable() for value in webhooks.headers(message, "s" * 16, NOW).values())


def test_tries() -> None:
    """Later each time, and given up in the end."""
    message: webhooks.Message | None = webhooks.entry(HOOK, "birds", "Birds", ENTRY, NOW)
    waits = []
    while message is not None:
        last = message
        message = webhooks.failed(last, "503", NOW)
        waits += [message.try_at - NOW] if message and message.try_at else []
    assert waits == list(webhooks.AFTER)
    assert (last.tries, last.error) == (len(webhooks.AFTER), "503")
