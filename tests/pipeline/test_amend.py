"""Between polls: what is known by now reaches stored entries, and pages come late."""

from __future__ import annotations

import datetime

import pytest
from loopback import Answer, Loopback
from pipeline.reader import Reader, item, rss
from pipeline.test_pages import page, teasing
from stories import DAY, HOUR, NOW, prose

from aggregator.core import clean, model
from aggregator.edges import store
from aggregator.pipeline import amend, cleaning, pages

pytestmark = pytest.mark.anyio
NOTICE = "The Quay Gazette is folded by hand and carried to your door by people who know the way."


def articles(*names: str) -> bytes:
    """A feed whose articles end with the source's notice."""
    return rss(*(item(name, f"&lt;p&gt;{prose(name)}&lt;/p&gt;&lt;p&gt;{NOTICE}&lt;/p&gt;") for name in names))


def desk(reader: Reader, policy: clean.Policy = clean.Policy()) -> amend.Desk:
    """A desk that amends the reader's one source."""
    return amend.Desk(reader.edges, {reader.state.row: reader.state}, {reader.source.url: reader.source}, lambda _: policy)


async def revised(reader: Reader, policy: clean.Policy = clean.Policy()) -> int:
    """How many stored entries changed."""
    return sum([changed async for changed in desk(reader, policy).revised()])


async def late(reader: Reader, now: datetime.datetime) -> int:
    """How many pages came at that time."""
    return await desk(reader).fetched(now)


def noticed(reader: Reader) -> dict[str, bool]:
    """Which stored entries still carry the notice."""
    return {stored.entry.title: NOTICE in stored.text for stored in reader.desk.stored()}


async def test_first_poll_learns_from_itself(reader: Reader, server: Loopback) -> None:
    """What three entries of a source's first document repeat is published with none of them."""
    server.answers["/feed"] = Answer(articles("heron", "ferry", "kettle"))
    await reader.updated()
    assert noticed(reader) == {"The heron": False, "The ferry": False, "The kettle": False}
    assert await revised(reader) == 0


async def test_later_polls_prove_more(reader: Reader, server: Loopback) -> None:
    """A notice that is known at last goes out of stored entries too: content changes, ids, order and dates do not."""
    for names in (["heron"], ["heron", "ferry"]):
        server.answers["/feed"] = Answer(articles(*names))
        await reader.updated()
    assert noticed(reader) == {"The heron": True, "The ferry": True}
    server.answers["/feed"] = Answer(articles("heron", "ferry", "kettle"))
    await reader.updated()
    before = reader.desk.stored()
    assert noticed(reader) == {"The heron": True, "The ferry": True, "The kettle": False}
    assert await revised(reader) == 2
    assert noticed(reader) == {"The heron": False, "The ferry": False, "The kettle": False}
    after = reader.desk.stored()
    for old, new in zip(before, after, strict=True):
        assert (old.entry.id, old.first_seen, old.entry.updated) == (new.entry.id, new.first_seen, new.entry.updated)
    assert await revised(reader) == 0


async def test_an_edited_article_does_not_teach_twice(reader: Reader, server: Loopback) -> None:
    """However often it is edited, it is one article."""
    for edit in range(4):
        server.answers["/feed"] = Answer(articles("heron").replace(b"Heron0", f"Heron{edit}".encode()))
        await reader.updated()
    assert noticed(reader) == {"The heron": True}


async def test_policy_reaches_what_is_stored(reader: Reader, server: Loopback) -> None:
    """A block that feeds.yaml now keeps comes back; one that it drops goes, but never all of an article."""
    server.answers["/feed"] = Answer(articles("heron", "ferry", "kettle"))
    await reader.updated()
    keeps, drops = clean.Policy(kept=clean.fingerprints([NOTICE])), clean.Policy(dropped=clean.fingerprints([prose("heron")]))
    assert (await revised(reader, keeps), set(noticed(reader).values())) == (3, {True})
    assert (await revised(reader), set(noticed(reader).values())) == (3, {False})
    assert (await revised(reader, drops), noticed(reader)) == (1, {"The heron": True, "The ferry": False, "The kettle": False})
    assert await revised(reader, drops) == 0


async def test_a_store_from_before_anything_was_learned(reader: Reader, server: Loopback) -> None:
    """What is stored teaches, and is cleaned by it."""
    server.answers["/feed"] = Answer(articles("heron", "ferry"))
    await reader.updated()
    server.answers["/feed"] = Answer(articles("heron", "ferry", "kettle"))
    await reader.updated()
    reader.edges.store._db.close()  # an older program's store, as the migration leaves it
    kept = store.Store(store.sqlite.Sqlite(reader.edges.store._db.path))
    with kept._db.write() as transaction:
        transaction.execute("UPDATE lessons SET memory = x'', knowledge = '', applied = ''")
    object.__setattr__(reader.edges, "store", kept)
    reader.configure()
    assert await revised(reader) == 2
    assert noticed(reader) == {"The heron": False, "The ferry": False, "The kettle": False}
    kept.close()


