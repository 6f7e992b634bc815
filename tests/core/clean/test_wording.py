"""Phrases of many languages, and the way in which they are written."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.clean import wording

LANGUAGES = frozenset("en de fr es it pt nl sv da no fi pl cs hu ro el ru uk tr ar fa he hi id vi ja ko zh".split())
COMMON = ("advert.label", "follow.asked", "related.label", "related.stub", "source.named", "tail.more", "tags.label", "note.note")
OPERATORS = {
    "…": "the harbour",
    "……": "the old crane. And the quay",
    "#": "12",
    "*": "",
    "$": "",
    "<url>": "https://quay.example/a",
    "<year>": "2024",
    "<begin>": "",
}


def said(parsed: list[object], draw: st.DataObject) -> str:
    """One of the things that a phrase may say."""
    return "".join(
        OPERATORS.get(part, part) if isinstance(part, str) else said(draw.draw(st.sampled_from(part)), draw)  # type: ignore[arg-type]
        for part in parsed
    )


@given(st.sampled_from(wording.phrases()), st.data())
def test_every_phrase_is_found(phrase: wording.Phrase, draw: st.DataObject) -> None:
    """Whatever of a phrase is left out or chosen, its cues are there and its pattern holds, in capitals too."""
    value = said(wording.parsed(phrase.written), draw)  # type: ignore[arg-type]
    if value.strip():
        assert wording.Section(phrase.section).fits(wording.Said.of(value)), (phrase, value)
        assert wording.Section(phrase.section).fits(wording.Said.of(value.upper())) or value.upper().lower() != value


@pytest.mark.parametrize("section", COMMON)
def test_common_sections_know_many_languages(section: str) -> None:
    """What every paper has is known in all of them."""
    assert {phrase.language for phrase in wording.phrases() if phrase.section == section} >= LANGUAGES


def test_phrases_are_written_once() -> None:
    """No line twice in a language of a section."""
    lines = sorted((phrase.section, phrase.language, phrase.written) for phrase in wording.phrases())
    assert [one for one, other in itertools.pairwise(lines) if one == other] == []


@pytest.mark.parametrize("written", ["(a quay", "a quay)(", "# *", "…"])
def test_what_is_no_phrase(written: str) -> None:
    """Brackets that do not match, and phrases without any word to look for, are mistakes of ours."""
    with pytest.raises(ValueError, match=r"brackets|no word"):
        wording.Index([wording.Phrase("x.y", "start", "en", written)])


@pytest.mark.parametrize(
    ("mode", "written", "text", "holds"),
    [
        ("start", "follow [us ]on (quay|pier)", "» Follow on Pier, please", True),
        ("start", "follow [us ]on (quay|pier)", "Follow us on piers", False),
        ("start", "follow [us ]on pier*", "Follow us on piers", True),
        ("start", "follow us", "Please follow us", False),
        ("whole", "old crane", "(Old Crane …)", True),
        ("whole", "old crane", "Old crane falls", False),
        ("anywhere", "<begin>sign up", "It rained. Sign up now", True),
        ("anywhere", "<begin>sign up", "Those who sign up", False),
        ("anywhere", "sign up…letter", "Now sign up for the letter", True),
        ("anywhere", "sign up…letter", "Sign up. Write a letter", False),
        ("anywhere", "広告", "これは広告です", True),
        ("end", "old crane", "of the old crane!", True),
        ("start", "# of \\(#\\)", "3 of (4)", True),
    ],
)
def test_how_phrases_are_written(mode: str, written: str, text: str, holds: bool) -> None:
    """Modes, words that may be missing, gaps, and where words end."""
    index = wording.Index([wording.Phrase("x.y", mode, "en", written)])
    folded = wording.fold(text)
    assert any(index.pattern(number).search(folded) for number in index.cued(folded)) is holds


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Don’t “stop” – now", 'don\'t "stop" - now'),
        ("ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ", "διαβάστε επίσης"),
        ("İLGİLİ", "ilgili"),
        ("أقرأ أيضاً", "اقرا ايضا"),
        ("کتاب‌ها", "كتابها"),
        ("cafe\u0301", "café"),
        ("soft\u00adware  and\nmore", "software and more"),
    ],
)
def test_what_folding_makes_the_same(one: str, other: str) -> None:
    """Case, quotes, hyphens, accents that capitals lose, Unicode's spellings, marks and white space."""
    assert wording.fold(one) == wording.fold(other)
