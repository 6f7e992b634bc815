"""What a preview reports."""

from __future__ import annotations

import datetime
import json

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import clean, model
from aggregator.preview import proof, report

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
GONE = clean.Reviewed("paragraph", "Advertisement", None, "advert", "advertisement")
SHORT = clean.Reviewed("paragraph", "Nine o'clock. Read more", "Nine o'clock.", "tail", "source")
SPARED = clean.Reviewed("paragraph", "Advertisement", "Advertisement", "advert", "advertisement")
KEPT = clean.Reviewed("figure", "", "")


def made(*blocks: clean.Reviewed, **fields: object) -> proof.Proof:
    """A proof of these blocks."""
    came = model.Entry("1", title="A – Gazette", link="https://e.example/?utm_source=a", published=NOON, updated=NOON)
    after = model.Entry(
        "1", title="A", link="https://e.example/", content="<p>a</p>", authors=(model.Author("Ann"), model.Author("Bo"))
    )
    removed = tuple(model.Removal(block.before, block.rule, block.cls) for block in blocks if block.after is None)
    return proof.Proof(came, model.Cleaned(after, "a", removed), blocks, **fields)  # type: ignore[arg-type]


def found(*proofs: proof.Proof) -> report.Report:
    """A report of these proofs."""
    return report.Report("https://e.example/feed", "feed", "Gazette", proofs, 12)


@given(st.text("ab ", max_size=12), st.text("ab ", max_size=12), st.text("ab ", max_size=12))
def test_a_cut_is_found(head: str, lost: str, tail: str) -> None:
    """Its three parts are the text before, without the middle one the text after."""
    first, middle, last = report.cut(head + lost + tail, head + tail)
    assert first + middle + last == head + lost + tail
    assert first + last == head + tail


@given(st.text("ab", max_size=9), st.text("ab", max_size=9))
def test_any_two_texts_can_be_compared(before: str, after: str) -> None:
    """Also where the text after is no part of the one before, the parts make up the whole."""
    assert "".join(report.cut(before, after)) == before


def test_counts() -> None:
    """Over all entries: blocks that went, and blocks that lost a part; spared ones are neither."""
    counted = found(made(GONE, SHORT, KEPT), made(GONE, SPARED))
    assert (counted.removed, counted.shortened) == (2, 1)
    assert [report.is_spared(block) for block in (GONE, SHORT, SPARED, KEPT)] == [False, False, True, False]


def test_facts() -> None:
    """Dates that differ, authors, and what there is about the page; of a teaser only while its page was not asked for."""
    assert report.facts(made()) == ("2026-03-02 12:00", "by Ann, Bo")
    assert report.facts(made(teaser=True))[2:] == ("a teaser: full_text would fetch its page",)
    assert report.facts(made(teaser=True, page="filled"))[2:] == ("text from its page",)


def test_blocks_without_text() -> None:
    """They are called what they are."""
    assert [report.unseen(block) for block in (KEPT, clean.Reviewed("table", "", ""))] == ["a picture", "no text"]


def test_as_json() -> None:
    """Plain values under the names that programs rely on."""
    said = json.loads(json.dumps(report.described(found(made(GONE, SHORT, page="failed")))))
    assert set(said) == set("url kind title source feeds total repeats problems entries".split())
    assert (said["url"], said["kind"], said["title"], said["total"]) == ("https://e.example/feed", "feed", "Gazette", 12)
    (entry,) = said["entries"]
    assert entry["title"] == {"before": "A – Gazette", "after": "A"}
    assert entry["link"] == {"before": "https://e.example/?utm_source=a", "after": "https://e.example/"}
    assert entry["published"] == "2026-03-02T12:00:00+00:00"
    assert (entry["authors"], entry["content"], entry["text"]) == (["Ann", "Bo"], "<p>a</p>", "a")
    assert entry["page"] == "failed"
    gone, short = entry["blocks"]
    assert gone == {"kind": "paragraph", "before": "Advertisement", "after": None, "rule": "advert", "class": "advertisement"}
    assert (short["before"], short["after"]) == ("Nine o'clock. Read more", "Nine o'clock.")
    assert entry["removed"] == [{"text": "Advertisement", "rule": "advert", "class": "advertisement"}]