def test_a_forgotten_repeat_stays_away() -> None:
    """A notice that went once does not come back because its source gave it up and we forgot it."""
    came = model.Entry("1", "The heron", content=f"<p>{prose('heron')}</p><p>{NOTICE}</p>")
    known = clean.Memory().taught(clean.marks([NOTICE, name]) for name in ("ferry", "kettle", "gravel"))
    was = clean.clean(came, learned=known.learned())
    assert NOTICE not in was.text
    for memory, returns in ((clean.Memory(), False), (known.taught(clean.marks([f"x{'y' * n}"]) for n in range(400)), True)):
        (now,) = cleaning.cleaning_again([came], [was], clean.Policy(), cleaning.Known(memory.dump()))
        assert (now is not None and NOTICE in now.text) is returns


def test_counts_that_cannot_be_read_are_begun_anew() -> None:
    """Articles will teach them again."""
    assert cleaning.remembered("[broken") == clean.Memory()


async def test_a_page_that_comes_late(reader: Reader, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry whose page fails goes out as the feed gave it; when the page comes, only the content changes."""
    monkeypatch.setattr(pages, "AGAIN", 0.01)
    reader.configure(full_text="auto")
    teaser = teasing(server)
    good, server.answers["/heron"] = server.answers["/heron"], Answer(status=503)
    await reader.updated()
    assert len(reader.asked("/heron")) == 2
    (before,) = reader.desk.stored()
    assert before.text == teaser
    assert await late(reader, NOW) == 0
    assert await late(reader, NOW + HOUR) == 0
    assert len(reader.asked("/heron")) == 3
    server.answers["/heron"] = good
    assert await late(reader, NOW + HOUR) == 0
    assert await late(reader, NOW + 3 * HOUR) == 1
    (after,) = reader.desk.stored()
    assert prose("gravel5") in after.text
    assert (after.entry.id, after.first_seen, after.entry.updated) == (before.entry.id, before.first_seen, before.entry.updated)
    assert await late(reader, NOW + 9 * DAY) == 0


async def test_a_page_is_given_up(reader: Reader, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last of its times it is not asked for any more; one that is not there at all is asked for once."""
    monkeypatch.setattr(pages, "AGAIN", 0.01)
    reader.configure(full_text="auto")
    teasing(server)
    server.answers["/heron"] = Answer(status=503)
    await reader.updated()
    for days in range(1, 9):
        await late(reader, NOW + days * DAY)
    assert len(reader.asked("/heron")) == 2 + len(pages.LATER)
    server.answers["/feed"] = Answer(rss(item("ferry", prose("ferry", 20), server.url("/ferry"))))
    await reader.updated()
    await late(reader, NOW + 20 * DAY)
    assert len(reader.asked("/ferry")) == 1


@pytest.mark.parametrize("source", [{"full_text": "never"}, {"full_text": "auto", "paused": True}])
async def test_late_pages_follow_feeds_yaml(
    reader: Reader, server: Loopback, monkeypatch: pytest.MonkeyPatch, source: dict[str, object]
) -> None:
    """A source that is paused or wants no pages any more has none asked for."""
    monkeypatch.setattr(pages, "LONGEST", 0.0)
    reader.configure(full_text="auto")
    teasing(server)
    await reader.updated()
    reader.configure(**source)
    assert await late(reader, NOW + DAY) == 0
    assert reader.asked("/heron") == []
    reader.configure(full_text="auto")
    assert await late(reader, NOW + DAY) == 1


async def test_an_edited_entry_keeps_its_page(reader: Reader, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the feed edits a teaser while its page cannot be had, the text of the page stays."""
    monkeypatch.setattr(pages, "AGAIN", 0.01)
    reader.configure(full_text="auto")
    teaser = teasing(server)
    await reader.updated()
    server.answers["/heron"] = Answer(status=503)
    edited = item("heron", teaser, server.url("/heron")) + "<category>Birds</category>"
    server.answers["/feed"] = Answer(rss(edited))
    await reader.updated()
    (stored,) = reader.desk.stored()
    assert prose("gravel5") in stored.text
    assert [category.term for category in stored.entry.categories] == ["Birds"]
    server.answers["/heron"] = page(prose("ferry", 20) + " " + teaser)
    assert await late(reader, NOW + DAY) == 1
    assert prose("ferry", 20) in reader.desk.stored()[0].text


async def test_a_stretch_that_cannot_be_cleaned(reader: Reader, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries on which the worker fails stay as they are, and are not tried for ever."""
    server.answers["/feed"] = Answer(articles("heron", "ferry", "kettle"))
    await reader.updated()
    monkeypatch.setattr(reader.edges.workers, "_seconds", 0.0)
    assert await revised(reader, clean.Policy(kept=clean.fingerprints([NOTICE]))) == 0
    monkeypatch.undo()
    assert await revised(reader, clean.Policy(kept=clean.fingerprints([NOTICE]))) == 0
    assert await revised(reader, clean.Policy(captions="keep", kept=clean.fingerprints([NOTICE]))) == 3


def test_names() -> None:
    """What a source is called counts, as far as it is called anything."""
    assert cleaning.names(None, "", "https://paper.example/feed") == ("paper.example",)
    assert cleaning.names("Ours", "Theirs", "") == ("Ours", "Theirs")
