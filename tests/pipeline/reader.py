"""A reader that polls one source of a real server again and again, through real edges."""

from __future__ import annotations

from loopback import Loopback
from pipeline.desk import Desk
from stories import NOW

from aggregator.core import clean, config, limits, model, polls
from aggregator.pipeline import absorb, refresh

AGENT = "Aggregator/1 (+https://operator.example/)"
LIMITS = limits.Limits(seconds=2, job_seconds=5, redirects=2, body=200_000)


def rss(*items: str, title: str = "The Paper") -> bytes:
    """A feed with these items' contents."""
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0'><channel><title>{title}</title>{listed}</channel></rss>".encode()


def item(name: str, said: str = "Said.", link: str = "") -> str:
    """The content of an item."""
    where = f"<link>{link}</link>" if link else ""
    return f"<guid isPermaLink='false'>{name}</guid><title>The {name}</title>{where}<description>{said}</description>"


class Reader:
    """Polls the server's /feed; what it brings is stored."""

    def __init__(self, edges: refresh.Edges, server: Loopback) -> None:
        self.edges = edges
        self.server = server
        self.configure()

    def configure(self, **source: object) -> None:
        """Name the source as feeds.yaml might."""
        given = {"url": self.server.url("/feed")} | source
        self.source = config.Source(**given)  # type: ignore[arg-type]
        self.desk = Desk(self.edges.store, (self.source.url, "Paper"))

    @property
    def state(self) -> model.SourceState:
        """What is remembered of it."""
        return self.desk.state(self.source.url)

    async def poll(self) -> polls.Outcome:
        """Refresh it, store what that brings, and say what it was."""
        state = self.state
        outcome = await refresh.refresh(self.edges, self.source, state, clean.Policy())
        self.desk.absorb(absorb.Poll(state, polls.settle(state, outcome, polls.Pace(), NOW, 0.5), outcome))
        return outcome

    async def updated(self) -> polls.Updated:
        """The outcome of a poll that brings a document."""
        outcome = await self.poll()
        assert isinstance(outcome, polls.Updated), outcome
        return outcome

    async def failed(self) -> polls.Failed:
        """The outcome of a poll that fails."""
        outcome = await self.poll()
        assert isinstance(outcome, polls.Failed), outcome
        return outcome

    def asked(self, path: str = "/feed") -> list[dict[str, str]]:
        """The headers of all requests for a path."""
        return [dict(asked.headers) for asked in self.server.asked if asked.path == path]
