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
