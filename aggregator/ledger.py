"""What an engine has counted since it began, and what its last polls came to, for metrics and for those who watch the page."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import dataclasses
import datetime
import time
from collections.abc import Mapping, Sequence

from aggregator.core import delays, polls
from aggregator.pipeline import absorb

STEP = datetime.timedelta(minutes=10)  # in which polls are counted for the timeline
STEPS = 36  # that are remembered
LATELY = 120.0  # seconds after which a refusal of the store says nothing of the present
NOTES = 100  # polls that are remembered one by one
_WORDS = {polls.Updated: "updated", polls.NotModified: "not_modified", polls.Failed: "failed"}


@dataclasses.dataclass(frozen=True, slots=True)
class Note:
    """One poll: which, of which source, when, what it came to (a key of the tally), and how many new entries it brought."""

    number: int
    source: str
    at: datetime.datetime
    outcome: str
    new: int = 0


class Ledger:
    """Written after each transaction that stores polls; read by the server, in the same loop."""

    def __init__(self) -> None:
        self.counts: collections.Counter[str] = collections.Counter()
        self.failures: collections.Counter[str] = collections.Counter()  # polls, by kind of error
        self.removals: collections.Counter[str] = collections.Counter()  # blocks, by cleaning rule
        self.seen = delays.Delays()  # from publication until entries were seen
        self.served = delays.Delays()  # from publication until outputs showed them
        self.topics: dict[str, None] = {}  # addresses of feeds that changed, of which a hub is to be told
        self.notes: collections.deque[Note] = collections.deque(maxlen=NOTES)
        self._steps: dict[int, collections.Counter[str]] = {}
        self.latest = 0  # the number of what happened last: a poll, or that outputs show something new
        self._news = asyncio.Event()
        self._refused: tuple[float, float] | None = None  # for the first time, and the last

    def refused(self) -> None:
        """Take note that the store did not take what polls brought."""
        now = time.monotonic()
        self._refused = (self._refused[0] if self._refused else now, now)

    @property
    def refusing(self) -> float:
        """For how many seconds the store has taken nothing of what polls brought; 0 when nothing was refused lately."""
        first, last = self._refused or (0.0, 0.0)
        return last - first if time.monotonic() - last < LATELY else 0.0

    def stored(self, batch: Sequence[absorb.Poll], absorbed: absorb.Absorbed, now: datetime.datetime) -> None:
        """Count what polls brought, which is stored now."""
        self._refused = None
        self.counts.update(dataclasses.asdict(absorbed.tally))
        self.seen = self.seen.counted(absorbed.delays)
        step = self._steps.setdefault(_step(now), collections.Counter())
        for poll in batch:
            outcome = poll.outcome
            carried = absorbed.carried.get(poll.before.row)
            self.latest += 1
            note = Note(self.latest, poll.after.called, now, _WORDS[type(outcome)], len(carried.new) if carried else 0)
            step[note.outcome] += 1
            self.notes.append(note)
            if isinstance(outcome, polls.Failed):
                self.failures[outcome.kind] += 1
            elif isinstance(outcome, polls.Updated):
                self.removals.update(gone.rule for done in outcome.fresh for gone in done.cleaned.removed)
        for old in sorted(self._steps)[:-STEPS]:
            del self._steps[old]
        self._tell()

    def published(self, after: Sequence[float], topics: Sequence[str] = ()) -> None:
        """Count how many seconds after their publication entries were shown by an output that had not shown them.

        `topics`: the addresses of feeds that changed, as far as a hub is to be told.
        """
        self.topics |= dict.fromkeys(topics)
        if after:
            self.served = self.served.counted(after)
            self.latest += 1
            self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def news(self, after: int, seconds: float) -> list[Note]:
        """The polls after this number, as soon as anything happens; after so many seconds perhaps none."""
        if self.latest <= after:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._news.wait()
        return [note for note in self.notes if note.number > after]

    def timeline(self, now: datetime.datetime) -> tuple[Mapping[str, int], ...]:
        """How many polls came to what in each of the last STEPS steps, the present one last."""
        last = _step(now)
        return tuple(dict(self._steps.get(step, {})) for step in range(last - STEPS + 1, last + 1))


def _step(moment: datetime.datetime) -> int:
    return int(moment.timestamp() // STEP.total_seconds())
