"""What feeds.yaml says about each source: whether and how often it is polled, and by what policy it is cleaned."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable

import aggregator
from aggregator.core import clean, config, model, schedule
from aggregator.edges import store


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

    def due(self, states: Iterable[model.SourceState], moment: datetime.datetime) -> list[model.SourceState]:
        """The sources to poll now."""
        return [
            state
            for state in states
            if not self.paused(state)
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

    def stretch(self, states: Iterable[model.SourceState], moment: datetime.datetime) -> float:
        """By how much adaptive intervals are lengthened, to keep to the budget."""
        known = list(states)
        free = [s for s in known if not self.paused(s) and self.interval(self.by_url[s.url]) is None]
        budget = self.configuration.settings.request_budget or 24 * max(1, len(known))
        return schedule.stretch([schedule.adaptive(s.gap, s.newest, moment) for s in free], budget)


def _longest(state: model.SourceState) -> datetime.timedelta:
    """The longest distance between two polls that a source can be at."""
    return schedule.DORMANT if state.failures else schedule.LONGEST


def user_agent(contact: str | None) -> str:
    """An honest name, and whom to ask."""
    return f"Aggregator/{aggregator.__version__}" + (f" (+{contact})" if contact else " (feed aggregator)")
