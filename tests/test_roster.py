"""What feeds.yaml says about each source."""

from __future__ import annotations

import dataclasses
import datetime
import math
import pathlib

import pytest
from stories import DAY, HOUR, NOW, entry, keep, record

from aggregator import roster
from aggregator.core import clean, config, model, polls
from aggregator.edges import store

A, B = "https://a.example/feed", "https://b.example/feed"


def of(text: str) -> roster.Roster:
    """The roster of a feeds.yaml."""
    return roster.Roster.of(config.load(text))


def state(url: str, due_at: datetime.datetime | None = NOW, **fields: object) -> model.SourceState:
    """A source that is due at a time."""
    return model.SourceState(1, url, url, due_at=due_at, **fields)  # type: ignore[arg-type]


def test_who_is_due() -> None:
    """Those whose time has come, unless they are paused; whoever is not made to wait may be asked all the same."""
    read = of(f"sources: [{A}, {{url: {B}, paused: true}}]")
    assert read.due([state(A), state(B)], NOW) == [state(A)]
    assert read.due([state(A, NOW + HOUR)], NOW) == []
    waits = state(A, retry_at=NOW + HOUR)
    assert read.all_but_waiting([state(A, NOW + DAY), state(B), waits], NOW) == [state(A, NOW + DAY)]
    assert [read.paused(state(url)) for url in (A, B, "https://gone.example/")] == [False, True, False]


def test_intervals() -> None:
    """A source's own, else the house's; None for adaptive."""
    read = of(f"settings: {{interval: 1h}}\nsources: [{A}, {{url: {B}, interval: adaptive}}]")
    assert [read.interval(read.by_url[url]) for url in (A, B)] == [HOUR, None]


def test_policy() -> None:
    """A source's captions before the house's; its blocks besides the house's, by text or by fingerprint."""
    mark = clean.fingerprint("Gone")
    read = of(
        "settings: {captions: keep, bios: drop, blocks: {keep: [Advertisement], drop: [Gone]}}\n"
        f"sources: [{A}, {{url: {B}, captions: drop, bios: keep, notes: drop, blocks: {{drop: [{mark}, Away]}}}}]"
    )
    a, b = (read.policy(read.by_url[url]) for url in (A, B))
    assert (a.captions, a.credits, a.bios, a.notes) == ("keep", "keep", "drop", "keep")
    assert (b.captions, b.credits, b.bios, b.notes) == ("drop", "keep", "keep", "drop")
    assert a.kept == b.kept == clean.fingerprints(["Advertisement"])
    assert (a.dropped, b.dropped) == (clean.fingerprints(["Gone"]), clean.fingerprints(["Gone", "Away"]))


def test_shares() -> None:
    """Which share may change at once: a source's own, else the house's."""
    read = of(f"settings: {{mass_change: 80%}}\nsources: [{A}, {{url: {B}, mass_change: off}}]")
    assert [read.share(read.by_url[url]) for url in (A, B)] == [0.8, math.inf]


def test_verdicts() -> None:
    """What feeds.yaml says of pairs is handed to the store as feeds.yaml's own decisions, in its order."""
    read = of(f"sources: [{A}]\nverdicts: [{{different: [b, a]}}, {{same: ['urn:1', https://a.example/1]}}]")
    assert read.verdicts() == [
        store.Decision("b", "a", False, store.BY_FILE),
        store.Decision("urn:1", "https://a.example/1", True, store.BY_FILE),
    ]


def test_a_budget_sets_the_price() -> None:
    """A lower one makes polls dearer; without one there are 24 a day for each source."""
    text = "settings: {request_budget: %s/day}\nsources: [%s, {url: %s, interval: 1h}]"
    dear, cheap = (of(text % (number, A, B)) for number in (24, 150))
    assert (dear.budget, cheap.budget) == (24, 150)
    high, low = dear.priced(None, NOW), cheap.priced(None, NOW)
    assert high.level > low.level
    assert dear.priced(low, NOW).level == pytest.approx(high.level)
    assert of(f"sources: [{A}, {B}]").budget == 48


def test_a_budget_is_no_goal() -> None:
    """However much is allowed, a source is asked every quarter of an hour on average, and not more often."""
    assert of(f"settings: {{request_budget: 20000/day}}\nsources: [{A}, {B}]").budget == 192


def test_a_rhythm_that_is_not_known(tmp_path: pathlib.Path) -> None:
    """Is told by the entries that are stored; a source without any, and one whose rhythm is known, stay as they are."""
    kept = store.open_store(tmp_path)
    kept.enrol([store.Enrolment(url, None) for url in (A, B)], [], "http://127.0.0.1/", NOW)
    a, b = kept.sources()
    keep(kept, a, *(record(a, entry(f"n{day}", published=NOW - day * DAY), NOW) for day in range(1, 20)))
    with kept.writing() as writing:
        for one in (a, b):
            writing.save([dataclasses.replace(one, success_at=NOW)])
    known = of(f"sources: [{A}, {B}]").known(kept, NOW)
    assert known[b.row].rhythm == b""
    rate = polls.known_rhythm(known[a.row])
    assert rate != polls.known_rhythm(known[b.row])
    with kept.writing() as writing:
        writing.save([known[a.row]])
    assert of(f"sources: [{A}, {B}]").known(kept, NOW + DAY)[a.row].rhythm == known[a.row].rhythm
    kept.close()
