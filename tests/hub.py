"""A small WebSub hub on 127.0.0.1: takes subscriptions, verifies, signs and delivers; and misbehaves where a test says so."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping

Form = Mapping[str, str]


class Hub:
    """`async with Hub() as hub`: what was asked is in `forms`; subscriptions that were verified are in `subscribed`, by topic."""

    def __init__(self) -> None:
        self.forms: list[Form] = []
        self.heads: list[str] = []
        self.subscribed: dict[str, Form] = {}
        self.verdicts: list[int] = []  # the statuses with which our questions were answered
        self.status = 202
        self.location = ""  # where requests are redirected to
        self.verifying = True
        self.early = False  # verify before the request is answered
        self.open = asyncio.Event()  # closed, requests are not answered
        self.open.set()
        self.changes: dict[str, str] = {}  # what is wrong in our questions: parameters over the right ones
        self.lease = "864000"
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hub"

    async def __aenter__(self) -> Hub:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.open.set()
        self._server.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = next(int(line.split(":")[1]) for line in head.lower().split("\r\n") if line.startswith("content-length:"))
            form = dict(urllib.parse.parse_qsl((await reader.readexactly(length)).decode()))
            self.heads.append(head)
            self.forms.append(form)
            await self.open.wait()
            if self.early:
                await self.verify(form)
            moved = f"Location: {self.location}\r\n" if self.location else ""
            writer.write(f"HTTP/1.1 {self.status} Said\r\n{moved}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            if self.status == 202 and self.verifying and not self.early:
                task = asyncio.create_task(self.verify(form))
                self._tasks.add(task)
        writer.close()

    async def verify(self, form: Form) -> None:
        """Ask whether a form was meant (WebSub 5.3)."""
        question = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": "c-3 ü/&=+"}
        question |= {"hub.lease_seconds": self.lease} | self.changes
        status, body = await self.ask(form["hub.callback"], question)
        self.verdicts.append(status)
        if status == 200 and body == question["hub.challenge"].encode():
            if form["hub.mode"] == "subscribe":
                self.subscribed[form["hub.topic"]] = form
            else:
                del self.subscribed[form["hub.topic"]]

    async def deny(self, form: Form, reason: str = "not for you") -> int:
        """Say that a subscription is refused (WebSub 5.2)."""
        return (await self.ask(form["hub.callback"], {"hub.mode": "denied", "hub.topic": form["hub.topic"], "hub.reason": reason}))[
            0
        ]

    async def ask(self, callback: str, question: Form) -> tuple[int, bytes]:
        """GET a callback with these parameters."""
        return await request("GET", f"{callback}?{urllib.parse.urlencode(question)}", {}, b"")

    async def deliver(
        self, topic: str, body: bytes, headers: Form | None = None, *, method: str = "sha256", secret: str | None = None
    ) -> int:
        """Deliver to the subscriber of a topic (WebSub 7); the status of his answer."""
        form = self.subscribed[topic]
        signature = hmac.new((secret or form["hub.secret"]).encode(), body, getattr(hashlib, method)).hexdigest()
        usual = {"Content-Type": "application/rss+xml", "X-Hub-Signature": f"{method}={signature}"}
        return (await request("POST", form["hub.callback"], usual | dict(headers or {}), body))[0]


async def request(method: str, url: str, headers: Form, body: bytes) -> tuple[int, bytes]:
    """Status and body of one request."""
    parts = urllib.parse.urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value]
    lines += [f"Content-Length: {len(body)}"] if method == "POST" else []
    said = b""
    with contextlib.suppress(ConnectionError):
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        while piece := await reader.read(65_536):
            said += piece
    writer.close()
    head, _, answer = said.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), answer
