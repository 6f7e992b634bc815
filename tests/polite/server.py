"""The servers of a case: a proxy on loopback that plays all hosts of the world, by its clock, and remembers what it was asked.

As names are resolved by the proxy, every host is a public one to who asks, and nothing leaves this machine.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import dataclasses
import datetime
import email.utils
from collections.abc import Callable, Mapping
from typing import Any

from aggregator.core import urls

HELD = 0.005  # seconds that an answer takes, so that requests at once are seen to be


@dataclasses.dataclass(frozen=True)
class Asked:
    """One request: when, for which address without its scheme, with which headers by name in lower case."""

    at: datetime.datetime
    place: str
    headers: Mapping[str, str]

    @property
    def conditional(self) -> bool:
        """Whether it asks what changed."""
        return bool({"if-none-match", "if-modified-since"} & set(self.headers))


class Servers:
    """Hosts that answer by a script: address to rows, each of which holds `times` requests or `until` a time after the start."""

    def __init__(self, script: Mapping[str, list[Any]], now: Callable[[], datetime.datetime]) -> None:
        self.asked: list[Asked] = []
        self.most_at: collections.Counter[str] = collections.Counter()  # requests at once, by domain
        self._at: collections.Counter[str] = collections.Counter()
        self._script = {place: [dict(row) for row in rows] for place, rows in script.items()}
        self._now, self._begun = now, now()

    async def __aenter__(self) -> Servers:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            pairs = [line.split(":", 1) for line in head[1:] if ":" in line]
            place = head[0].split(" ")[1].removeprefix("http://")
            asked = Asked(self._now(), place, {name.lower(): value[1:] for name, value in pairs})
            self.asked.append(asked)
            domain = urls.domain(place.partition("/")[0])
            self._at[domain] += 1
            self.most_at[domain] = max(self.most_at[domain], self._at[domain])
            await asyncio.sleep(HELD)
            self._at[domain] -= 1
            writer.write(self._answer(asked))
            await writer.drain()
        writer.close()

    def _answer(self, asked: Asked) -> bytes:
        row = self._row(asked.place)
        if row.get("silent"):
            return b""
        status, body = row.get("status", 200), row.get("body", "").encode()
        headers = {"Date": date(asked.at), "Connection": "close"} | row.get("headers", {})
        if "retry_date" in row:
            headers["Retry-After"] = date(asked.at + datetime.timedelta(seconds=row["retry_date"]))
        if status == 200 and "body" not in row:
            status, more, body = self._document(row, asked)
            headers |= more
        lines = [
            f"HTTP/1.1 {status} Said",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

    def _row(self, place: str) -> dict[str, Any]:
        for row in self._script.get(place, [{"status": 404}]):
            if row.get("times", 1) < 1 or self._now() - self._begun >= datetime.timedelta(seconds=row.get("until", 10**9)):
                continue
            if "times" in row:
                row["times"] -= 1
            return row
        return {}

    def _document(self, row: dict[str, Any], asked: Asked) -> tuple[int, dict[str, str], bytes]:
        """A feed whose entries come `every` so many seconds, of which `window` are shown; 304 or 226 as the row says."""
        every, window = row.get("every", 7_200), row.get("window", 5)
        newest = int(asked.at.timestamp()) // every
        tag = row.get("etag", f'"{newest}"')
        sent = ({"ETag": tag} if tag else {}) | ({"Last-Modified": row["modified"]} if "modified" in row else {})
        known = asked.headers.get("if-none-match")
        if row.get("stale") and asked.conditional:
            return 304, {}, b""
        if row.get("honest", True) and (
            known == tag or (not known and asked.headers.get("if-modified-since") == row.get("modified", 0))
        ):
            return 304, {} if row.get("mute") else sent, b""
        since = newest - window
        if row.get("delta") and known and asked.headers.get("a-im") == "feed":
            since = max(since, int(known.strip('"')))
            return 226, sent | {"IM": "feed"}, document(asked.place, range(since, newest), every)
        body = document(asked.place, range(since, newest), every, dated=not row.get("undated"), head=row.get("head", ""))
        return 200, sent | {"Content-Type": "application/rss+xml"}, body


def date(moment: datetime.datetime) -> str:
    """An HTTP date."""
    return email.utils.format_datetime(moment, usegmt=True)


def document(place: str, numbers: range, every: int, *, dated: bool = True, head: str = "") -> bytes:
    """An RSS document with entries of these numbers, and such elements in its head."""
    items = "".join(
        f"<item><guid>{place}#{number}</guid><title>Number {number} of {place}</title><description>It says {number}.</description>"
        + (f"<pubDate>{date(datetime.datetime.fromtimestamp((number + 1) * every, datetime.UTC))}</pubDate>" if dated else "")
        + "</item>"
        for number in reversed(numbers)
    )
    return f"<rss version='2.0'><channel><title>{place}</title><description>d</description>{head}{items}</channel></rss>".encode()
