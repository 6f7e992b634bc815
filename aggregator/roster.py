"""What feeds.yaml says about each source: whether and how often it is polled, and by what policy it is cleaned."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable

import aggregator
from aggregator.core import clean, config, model, polls, schedule
from aggregator.core.schedule import price
from aggregator.edges import store

USUAL = 24  # adaptive polls a day for each source, unless the user says otherwise
REMEMBERED = datetime.timedelta(days=60)  # of which a rhythm is told by stored entries
OFTEN = 96  # the most that are made for each source, on average: a budget is a ceiling and no goal


@dataclasses.dataclass(frozen=True, slots=True)
class Roster:
    """The sources of a configuration by their address."""

    configuration: config.Config
    by_url: dict[str, config.Source]

    @classmethod
    def of(cls, configuration: config.Config) -> Roster:
        """The roster of a configuration."""
        return cls(configuration, {source.url: source for source in configuration.sources})

    def sources(self) -> list[store.Enrolment]:
        """The sources as the store is to know them."""
        return [store.Enrolment(source.url, source.name) for source in self.configuration.sources]

    def outputs(self, *besides: str) -> list[tuple[str, str]]:
        """The outputs, and those that are there `besides`, by name and title."""
        named = [(output.name, output.title or output.name) for output in self.configuration.outputs]
        return [*named, *((name, name.capitalize()) for name in besides)]

    def verdicts(self) -> list[store.Decision]:
        """What feeds.yaml says of pairs of entries."""
        pairs = [(said.same or said.different, said.same is not None) for said in self.configuration.verdicts]
        return [store.Decision(*two, same, store.BY_FILE) for two, same in pairs if two is not None]

    def known(self, kept: store.Store, moment: datetime.datetime) -> dict[int, model.SourceState]:
        """The sources as the store has them, by row; a rhythm that it does not know is told by the entries that it has."""
        states = {state.row: state for state in kept.sources()}
        strangers = [row for row, state in states.items() if not state.rhythm and state.success_at is not None]
        dates = kept.figures.dates(strangers, moment - REMEMBERED) if strangers else {}
        return states | {row: polls.rebuilt(states[row], dates[row], moment) for row in dates}

    def due(self, states: Iterable[model.SourceState], moment: datetime.datetime) -> list[model.SourceState]:
        """The sources to poll now."""
        near = (
            moment + schedule.LONGEST
        )  # no clock was wrong that had a source due by then: with most, there is nothing more to ask
        return [
            state
            for state in states
            if not (state.due_at is None or moment < state.due_at <= near)
            and not self.paused(state)
            and schedule.is_due(state.due_at, self.interval(self.by_url[state.url]), moment, _longest(state))
        ]

    def all_but_waiting(self, states: Iterable[model.SourceState], moment: datetime.datetime) -> list[model.SourceState]:
        """Every source that may be polled: not paused, and its server did not ask us to wait."""
        return [s for s in states if not self.paused(s) and (s.retry_at is None or s.retry_at <= moment)]

    def paused(self, state: model.SourceState) -> bool:
        """Whether a source is not to be polled."""
        source = self.by_url.get(state.url)
        return source is not None and source.paused

    def interval(self, source: config.Source) -> datetime.timedelta | None:
        """How often to poll a source; None for adaptively."""
        interval = source.interval or self.configuration.settings.interval
        return None if interval == "adaptive" else interval

    def policy(self, source: config.Source) -> clean.Policy:
        """What the house has decided about a source's blocks."""
        settings = self.configuration.settings
        return clean.Policy(
            captions=source.captions or settings.captions,
            credits=source.credits or settings.credits,
            bios=source.bios or settings.bios,
            notes=source.notes or settings.notes,
            kept=clean.fingerprints((*settings.blocks.keep, *source.blocks.keep)),
            dropped=clean.fingerprints((*settings.blocks.drop, *source.blocks.drop)),
        )

    def share(self, source: config.Source) -> float:
        """Which share of a source's entries may change at once."""
        return self.configuration.settings.mass_change if source.mass_change is None else source.mass_change

    @property
    def budget(self) -> float:
        """Adaptive polls a day that are planned with: what the user allows, but on average no more than OFTEN for each source."""
        sources = max(1, len(self.by_url))
        allowed = self.configuration.settings.request_budget or USUAL * sources
        return min(allowed, OFTEN * sources)

    def priced(self, held: price.Price | None, moment: datetime.datetime) -> price.Price:
        """The price by which these sources meet the budget: the one that held so far, retuned, or one to begin with."""
        adaptive = sum(self.interval(source) is None and not source.paused for source in self.by_url.values())
        interval = max(1, adaptive) * schedule.LONGEST.total_seconds() / self.budget
        return price.opening(interval, moment.timestamp()) if held is None else price.retuned(held, interval)


def _longest(state: model.SourceState) -> datetime.timedelta:
    """The longest distance between two polls that a source can be at."""
    return schedule.DORMANT if state.failures else schedule.LONGEST


def user_agent(contact: str | None) -> str:
    """An honest name, and whom to ask."""
    return f"Aggregator/{aggregator.__version__}" + (f" (+{contact})" if contact else " (feed aggregator)")
