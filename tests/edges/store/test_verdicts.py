"""What was found and what users decided about pairs of entries."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from stories import DAY, HOUR, NOW, entry, keep, record

from aggregator.core import dedupe, model
from aggregator.edges import store

KEEP = 900 * DAY


@pytest.fixture
def ids(kept: store.Store, source: model.SourceState, rival: model.SourceState) -> dict[str, str]:
    """The ids of a heron with two copies and of a ferry with one, which came in this order."""
    (heron,) = keep(kept, source, record(source, entry("heron")))
    (ferry,) = keep(kept, source, record(source, entry("ferry"), NOW + HOUR))
    heads = {"heron": heron, "ferry": ferry}
    for number, (name, head) in enumerate((("heron2", heron), ("heron3", heron), ("ferry2", ferry))):
        came = entry(name, host="rival.example")
        (heads[name],) = keep(kept, rival, record(rival, came, NOW + (number + 2) * HOUR, head=head))
    return heads


def groups(into: store.Store, ids: dict[str, str]) -> list[set[str]]:
    """The entries that share a group, by their names."""
    names = {id: name for name, id in ids.items()}
    found: dict[str, set[str]] = {}
    for stored in into.newest([state.row for state in into.sources()], 0, 99):
        found.setdefault(stored.group, set()).add(names[stored.entry.id])
    return sorted(found.values(), key=sorted)


FOUND = [{"ferry", "ferry2"}, {"heron", "heron2", "heron3"}]
CASES = {
    "different": (["heron2/heron"], [{"ferry", "ferry2"}, {"heron", "heron3"}, {"heron2"}]),
    "same": (["ferry2=heron3"], [{"ferry", "ferry2", "heron", "heron2", "heron3"}]),
    "one after the other": (["ferry2=heron3", "heron2/heron"], [{"ferry", "ferry2", "heron", "heron3"}, {"heron2"}]),
    "the last word": (["heron2/heron", "heron=heron2"], FOUND),
    "what was found already": (["heron=heron2", "heron/ferry"], FOUND),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("by_link", [False, True])
def test_decisions(kept: store.Store, ids: dict[str, str], opened: Callable[[], store.Store], name: str, by_link: bool) -> None:
    """Users are obeyed at once, whether they name entries by id or by link; taken back, what was found holds again."""
    said, expected = CASES[name]
    links = {stored.entry.id: stored.entry.link for stored in kept.newest([state.row for state in kept.sources()], 0, 99)}
    for number, pair in enumerate(said):
        same = "=" in pair
        one, other = (links[ids[entry]] if by_link else ids[entry] for entry in pair.split("=" if same else "/"))
        assert one is not None
        assert other is not None
        kept.decide(store.Decision(one, other, same), NOW + number * HOUR)
    assert groups(opened(), ids) == expected
    for decision in kept.decisions():
        assert kept.take_back(decision.other, decision.one)
        assert not kept.take_back(decision.other, decision.one)
    assert groups(opened(), ids) == FOUND
    assert kept.decisions() == []


def test_decisions_are_listed(kept: store.Store) -> None:
    """The oldest first, each pair once, whoever of it is named first; and for ever."""
    kept.decide(store.Decision("b", "a", same=True), NOW + HOUR)
    kept.decide(store.Decision("c", "d", same=False), NOW)
    kept.decide(store.Decision("a", "b", same=False), NOW + 2 * HOUR)
    kept.housekeep(NOW + KEEP, DAY)
    assert kept.decisions() == [store.Decision("c", "d", same=False), store.Decision("a", "b", same=False)]


def test_entries_that_come_later(kept: store.Store, ids: dict[str, str], source: model.SourceState) -> None:
    """A decision on an entry that is not there yet, or not any more, holds once it is."""
    link = "https://paper.example/kettle"
    kept.decide(store.Decision(link, ids["heron"], same=True), NOW)
    assert groups(kept, ids) == FOUND
    (ids["kettle"],) = keep(kept, source, record(source, entry("kettle"), NOW + 9 * HOUR))
    with kept.writing() as writing:
        writing.obey([link])
    assert groups(kept, ids) == [{"ferry", "ferry2"}, {"heron", "heron2", "heron3", "kettle"}]


def test_links_are_compared_as_addresses(kept: store.Store, ids: dict[str, str]) -> None:
    """As with copies: neither scheme nor tracking tells; and one that several entries carry means all of them."""
    assert [one.id for one in kept.named("http://www.paper.example/heron?utm_source=x")] == [ids["heron"]]
    assert kept.named("https://paper.example/") == kept.named("") == kept.named("urn:unknown") == []


def test_a_link_of_several_entries(kept: store.Store, ids: dict[str, str], rival: model.SourceState) -> None:
    """It means all of them, the first to come first."""
    came = entry("claim", host="rival.example", link="https://paper.example/heron")
    (ids["claim"],) = keep(kept, rival, record(rival, came, NOW + 9 * HOUR))
    assert [one.id for one in kept.named("https://paper.example/heron")] == [ids["heron"], ids["claim"]]
    kept.decide(store.Decision("https://paper.example/heron", ids["ferry"], same=True), NOW)
    assert groups(kept, ids) == [set(ids)]


def test_named(kept: store.Store, ids: dict[str, str], source: model.SourceState) -> None:
    """As lists show it: with its source by name, or title, or address without its secrets."""
    (one,) = kept.named(ids["heron"])
    assert one == store.Named(ids["heron"], "The heron", "https://paper.example/heron", source.url, NOW)
    kept.enrol([store.Enrolment(source.url, "Paper")], [], "", NOW)
    assert kept.named(ids["heron"])[0].source == "Paper"


def test_feeds_yaml_decides(kept: store.Store, ids: dict[str, str]) -> None:
    """Its decisions are exactly those that stand in it, beside those by command; which of both is later wins."""
    apart = store.Decision(*sorted((ids["heron"], ids["heron2"])), False, store.BY_FILE)
    kept.follow_file([apart], NOW)
    assert groups(kept, ids) == CASES["different"][1]
    kept.decide(store.Decision(apart.one, apart.other, same=True), NOW + HOUR)
    kept.follow_file([apart], NOW + 2 * HOUR)
    assert groups(kept, ids) == FOUND
    kept.take_back(apart.one, apart.other)
    assert groups(kept, ids) == CASES["different"][1]
    kept.follow_file([store.Decision(apart.other, apart.one, True, store.BY_FILE)], NOW + 3 * HOUR)
    assert groups(kept, ids) == FOUND
    kept.follow_file([], NOW + 4 * HOUR)
    assert kept.decisions() == []


def test_a_head_that_leaves(kept: store.Store, ids: dict[str, str]) -> None:
    """Groups whose head retention took go on under its id, also when users join them."""
    with kept.writing() as writing:
        source, rival = kept.sources()
        writing.present(source.row, frozenset([ids["ferry"]]), NOW)
        writing.present(rival.row, frozenset([ids["heron2"], ids["heron3"], ids["ferry2"]]), NOW)
    assert kept.housekeep(NOW + 2 * DAY, DAY) == 1
    heads = {stored.group for stored in kept.members([ids["heron"]])}
    assert heads == {ids["heron"]}
    kept.decide(store.Decision(ids["heron2"], ids["ferry2"], same=True), NOW + 3 * DAY)
    assert groups(kept, ids) == [{"ferry", "ferry2", "heron2", "heron3"}]
    assert {stored.group for stored in kept.members([ids["heron"]])} == {ids["heron"]}


def verdict(one: str, other: str, confidence: str = "probable", text: float = 0.5) -> dedupe.Verdict:
    """A verdict that does not merge."""
    return dedupe.Verdict(one, other, {"evidence": "text", "text": text}, confidence)


def doubt(into: store.Store, *verdicts: dedupe.Verdict, at: datetime.datetime = NOW) -> None:
    """Keep verdicts that do not merge."""
    with into.writing() as writing:
        writing.doubt(verdicts, at)


def test_pairs(kept: store.Store, ids: dict[str, str]) -> None:
    """Those of the confidences asked for, the newest first, so many, with what speaks for them."""
    doubt(kept, verdict(ids["ferry"], ids["heron"]))
    doubt(kept, verdict(ids["ferry2"], ids["heron"], "doubtful"), at=NOW + HOUR)
    both = kept.pairs(["probable", "doubtful"], 9)
    assert [(pair.entry.title, pair.other.title, pair.confidence, pair.at) for pair in both] == [
        ("The ferry2", "The heron", "doubtful", NOW + HOUR),
        ("The ferry", "The heron", "probable", NOW),
    ]
    assert both[0].why == {"evidence": "text", "text": 0.5}
    assert both[0].entry == kept.named(ids["ferry2"])[0]
    assert kept.pairs(["probable", "doubtful"], 1) == both[:1]
    assert kept.pairs(["probable"], 9) == both[1:]


def test_pairs_are_told_anew(kept: store.Store, ids: dict[str, str]) -> None:
    """The same pair found again is one pair, with the latest evidence and its first time."""
    doubt(kept, verdict(ids["ferry"], ids["heron"]))
    doubt(kept, verdict(ids["ferry"], ids["heron"], "doubtful", 0.4), at=NOW + HOUR)
    (pair,) = kept.pairs(["probable", "doubtful"], 9)
    assert (pair.confidence, pair.why["text"], pair.at) == ("doubtful", 0.4, NOW)


def test_pairs_that_are_settled(kept: store.Store, ids: dict[str, str]) -> None:
    """What a user decided, what is one group by now, and what is gone are not listed; old ones are let go."""
    doubt(kept, verdict(ids["ferry"], ids["heron"]), verdict(ids["heron2"], ids["heron3"]), verdict(ids["ferry"], "urn:gone"))
    assert len(kept.pairs(["probable"], 9)) == 1
    kept.decide(store.Decision(ids["heron"], ids["ferry"], same=False), NOW)
    assert kept.pairs(["probable"], 9) == []
    kept.take_back(ids["heron"], ids["ferry"])
    assert len(kept.pairs(["probable"], 9)) == 1
    kept.housekeep(NOW + store.DOUBTS, KEEP)
    assert len(kept.pairs(["probable"], 9)) == 1
    kept.housekeep(NOW + store.DOUBTS + DAY, KEEP)
    assert kept.pairs(["probable"], 9) == []


def test_merging_and_parting(kept: store.Store, ids: dict[str, str]) -> None:
    """What is found later about stored entries; a user's decision holds over it."""
    with kept.writing() as writing:
        assert (writing.leads(ids["heron"]), writing.leads(ids["heron2"])) == (True, False)
        writing.part([ids["heron2"]])
        writing.merge([dedupe.Verdict(ids["heron3"], ids["ferry"], {"evidence": "text"})])
        assert writing.leads(ids["heron"]) is False
    assert groups(kept, ids) == [{"ferry", "ferry2", "heron3"}, {"heron"}, {"heron2"}]
    kept.decide(store.Decision(ids["heron3"], ids["ferry"], same=False), NOW)
    assert groups(kept, ids) == [{"ferry", "ferry2"}, {"heron"}, {"heron2"}, {"heron3"}]
    kept.take_back(ids["heron3"], ids["ferry"])
    assert groups(kept, ids) == [{"ferry", "ferry2", "heron3"}, {"heron"}, {"heron2"}]
