"""Each rule takes what it is about, and leaves what only looks like it, in every language it knows."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Iterator

import pytest

from aggregator.core import clean, model

CASES = pathlib.Path(__file__).parents[2] / "cases" / "clean"
PROSE = (
    "The council met on Tuesday evening to hear about the old crane, and most of those present spoke in its favour.",
    "It was built by the grandfather of the harbour master, who says that he has nothing to do with the matter.",
    "Whoever wants to see it lift a crate of lemons has until the end of the month, when the last ferry leaves.",
    "Nobody could say on Wednesday what the paint alone would cost, let alone who was going to be asked for it.",
    "A dozen dockers stood outside in the rain until it was over, and walked home along the quay without a word.",
    "The next meeting is to be held in the hall of the fish market, where there is more room and a better stove.",
    "Two widows who live beside it had brought a cake, which was eaten before the first speaker had sat down.",
    "The clerk wrote all of it down in pencil, since the ink of the council had frozen in the night before.",
    "What becomes of the gulls that nest on its arm is a question that was put off until the ice is gone.",
)


@dataclasses.dataclass(frozen=True)
class Case:
    """An article block by block, and which of them the rule takes."""

    title: str
    blocks: tuple[str, ...]
    gone: tuple[str, ...]


def cases(rule: str) -> Iterator[Case]:
    """The cases of a rule's file (its form is told in signup.txt)."""
    for part in (CASES / f"{rule}.txt").read_text("utf-8").split("\n\n"):
        title, blocks, gone = "The old crane", [], []
        for line in part.splitlines():
            sign, _, said = line.partition(" ")
            if sign == "title":
                title = said
            elif sign in ("+", "-", "~"):
                blocks.append(PROSE[sum(block in PROSE for block in blocks)] if sign == "~" else said)
                gone += [said] if sign == "-" else []
        if blocks:
            yield Case(title, tuple(blocks), tuple(gone))


FILES = sorted(path.stem for path in CASES.glob("*.txt"))


@pytest.mark.parametrize(("rule", "case"), [(rule, case) for rule in FILES for case in cases(rule)])
def test_a_rule_takes_what_it_is_about(rule: str, case: Case) -> None:
    """What is marked goes by this rule, in plain text, and all else stays in its order."""
    policy = clean.Policy(bios="drop", notes="drop") if rule in ("bio", "note") else clean.Policy()
    text, removed = clean.clean_text(case.title, "\n\n".join(case.blocks), policy)
    assert [removal.text for removal in removed if removal.rule == rule] == list(case.gone)
    assert text.split("\n\n") == [block for block in case.blocks if block not in case.gone]


def test_every_rule_of_wording_has_cases() -> None:
    """A rule in the table has a file of cases, but for those that need links, a source's history or the user's choice."""
    assert {cleaner.name for cleaner in clean.CLEANERS} - set(FILES) == {"tail", "learned", "chosen"}


def test_bios_and_notes_stay_by_default() -> None:
    """Who wrote it and what was corrected is for the house to drop."""
    for rule in ("bio", "note"):
        for case in cases(rule):
            assert clean.clean_text(case.title, "\n\n".join(case.blocks))[1] == ()


def test_every_rule_is_documented() -> None:
    """Names are unique; each rule has a class for its removals and says what it is about."""
    names = [cleaner.name for cleaner in clean.CLEANERS]
    assert len(set(names)) == len(names)
    assert all(cleaner.kind and type(cleaner).__doc__ for cleaner in clean.CLEANERS)


def html(*blocks: str) -> model.Cleaned:
    """An entry of these blocks of HTML after cleaning."""
    return clean.clean(model.Entry("1", title="The old crane", content="".join(blocks), link="https://quay.example/crane"))


def paragraphs(*blocks: str) -> list[str]:
    """Blocks of text as paragraphs."""
    return [f"<p>{block}</p>" for block in blocks]


LONE = '<p><a href="https://www.quay.example/ferry">Ferry line loses a third captain in one year</a></p>'


def test_a_lone_link_to_another_headline() -> None:
    """Between prose, to another page of the site: it goes; not where a paragraph announces it, nor to other sites."""
    first, second, third, fourth = paragraphs(*PROSE[:4])
    assert [r.rule for r in html(first, second, LONE, third, fourth).removed] == ["related"]
    assert (
        html(
            first, "<p>This is what we wrote of it last year, when the third of them left the ship for good:</p>", LONE, third
        ).removed
        == ()
    )
    assert html(first, second, LONE.replace("www.quay", "pier"), third, fourth).removed == ()


