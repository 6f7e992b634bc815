"""The stages as filters, as other programs use them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "aggregator", "pipe"]
PROSE = "The ferry left the quay at noon with forty passengers and a crate of lemons on deck, bound for the island."
BLURB = "Sign up to our newsletter for the latest harbour news straight to your inbox."


def pipe(stage: str, *lines: Any, options: tuple[str, ...] = ()) -> tuple[int, list[dict[str, Any]]]:
    """Run a stage over lines (a string goes in as it is); its exit code and its answers."""
    told = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    done = subprocess.run([*COMMAND, stage, *options], input=told, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_clean_text() -> None:
    """Text stays text; what went is told with rule and class; unknown fields pass through."""
    line = {
        "id": 7,
        "source": "s",
        "url": "",
        "title": "Ferry",
        "text": f"{PROSE}\n\n{BLURB}\n\nSource: Read Full Article",
        "mine": [1],
    }
    code, (answer,) = pipe("clean", line)
    assert code == 0
    assert (answer["text"], answer["id"], answer["mine"]) == (PROSE, 7, [1])
    assert [removal["text"] for removal in answer["removed"]] == [BLURB, "Source: Read Full Article"]
    assert all(set(removal) == {"text", "rule", "class"} for removal in answer["removed"])
    assert "content" not in answer


def test_clean_content() -> None:
    """HTML comes back as safe HTML, with its text."""
    content = f"<p onclick='x()'>{PROSE}</p><p>{BLURB}</p><script>bad()</script>"
    _, (answer,) = pipe("clean", {"id": 1, "source": "s", "url": "https://e.org/1", "title": "Ferry", "content": content})
    assert (answer["content"], answer["text"]) == (f"<p>{PROSE}</p>", PROSE)


def recurring(count: int) -> list[dict[str, str]]:
    """Articles of one source that end in the same words."""
    odd = "Harbourside Weekly is printed on the last working press of the coast and folded by hand."
    return [
        {
            "id": f"{i}",
            "source": "s",
            "url": f"https://e.org/{i}",
            "title": f"T{i}",
            "text": f"{PROSE} Number {i * 'x'}y.\n\nMore {i * 'z'}a.\n\n{odd}",
        }
        for i in range(count)
    ]


def test_clean_learns_what_a_source_repeats() -> None:
    """Over the whole input, unless told not to."""
    lines = recurring(6)
    _, learned = pipe("clean", *lines)
    assert all("Harbourside" not in answer["text"] for answer in learned)
    _, unlearned = pipe("clean", *lines, options=("--no-learn",))
    assert all("Harbourside" in answer["text"] for answer in unlearned)


def test_the_same_article_again_teaches_nothing() -> None:
    """The same url or text counts once, under whatever id."""
    article = recurring(1)[0]
    _, answers = pipe("clean", *[article | {"id": f"{i}", "url": f"https://e.org/x{i}"} for i in range(6)])
    assert all("Harbourside" in answer["text"] for answer in answers)


def test_dedupe() -> None:
    """A copy names its head, and why."""
    text = f"{PROSE} {PROSE} {PROSE}"
    first = {"id": "a", "source": "s", "url": "https://e.org/1", "title": "Ferry", "text": text, "published": None}
    copy = first | {"id": "b", "source": "t", "url": "https://f.org/9", "title": "Lemons", "text": text.upper()}
    other = first | {"id": "c", "source": "t", "url": "https://f.org/8", "title": "Cat", "text": ""}
    code, (one, two, three) = pipe("dedupe", first, copy, other)
    assert code == 0
    assert (one["duplicate_of"], one["story"]) == (None, "a")
    assert (two["duplicate_of"], two["story"], two["why"]["evidence"]) == ("a", "a", "text")
    assert (three["duplicate_of"], three["story"]) == (None, "c")


def test_extract() -> None:
    """A page gives its article; a wall gives an empty one."""
    body = f"<nav><a href=/>Home</a></nav><article>{f'<p>{PROSE}</p>' * 5}</article>"
    html = f"<html><head><title>Ferry</title></head><body>{body}</body></html>"
    wall = {"id": 2, "url": "https://e.org/2", "html": "<p>Please enable JavaScript to continue.</p>"}
    _, (page, walled) = pipe("extract", {"id": 1, "url": "https://e.org/1", "html": html}, wall)
    assert page["text"].count(PROSE) >= 1
    assert page["content"].startswith("<p>")
    assert set(page) == {"id", "url", "html", "title", "content", "text", "published", "authors"}
    assert (walled["text"], walled["content"]) == ("", "")


@pytest.mark.parametrize("stage", ["extract", "clean", "dedupe"])
def test_bad_lines_stand_in_their_place(stage: str) -> None:
    """The rest is done, and the exit code tells."""
    good = {
        "id": "g",
        "source": "s",
        "url": "https://e.org/1",
        "title": "t",
        "text": PROSE,
        "html": f"<p>{PROSE}</p>",
        "published": None,
    }
    code, answers = pipe(stage, good, "{not json", {"id": "b", "text": 5, "html": 5, "url": ""}, "[1]", good | {"id": "h"})
    assert code == 1
    assert [answer.get("id") for answer in answers] == ["g", None, "b", None, "h"]
    assert ["error" in answer for answer in answers] == [False, True, True, True, False]


@pytest.mark.parametrize("stage", ["extract", "dedupe"])
def test_answers_come_line_by_line(stage: str) -> None:
    """Each before the next line is read."""
    process = subprocess.Popen([*COMMAND, stage], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        for name in ("a", "b"):
            process.stdin.write(
                json.dumps({"id": name, "source": "s", "url": "", "title": "", "text": "", "html": "<p>x</p>"}) + "\n"
            )
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == name
        process.stdin.close()
    assert process.returncode == 0


GOOD = {
    "id": "g",
    "source": "s",
    "url": "https://e.org/1",
    "title": "t",
    "text": PROSE,
    "html": f"<p>{PROSE}</p>",
    "published": None,
}
STAGES = ["extract", "clean", "dedupe"]


@pytest.mark.parametrize("stage", STAGES)
def test_fields_of_others_pass_through(stage: str) -> None:
    """What a stage does not know comes out as it went in, whatever it is."""
    others = {"mine": [1, {"a": None}], "é": "…", "big": 10**30, "half": 0.5, "lone": "a\ud800b", "yes": True}
    code, (answer,) = pipe(stage, GOOD | others)
    assert code == 0
    assert {name: answer[name] for name in others} == others


BAD = {
    "deep": "[" * 100_000,
    "deep inside": '{"id": "b", "url": ' + "[" * 5_000 + "]" * 5_000 + "}",
    "no number": json.dumps(GOOD | {"id": "b", "x": float("nan")}),
    "cut": '{"id": "b"',
    "text": '"b"',
    "null": "null",
    "zero": "\x00",
    "two": "{} {}",
    "kinds": '{"id": "b", "url": {}, "html": [], "text": 1, "title": 2}',
}


@pytest.mark.parametrize("stage", STAGES)
def test_any_line_may_be_bad(stage: str) -> None:
    """Lines that cannot be worked on are answered in their place, with their id as far as they have one; the others are done."""
    code, answers = pipe(stage, GOOD, *BAD.values(), GOOD | {"id": "h"})
    assert code == 1
    assert [answers[0]["id"], answers[-1]["id"]] == ["g", "h"]
    assert len(answers) == len(BAD) + 2
    for name, answer in zip(BAD, answers[1:-1], strict=True):
        assert set(answer) - {"id"} == {"error"}, name
        assert answer["error"], name
        assert answer.get("id", "b") == "b", name


def test_bytes_that_are_no_text() -> None:
    """Input that is not UTF-8 is read as far as it can be."""
    told = json.dumps(GOOD).encode().replace(b'"t"', b'"caf\xe9"') + b"\n"
    done = subprocess.run([*COMMAND, "dedupe"], input=told, capture_output=True, check=True, timeout=60)
    assert json.loads(done.stdout)["title"] == "caf�"


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_in_nothing_out(stage: str) -> None:
    """No lines give no answers; empty lines are none."""
    assert pipe(stage) == (0, [])
    assert pipe(stage, "", "  ") == (0, [])


def test_dedupe_never_looks_ahead() -> None:
    """The answers to the first lines are the same, whatever follows; duplicates point to the first of their story."""
    text = " ".join(f"word{number}" for number in range(60))
    lines = [
        {
            "id": f"{number}",
            "source": f"s{number}",
            "url": f"https://e{number}.org/x",
            "title": "Ferry",
            "text": text,
            "published": None,
        }
        for number in range(4)
    ]
    _, whole = pipe("dedupe", *lines)
    assert [(answer["duplicate_of"], answer["story"]) for answer in whole] == [(None, "0"), ("0", "0"), ("0", "0"), ("0", "0")]
    for count in range(1, 4):
        assert pipe("dedupe", *lines[:count])[1] == whole[:count]


def test_dedupe_of_dates() -> None:
    """Dates may be missing, naive or nonsense; within a source they tell a weekly thread from a copy."""
    text = " ".join(f"word{number}" for number in range(60))
    base = {"source": "s", "title": "Thread", "text": text}
    dates = ["2026-03-01T10:00:00", "2026-03-01T11:00:00+00:00", "2026-03-20T10:00:00Z", "soon", None, 7]
    code, answers = pipe(
        "dedupe", *(base | {"id": f"{n}", "url": f"https://e.org/{n}", "published": date} for n, date in enumerate(dates))
    )
    assert code == 0
    assert [answer["duplicate_of"] for answer in answers[:3]] == [None, "0", None]
    assert [answer["published"] for answer in answers] == dates


def test_clean_reads_all_before_it_answers() -> None:
    """Cleaning needs the whole input, and says nothing before it has it."""
    process = subprocess.Popen([*COMMAND, "clean"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        answers, _ = process.communicate("".join(json.dumps(line) + "\n" for line in recurring(6)), timeout=60)
    assert [json.loads(answer)["id"] for answer in answers.splitlines()] == [str(number) for number in range(6)]
    assert "Harbourside" not in json.loads(answers.splitlines()[0])["text"]


def test_extract_cleans_what_it_finds() -> None:
    """What comes out of a page is safe, absolute, and as text too."""
    body = f"<article><p onclick='x()'>{PROSE} <a href='/more'>More</a></p>{f'<p>{PROSE}</p>' * 4}<script>bad()</script></article>"
    _, (answer,) = pipe("extract", {"id": 1, "url": "https://e.org/1", "html": f"<html><body>{body}</body></html>"})
    assert "onclick" not in answer["content"]
    assert "bad()" not in answer["content"] + answer["text"]
    assert 'href="/more"' not in answer["content"]
    assert "\n\n" in answer["text"]
