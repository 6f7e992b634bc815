"""What arrives beside what is stored: copies with edits, stories, pairs to look at; and what no source can do to another."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import pathlib
import random
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pipeline.desk import PAPER, RIVAL, THIRD, Desk
from pipeline.office import Office
from stories import DAY, HOUR, NOW, entry, prose

from aggregator.core import model
from aggregator.demo import compose as demo
from aggregator.demo import script
from aggregator.edges import store
from aggregator.pipeline import absorb

URLS = (PAPER, RIVAL, THIRD)
HARBOUR = (
    "The harbour master of Port Clarens opened the old sea gate at dawn on Monday, and forty boats went out before the bell had "
    "ended. Nobody had used the gate since the great storm, which bent both of its wings and drowned the pump house. Smiths from "
    "the upper town worked on it for two winters. The master said that it would stay open until the first ice, and that whoever "
    "wants to pass at night must ring twice and wait for the lamp."
)
EDITED = {
    "dateline": f"PORT CLARENS (Northern Wire) — {HARBOUR}",
    "credit": f"{HARBOUR}</p><p>Additional reporting by our harbour desk",
    "words": HARBOUR.replace("two winters", "many winters").replace("forty boats", "some forty boats"),
    "cut": " ".join(HARBOUR.split()[:45]) + " [...]",
    "more": f"{HARBOUR} Late in the morning the mayor came down with a cake and thanked the smiths one by one.",
}
BRIDGE = "The council closed the Varnholm bridge after divers found cracks in its piers. Mayor Elsa Brandt promised ferries. " * 4
AGAIN = "Divers who examined the piers at Varnholm saw cracks, so Elsa Brandt, the mayor, shut it and ordered ferries. " * 4
GOATS = "A herd of goats ate the flowers of the botanical garden before volunteers could lead them home with apples. " * 4


def article(url: str, text: str = HARBOUR, *, name: str = "gate", **fields: object) -> model.Entry:
    """An article as a source has it."""
    given = {"title": "Boats pass the old sea gate", "content": f"<p>{text}</p>"} | fields
    return entry(name, host=url.split("/")[2], **given)


def heads(desk: Desk) -> set[str]:
    """The hosts of the heads of all groups."""
    return set(desk.groups())


@pytest.mark.parametrize("name", EDITED)
def test_edited_copies_in_later_batches(desk: Desk, name: str) -> None:
    """What an editor does to an article of a wire makes no other article of it, under whatever title that speaks of it."""
    desk.bring(PAPER, article(PAPER))
    assert desk.bring(RIVAL, article(RIVAL, EDITED[name], title="Smiths mend the gate of Port Clarens"), now=NOW + HOUR) == (
        1,
        0,
        1,
    )
    assert desk.bring(THIRD, article(THIRD, EDITED[name]), now=NOW + DAY) == (1, 0, 1)
    assert heads(desk) == {"paper.example"}


@pytest.mark.parametrize("name", EDITED)
def test_edited_copies_in_one_batch(desk: Desk, name: str) -> None:
    """Sources that bring it at the same moment form one group; the fullest of them is the head, and that is stored once."""
    tally = desk.absorb(
        desk.poll(PAPER, article(PAPER)), desk.poll(RIVAL, article(RIVAL, EDITED[name])), desk.poll(THIRD, article(THIRD))
    )
    assert (tally.entries_new, tally.duplicates) == (3, 2)
    assert [len(members) for members in desk.groups().values()] == [3]


def test_copies_of_a_copy(desk: Desk) -> None:
    """Whatever it resembles most, an entry duplicates the head; and the others are pointed to where that one is pointed to."""
    desk.bring(PAPER, article(PAPER))
    desk.bring(RIVAL, article(RIVAL, EDITED["dateline"]), now=NOW + HOUR)
    later = [article(THIRD, EDITED["dateline"], name="one"), article(THIRD, EDITED["dateline"] + " Photo: ours.", name="two")]
    desk.bring(THIRD, *later, now=NOW + 2 * HOUR)
    assert heads(desk) == {"paper.example"}


def test_other_articles_stay_apart(desk: Desk) -> None:
    """In the same words, with other facts; and after the window."""
    desk.bring(PAPER, article(PAPER, f"On the 14th, 312 boats paid 4,700 crowns. {HARBOUR}"))
    other = article(RIVAL, f"On the 17th, 208 boats paid 5,150 crowns. {HARBOUR}")
    assert desk.bring(RIVAL, other, now=NOW + HOUR) == (1, 0, 0)
    assert desk.bring(THIRD, article(THIRD, GOATS, title="Goats eat flowers"), now=NOW + HOUR) == (1, 0, 0)


def test_the_window(desk: Desk) -> None:
    """Entries are compared for as long as feeds.yaml says."""
    desk.bring(PAPER, article(PAPER))
    desk.terms = absorb.Terms(window=2 * DAY)
    assert desk.bring(RIVAL, article(RIVAL), now=NOW + 2 * DAY + HOUR) == (1, 0, 0)
    desk.terms = absorb.Terms(window=5 * DAY)
    assert desk.bring(THIRD, article(THIRD), now=NOW + 3 * DAY) == (1, 0, 1)


def told(desk: Desk) -> dict[str, str]:
    """The story of each entry, both by their titles."""
    titles = {stored.entry.id: stored.entry.title for stored in desk.stored()}
    return {stored.entry.title: titles[stored.story] for stored in desk.stored()}


def bring_stories(desk: Desk) -> dict[str, str]:
    """Three articles in three polls, two of them on the same event; their stories."""
    desk.bring(PAPER, article(PAPER, BRIDGE, title="Varnholm bridge closed"))
    desk.bring(RIVAL, article(RIVAL, GOATS, title="Goats escape botanical garden"), now=NOW + HOUR)
    desk.bring(THIRD, article(THIRD, AGAIN, title="Cracks shut bridge at Varnholm"), now=NOW + 2 * HOUR)
    return told(desk)


STORIES = {
    "Varnholm bridge closed": "Varnholm bridge closed",
    "Goats escape botanical garden": "Goats escape botanical garden",
    "Cracks shut bridge at Varnholm": "Varnholm bridge closed",
}


def test_stories(desk: Desk) -> None:
    """Another article on the same event joins the story of the first one; no entry is without one."""
    assert bring_stories(desk) == STORIES
    assert desk.bring(PAPER, article(PAPER, BRIDGE, title="Varnholm bridge closed"), now=NOW + 3 * HOUR) == (0, 0, 0)


def test_stories_in_one_batch(desk: Desk) -> None:
    """It does not matter whether they came together."""
    texts = (
        (PAPER, BRIDGE, "Varnholm bridge closed"),
        (RIVAL, GOATS, "Goats escape botanical garden"),
        (THIRD, AGAIN, list(STORIES)[2]),
    )
    desk.absorb(
        *(
            desk.poll(url, article(url, text, title=title, published=NOW - DAY + n * HOUR))
            for n, (url, text, title) in enumerate(texts)
        )
    )
    assert told(desk) == STORIES


def test_the_first_batch_of_a_store(desk: Desk) -> None:
    """Before any word is known to be common, the articles of a newsroom are not all of one story."""
    pieces = {demo.title(piece, 0.0): piece for piece in script.write(7)}
    came = [
        entry(f"n{number}", title=title, content=f"<p>{' '.join(block.plain for block in demo.blocks(piece, 0.0, 2026))}</p>")
        for number, (title, piece) in enumerate(pieces.items())
    ]
    desk.bring(PAPER, *came)
    sizes = collections.Counter(stored.story for stored in desk.stored())
    assert len(came) > 60
    assert max(sizes.values()) <= 6


def test_a_copy_is_in_the_story_of_its_head(desk: Desk) -> None:
    """In the same batch and in later ones."""
    desk.bring(PAPER, article(PAPER, BRIDGE, title="Varnholm bridge closed"))
    first, second = article(THIRD, AGAIN, title="Divers"), article(RIVAL, f"{AGAIN} So it was.", title="Divers")
    desk.absorb(desk.poll(RIVAL, second, now=NOW + HOUR), desk.poll(THIRD, first, now=NOW + HOUR), now=NOW + HOUR)
    assert set(told(desk).values()) == {"Varnholm bridge closed"}
    assert len(desk.groups()) == 2


def test_stories_survive_the_store(desk: Desk, tmp_path: pathlib.Path) -> None:
    """Opened again, the store lets them grow as before."""
    desk.bring(PAPER, article(PAPER, BRIDGE, title="Varnholm bridge closed"))
    desk.store.housekeep(NOW + HOUR / 2, 180 * DAY)
    desk.store.close()
    again = Desk(store.open_store(tmp_path))
    again.bring(RIVAL, article(RIVAL, GOATS, title="Goats escape botanical garden"), now=NOW + HOUR)
    again.bring(THIRD, article(THIRD, AGAIN, title="Cracks shut bridge at Varnholm"), now=NOW + 2 * HOUR)
    assert told(again) == STORIES
    assert len(again.store.told([again.ids()["Varnholm bridge closed"]], 9)) == 2
    again.store.close()


HEADLINE = "Strong winds close the northern ferry harbour"


def test_probable_verdicts_only_link(desk: Desk) -> None:
    """The same telling headline over other words is another article, of the same story; users are shown the pair."""
    desk.bring(PAPER, article(PAPER, HARBOUR, title=HEADLINE))
    assert desk.bring(RIVAL, article(RIVAL, GOATS, title=HEADLINE), now=NOW + HOUR) == (1, 0, 0)
    (pair,) = desk.store.pairs(["probable", "doubtful"], 9)
    assert (pair.confidence, pair.why["evidence"], pair.at) == ("probable", "title", NOW + HOUR)
    assert (pair.entry.id, pair.other.id) == (desk.stored(RIVAL)[0].entry.id, desk.stored(PAPER)[0].entry.id)
    assert len({stored.story for stored in desk.stored()}) == 1
    assert len(desk.groups()) == 2


def test_doubtful_verdicts_wait(desk: Desk) -> None:
    """A template that is filled in again is another article, for people to look at."""
    desk.bring(PAPER, article(PAPER, f"On the 14th, 312 boats paid 4,700 crowns. {HARBOUR}", published=NOW - 5 * DAY))
    again = article(PAPER, f"On the 17th, 208 boats paid 5,150 crowns. {HARBOUR}", name="again")
    assert desk.bring(PAPER, again, now=NOW + HOUR) == (1, 0, 0)
    (pair,) = desk.store.pairs(["doubtful"], 9)
    assert pair.why["evidence"] == "text"
    assert len({stored.group for stored in desk.stored()}) == 2
    desk.store.decide(store.Decision(pair.entry.id, pair.other.id, same=True), NOW)
    assert len({stored.group for stored in desk.stored()}) == 1
    assert desk.store.pairs(["doubtful"], 9) == []


def test_decisions_hold_for_what_comes(desk: Desk) -> None:
    """What users said of two entries by their links is obeyed when the second one comes."""
    one, other = article(PAPER), article(RIVAL, EDITED["dateline"])
    assert one.link
    assert other.link
    desk.store.decide(store.Decision(one.link, other.link, same=False), NOW)
    desk.bring(PAPER, one)
    desk.bring(RIVAL, other, now=NOW + HOUR)
    assert heads(desk) == {"paper.example", "rival.example"}
    desk.store.take_back(one.link, other.link)
    assert heads(desk) == {"paper.example"}


def published(office: Office, desk: Desk) -> dict[str, tuple[str, str]]:
    """Id to title and source of what is published without stories, so that only merging can take anything away."""
    office.publish()
    return {item["id"]: (item["title"], item["_aggregator"]["source"]["title"]) for item in office.items()}


PAPERS = [
    entry("gate", title="Boats pass the old sea gate", content=f"<p>{HARBOUR}</p>"),
    entry("bridge", title="Varnholm bridge closed", content=f"<p>{BRIDGE}</p>"),
    entry("letters", title="Letters to the editor", content=f"<p>{prose('letters')}</p>"),
    entry("brief", title="Tram seven runs again tonight", content="<p>It does.</p>"),
]
HOSTILE = {
    "the same links with other texts": [
        dataclasses.replace(one, id=f"x{number}", title=f"Win a boat, {number}", content=f"<p>Enter your name, {number}.</p>")
        for number, one in enumerate(PAPERS)
    ],
    "the same links with one long text": [
        dataclasses.replace(one, id=f"x{number}", title=f"Win {number}", content=f"<p>{prose('prize', 900)}</p>")
        for number, one in enumerate(PAPERS)
    ],
    "the same links and titles with other, longer texts": [
        dataclasses.replace(one, id=f"x{number}", content=f"<p>{prose(f'prize{number}', 900)}</p>")
        for number, one in enumerate(PAPERS)
        if one.title != "Tram seven runs again tonight"
    ],
    "copied ids": [
        dataclasses.replace(
            one, title=f"Mine {number}", link=f"https://rival.example/{number}", content=f"<p>{prose(f'm{number}')}</p>"
        )
        for number, one in enumerate(PAPERS)
    ],
    "generic titles": [
        entry(f"g{number}", host="rival.example", title=title, content=f"<p>{prose(f'g{number}')}</p>")
        for number in range(40)
        for title in ("Letters to the editor", "Varnholm bridge closed")
    ],
    "titles without texts": [
        entry(f"t{number}{one.id[-4:]}", host="rival.example", title=one.title, content="")
        for number in range(20)
        for one in PAPERS
        if one.title != "Tram seven runs again tonight"
    ],
    "a round-up of everybody's words": [
        entry(
            "all",
            host="rival.example",
            title="All",
            content="".join((*(one.content for one in PAPERS), f"<p>{prose('rest', 300)}</p>")),
        ),
    ],
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("first", [True, False])
def test_nothing_of_others_is_suppressed(office: Office, desk: Desk, name: str, first: bool) -> None:
    """Whether a hostile source comes before its victim or after it, all that the victim brought is published from it."""
    desk.enrol(PAPER, RIVAL, THIRD)
    office.text = (
        office.text.replace("name: Rival,", "name: Rival, backlog: 1000,") + "outputs: [{name: all, stories: off, limit: 500}]"
    )
    moments = {RIVAL: NOW if first else NOW + HOUR, PAPER: NOW + HOUR / 2}
    documents = {RIVAL: HOSTILE[name], PAPER: PAPERS}
    for url in sorted(moments, key=lambda url: moments[url]):
        desk.bring(url, *documents[url], now=moments[url])
    shown = set(published(office, desk).values())
    assert {(one.title, "Paper") for one in PAPERS} <= shown


def test_a_back_dated_copy(office: Office, desk: Desk) -> None:
    """Who says that he had it first has not, and takes no place: neither within a batch nor after it."""
    claims = {"published": NOW - 300 * DAY, "updated": NOW - 300 * DAY}
    desk.absorb(desk.poll(RIVAL, article(RIVAL, **claims)), desk.poll(PAPER, article(PAPER)))
    assert heads(desk) == {"paper.example"}
    desk.bring(THIRD, article(THIRD, **claims), now=NOW + HOUR)
    (one,) = published(office, desk).values()
    assert one == ("Boats pass the old sea gate", "Paper")
    (item,) = office.items()
    assert item["date_published"] == (NOW - HOUR).isoformat()


TEXTS = (*EDITED.values(), HARBOUR, BRIDGE, AGAIN, GOATS, "Short.")
TITLES = ("Boats pass the old sea gate", "Varnholm bridge closed", HEADLINE, "Goats")
DESKS = "Abbey Baker Cabin Daisy Eagle Fable Gable Hazel Ivory".split()  # what tells the entries of one source from each other
DOCUMENTS = st.lists(
    st.tuples(st.sampled_from(URLS), st.sampled_from(TEXTS), st.sampled_from(TITLES), st.integers(1, 4)), min_size=2, max_size=9
)


def brought(documents: list[tuple[str, str, str, int]], chance: random.Random | None) -> list[tuple[object, ...]]:
    """What the store makes of entries that came in two batches, given in this order or another."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(store.open_store(pathlib.Path(folder)))
        for batch in (0, 1):
            polls, now = [], NOW + batch * HOUR
            for url in URLS:
                came = [
                    article(url, f"{text} {DESKS[number]}", name=f"n{number}", title=title, published=now - hours * HOUR)
                    for number, (source, text, title, hours) in enumerate(documents)
                    if source == url and number % 2 == batch
                ]
                if chance is not None:
                    chance.shuffle(came)
                polls.append(desk.poll(url, *came, now=now))
            if chance is not None:
                chance.shuffle(polls)
            desk.absorb(*polls, now=now)
        found = [(stored.entry.id, stored.group, stored.story) for stored in desk.stored()]
        pairs = [(pair.entry.id, pair.other.id, pair.confidence, sorted(pair.why.items())) for pair in _pairs(desk)]
        desk.store.close()
        return [*found, *pairs]


def _pairs(desk: Desk) -> list[store.Pair]:
    return sorted(desk.store.pairs(["probable", "doubtful"], 99), key=lambda pair: (pair.entry.id, pair.other.id))


@settings(max_examples=15)
@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_shuffling_changes_nothing(documents: list[tuple[str, str, str, int]], chance: random.Random) -> None:
    """Neither which poll of a batch ended first nor how a document orders its entries."""
    assert brought(documents, chance) == brought(documents, None)


def moments(desk: Desk) -> list[datetime.datetime]:
    """When entries came, newest first."""
    return [stored.first_seen for stored in desk.stored()]


def test_comparing_moves_nobody(desk: Desk) -> None:
    """Neither a copy nor a story changes when its entry came."""
    bring_stories(desk)
    assert moments(desk) == [NOW + 2 * HOUR, NOW + HOUR, NOW]