def test_links_that_are_what_the_article_is_about() -> None:
    """Where a good part of it are lone links, all stay."""
    first, second, third, fourth = paragraphs(*PROSE[:4])
    assert html(first, LONE, second, LONE.replace("ferry", "crane"), third, LONE.replace("ferry", "bell"), fourth).removed == ()


def test_a_heading_of_related_stories_takes_its_list() -> None:
    """The heading and the list of links under it; a list of something else stays."""
    links = '<ul><li><a href="/a">A bell for the harbour</a></li><li><a href="/b">A third captain leaves</a></li></ul>'
    first, second, *_ = paragraphs(*PROSE)
    assert [r.rule for r in html(first, second, "<h3>Related stories</h3>", links).removed] == ["related", "related"]
    assert "<li>Tea</li>" in html(first, second, "<h3>Related stories</h3>", "<ul><li>Tea</li><li>Oilskins</li></ul>").entry.content


def test_buttons_to_share_are_links() -> None:
    """The name of a network is a button when it is a link, and a word when it is none."""
    first, second, *_ = paragraphs(*PROSE)
    assert [r.rule for r in html(first, second, '<p><a href="https://x.example/share?u=1">Twitter</a></p>').removed] == ["follow"]
    assert html(first, "<p>Twitter</p>", second).removed == ()


@pytest.mark.parametrize(
    "link", ["Read more", "Continue reading &rarr;", "Weiterlesen", "Lire la suite", "Leer más", "Читать далее", "続きを読む"]
)
def test_a_link_to_the_rest_is_cut_off(link: str) -> None:
    """The paragraph stays, its ellipsis too."""
    cleaned = html(f'<p>{PROSE[0]} […] <a href="/crane">{link}</a></p>')
    assert cleaned.text == f"{PROSE[0]} […]"
    assert [r.rule for r in cleaned.removed] == ["tail"]


def test_a_link_that_is_part_of_a_sentence_stays() -> None:
    """Even when it says that there is more."""
    cleaned = html(f'<p>{PROSE[0]} Of the bell you can <a href="/bell">read more in our guide</a></p>')
    assert (cleaned.removed, "read more in our guide" in cleaned.text) == ((), True)


FIGURE = '<figure><img src="https://quay.example/i.jpg"><figcaption>Northport: Dockers carry crates past it</figcaption></figure>'
CAPTION = "<p>Northport: Dockers carry crates of lemons past the old crane</p>"


def test_a_caption_stays_with_its_picture() -> None:
    """In its figure, or right after it; without any it goes, by policy."""
    first, second, *_ = paragraphs(*PROSE)
    assert html(first, FIGURE, second).removed == ()
    assert html(first, '<img src="https://quay.example/i.jpg">', CAPTION, second).removed == ()
    assert [r.rule for r in html(first, CAPTION, second).removed] == ["caption"]
    assert [r.rule for r in html(first, FIGURE.replace("https://quay.example/i.jpg", "data:,"), second).removed] == ["caption"]


def test_captions_are_a_matter_of_policy() -> None:
    """Captions kept; credits dropped."""
    blocks = [PROSE[0], "Northport: Dockers carry crates of lemons past the old crane", PROSE[1], "Photo: Ida Quay/NNA", PROSE[2]]
    text, _ = clean.clean_text("t", "\n\n".join(blocks), clean.Policy(captions="keep", credits="drop"))
    assert text.split("\n\n") == [*blocks[:3], PROSE[2]]


def test_a_caption_in_bold_is_a_heading() -> None:
    """Bold lines between paragraphs are what writers without headings use for them."""
    first, second, *_ = paragraphs(*PROSE)
    assert html(first, CAPTION.replace("<p>", "<p><b>").replace("</p>", "</b></p>"), second).removed == ()


def test_a_line_about_a_video_stays_with_it() -> None:
    """`Watch the video below` goes where no player is."""
    first, second, line = paragraphs(*PROSE[:2], "Watch the interview below:")
    player = '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>'
    assert html(first, line, player, second).removed == ()
    assert [r.rule for r in html(first, line, second).removed] == ["podcast"]
