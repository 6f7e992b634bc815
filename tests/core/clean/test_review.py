"""A review tells block by block what cleaning did, and the two cannot disagree."""

from __future__ import annotations

import collections

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import clean, model

PROSE = [
    "The council met on Tuesday evening to hear about the old crane, and most of those present spoke in its favour.",
    "It was built by the grandfather of the harbour master, who says that he has nothing to do with the matter.",
]
LINES = [*PROSE, "Advertisement", "Follow us on Facebook", "The old crane", "© 2024 Quay", "What it costs", "Source: Quay"]
LINES += [f'{PROSE[0]} <a href="/crane">Read more</a>', '<img src="/i.jpg">', "<b>Advertisement</b>", "See also"]


def entry(*blocks: str) -> model.Entry:
    """An entry of these paragraphs."""
    content = "".join(f"<p>{block}</p>" for block in blocks)
    return model.Entry("1", title="The old crane", content=content, base="https://quay.example/")


def test_a_review_tells_blocks_apart_by_their_places() -> None:
    """Kept, removed, shortened, each with its rule and class; the same words twice are two blocks."""
    said = f'{PROSE[1]} <a href="/crane">Read more</a>'
    found = clean.review(entry("Advertisement", PROSE[0], "Advertisement", said))
    assert found == (
        clean.Reviewed("paragraph", "Advertisement", None, "advert", "advertisement"),
        clean.Reviewed("paragraph", PROSE[0], PROSE[0]),
        clean.Reviewed("paragraph", "Advertisement", None, "advert", "advertisement"),
        clean.Reviewed("paragraph", f"{PROSE[1]} Read more", PROSE[1], "tail", "source"),
    )


def test_an_article_that_rules_would_empty() -> None:
    """Every block stays, and the rule that would have taken it is named."""
    assert clean.review(entry("Advertisement")) == (
        clean.Reviewed("paragraph", "Advertisement", "Advertisement", "advert", "advertisement"),
    )


@given(st.lists(st.sampled_from(LINES), max_size=12), st.sets(st.sampled_from(LINES)))
def test_review_and_clean_agree(lines: list[str], kept: set[str]) -> None:
    """What a review leaves is the cleaned text, and what it calls gone is what cleaning reports, in the same order."""
    policy = clean.Policy(kept=frozenset(map(clean.fingerprint, kept)))
    cleaned, found = clean.clean(entry(*lines), policy), clean.review(entry(*lines), policy)
    assert "\n\n".join(block.after for block in found if block.after) == cleaned.text
    taken = collections.Counter((block.rule, block.cls) for block in found if block.rule and block.after != block.before)
    assert taken == collections.Counter((removal.rule, removal.kind) for removal in cleaned.removed)
    gone = [block.before for block in found if block.after is None]
    assert [removal.text for removal in cleaned.removed if removal.text in gone] == gone


@given(st.lists(st.sampled_from(LINES[:8]), min_size=1, max_size=8), st.sets(st.sampled_from(LINES[:8])))
def test_what_the_user_keeps_stays(lines: list[str], kept: set[str]) -> None:
    """No rule takes a block whose fingerprint is kept, wherever it stands."""
    text, removed = clean.clean_text(
        "The old crane", "\n\n".join(lines), clean.Policy(kept=frozenset(map(clean.fingerprint, kept)))
    )
    assert kept.isdisjoint(removal.text for removal in removed)
    assert [line for line in text.split("\n\n") if line in kept] == [line for line in lines if line in kept]


def test_a_link_that_the_user_keeps_is_not_cut_off() -> None:
    """Neither when the link is kept, nor when its paragraph is."""
    said = f'{PROSE[0]} <a href="/crane">Read more</a>'
    for kept in ("Read more", f"{PROSE[0]} Read more"):
        assert clean.clean(entry(said), clean.Policy(kept=frozenset([clean.fingerprint(kept)]))).removed == ()


def test_an_entry_that_was_read_before_is_cleaned_the_same() -> None:
    """Its blocks are parsed once, for learning and for cleaning."""
    given = entry("Advertisement", *PROSE)
    parts = clean.read(given)
    assert clean.clean(given, parts=parts) == clean.clean(given)


def test_a_review_sees_the_cleaned_title() -> None:
    """A title that the source puts its name behind is still the title, once more, at the top."""
    given = model.Entry("1", title="The old crane &amp; the bell", content=f"<p>The old crane &amp; the bell</p><p>{PROSE[0]}</p>")
    gone = [block.rule for block in clean.review(given) if block.after is None]
    assert gone == [removal.rule for removal in clean.clean(given).removed]
