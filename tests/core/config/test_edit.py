"""Sources put into a feeds.yaml and taken out of it."""

from __future__ import annotations

import difflib
import pathlib
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import config, errors
from aggregator.core.config import edit

CASES = yaml.safe_load((pathlib.Path(__file__).parents[2] / "cases" / "config" / "edits.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_edits(case: dict[str, Any]) -> None:
    """What is put in and taken out; all else stays."""
    done = edit.added(case["text"], case["add"], "f") if "add" in case else edit.removed(case["text"], case["remove"], "f")
    assert done.text == case["becomes"]
    if "lines" in case:
        assert [f"{number} {line}" for number, line in done.lines] == case["lines"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x-a: &a [http://e.org/]\nsources: *a\n", "f:2:1: these sources are written elsewhere; edit it by hand"),
        ("{sources: [http://e.org/]}\n", "f:1:1: this file is not written as lines of keys; edit it by hand"),
        ("sources: 5\n", "f:1:1: these sources are written elsewhere; edit it by hand"),
    ],
)
def test_what_cannot_be_edited_is_told(text: str, said: str) -> None:
    """With its place."""
    with pytest.raises(errors.ConfigError) as caught:
        edit.added(text, [{"url": "http://n.org/"}], "f")
    assert str(caught.value) == said


COMMENTS = st.sampled_from(["", "  # a comment", " #x", "  # é — 東京"])
ADDRESSES = st.integers(0, 999).map(lambda number: f"https://e{number}.example/feed?a=1&b={number}")
STYLES = st.sampled_from(["bare", "quoted", "mapping", "flow"])


def line(style: str, url: str, indent: str, comment: str) -> str:
    """An item in one of the ways in which people write them."""
    written = {
        "bare": f"- {url}{comment}",
        "quoted": f"- '{url}'{comment}",
        "mapping": f"- url: {url}{comment}\n{indent}  # inside\n{indent}  categories:\n{indent}    - a{comment}",
        "flow": f"- {{url: '{url}', paused: true}}{comment}",
    }[style]
    return f"{indent}{written}\n"


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A feeds.yaml and the addresses in it."""
    urls = draw(st.lists(ADDRESSES, min_size=2, max_size=5, unique=True))
    indent = draw(st.sampled_from(["", "  ", "    "]))
    items = [
        line(draw(STYLES), url, indent, draw(COMMENTS)) + draw(st.sampled_from(["", "\n", f"{indent}# between\n"])) for url in urls
    ]
    tail = draw(st.sampled_from(["", "settings: {listen: off}\n", "# the end\n", "outputs:\n- name: a\n"]))
    return f"# head\nsources:{draw(COMMENTS)}\n{''.join(items)}{tail}", urls


@given(files(), st.lists(ADDRESSES.map(lambda url: url.replace("example", "other")), min_size=1, max_size=3, unique=True))
def test_what_is_added_is_all_that_changes(file: tuple[str, list[str]], new: list[str]) -> None:
    """The lines that were there stay in their order, and the file says what it said, and the new sources."""
    text, urls = file
    done = edit.added(text, [{"url": url} for url in new], "f")
    assert [one.url for one in config.load(done.text).sources] == urls + new
    changes = [one for one in difflib.ndiff(text.splitlines(), done.text.splitlines()) if one[0] in "+-"]
    assert len(changes) == len(new)
    assert all(one.startswith("+ ") for one in changes)


@given(files(), st.data())
def test_what_is_removed_is_all_that_changes(file: tuple[str, list[str]], data: st.DataObject) -> None:
    """Adding and removing undo each other; comments between sources stay."""
    text, urls = file
    place = data.draw(st.integers(0, len(urls) - 1))
    done = edit.removed(text, [place], "f")
    assert [one.url for one in config.load(done.text).sources] == [url for url in urls if url != urls[place]]
    assert done.text.count("# between") == text.count("# between")
    there = edit.added(text, [{"url": "https://new.example/", "name": "yes: #1"}], "f")
    assert edit.removed(there.text, [len(urls)], "f").text == text


@given(st.text(min_size=1, max_size=30).filter(lambda word: word.isprintable() and word.strip() and "${" not in word))
def test_any_name_can_be_written(name: str) -> None:
    """Whatever YAML thinks of it."""
    for text in ("sources:\n- http://e.org/\n", "sources: [http://e.org/]\n"):
        done = edit.added(text, [{"url": "http://n.org/", "name": name, "categories": [name]}], "f")
        source = config.load(done.text).sources[1]
        assert (source.name, source.categories) == (name, (name,))
