"""What serving needs to know of the rest: which files are outputs, and functions for all that is live."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping, Sequence
from typing import Protocol


@dataclasses.dataclass(frozen=True, slots=True)
class Served:
    """How readers get one file of the output folder."""

    media_type: str
    index: bool = False  # may search engines list it
    self_url: str = ""  # where readers reach it, for WebSub
    hub: str | None = None  # its WebSub hub
    private: bool = False  # only for who knows its address
    output: str = ""  # of which output it is a feed; "" for what is not counted
    policy: str = ""  # the Content-Security-Policy of a page; "" the strictest


class View(Protocol):
    """All of it is asked at each request and must be cheap: plain values, or work that is done once and remembered.

    An error from any of them is a bug: the client gets a bare 500, the log the traceback.
    """

    @property
    def outputs(self) -> Mapping[str, Served]:
        """The files that are served, by their bare names in the folder: `world.rss.xml`."""

    @property
    def private(self) -> Mapping[str, Mapping[str, Served]]:
        """By token the files that are served under it: `TOKEN/world.rss.xml`."""

    @property
    def gone(self) -> frozenset[str]:
        """Names that were served once and will not come back: 410."""

    @property
    def page_policy(self) -> str:
        """The Content-Security-Policy of `/` and of the index in the folder."""

    async def page(self) -> bytes:
        """The live page at `/`, HTML in UTF-8. Requests that come while it is being made share it."""

    def read(self, output: str, client: str, agent: str) -> None:
        """Take note that somebody (an address and what it says it is) asked for a feed of an output."""

    async def news(self, after: int, seconds: float) -> tuple[int, Sequence[Mapping[str, object]]]:
        """What happened after the event of this number, as values for JSON, and the number of the last.

        Waits for something to happen, but no longer than so many seconds; then there may be nothing.
        """

    def healthy(self) -> tuple[bool, str]:
        """For /healthz: does the program work, and a word on it."""

    def ready(self) -> tuple[bool, str]:
        """For /readyz: has it published what it has to serve, and a word on it."""

    def metrics(self) -> bytes:
        """For /metrics: the Prometheus text format 0.0.4. Asked in a thread, for it may count."""


@dataclasses.dataclass(frozen=True, slots=True)
class Delivery:
    """What a hub sent, not yet believed: its body, and the fields of X-Hub-Signature."""

    content_type: str
    signatures: tuple[str, ...]
    body: bytes


class Callbacks(Protocol):
    """What hubs reach under `/websub/TOKEN` (WebSub 5.3 and 7)."""

    @property
    def largest(self) -> int:
        """Bytes of one delivery, at most."""

    @property
    def patience(self) -> float:
        """Seconds for one delivery to come, at most."""

    def known(self, token: str) -> bool:
        """Whether there is a subscription of this token."""

    async def confirm(self, token: str, asked: Mapping[str, str]) -> str | None:
        """The words with which to answer what a hub asks of a subscription; None: it asks what we did not."""

    def full(self, token: str) -> bool:
        """Whether as much waits to be read as may, in all or of this subscription."""

    async def take(self, token: str, delivery: Delivery) -> None:
        """Take in a delivery, if it is what its signature says; whether it was is not for who sent it to know."""

    def refused(self) -> None:
        """Count a delivery that was not taken."""


INDEX = Served("text/html; charset=utf-8")
ALWAYS: Mapping[str, Served] = types.MappingProxyType(
    {
        "index.html": INDEX,
        "sources.opml": Served("text/x-opml; charset=utf-8"),
        "operations.atom.xml": Served("application/atom+xml; charset=utf-8"),
    }
)
"""Files that are served whether the view names them or not; what the view says of them goes first."""
