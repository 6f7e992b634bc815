"""Files that a feeds.yaml includes."""

from __future__ import annotations

import pytest

from aggregator.core import config, errors
from aggregator.core.config import including

MAIN = """\
include: [blogs.yaml, list.opml]
sources:
- {url: "http://a.example/", name: A}
rules: [{use: calm}]
outputs:
- {name: blogs, categories: [blog]}
"""
BLOGS = """\
# blogs
sources:
- url: http://b.example/
  categories: [blog]
  rules: [{drop: {title: x}}]
rule_sets:
  calm: [{drop: {title: live}}]
categories: {blog: {rules: [{drop: {title: y}}]}}
x-mine: 5
"""
OPML = """<opml version="2.0"><body>
<outline text="blog"><outline text="C" xmlUrl="http://c.example/"/></outline>
<outline text="A" xmlUrl="http://d.example/"/><outline text="Again" xmlUrl="https://www.a.example"/><outline text="E" xmlUrl="ftp://e/"/>
</body></opml>"""


def loaded(main: str = MAIN, blogs: str = BLOGS, opml: str = OPML) -> config.Config:
    """The whole of it."""
    return config.load(main, "feeds.yaml", {}, [config.Included("blogs.yaml", blogs), config.Included("list.opml", opml)])


def test_all_parts_are_one() -> None:
    """Lists behind lists, names beside names; of a list of feeds what is there already, or cannot be, is left out."""
    read = loaded()
    assert [(one.url, one.name, one.categories) for one in read.sources] == [
        ("http://a.example/", "A", ()),
        ("http://b.example/", None, ("blog",)),
        ("http://c.example/", "C", ("blog",)),
        ("http://d.example/", None, ()),
    ]
    assert [rule.at for rule in config.every_rule(read)] == ["blogs.yaml:7", "blogs.yaml:8", "blogs.yaml:5"]


@pytest.mark.parametrize(
    ("blogs", "said"),
    [
        (BLOGS.replace("title: x", "titel: x"), 'blogs.yaml:5:19: unknown key "titel", did you mean "title"?'),
        (BLOGS.replace("http://b.example/", "ftp://b.example/"), "blogs.yaml:3:8: sources[1].url:"),
        (BLOGS + "  wrong: [\n", "blogs.yaml:10:"),
        ("- http://b.example/\n", "blogs.yaml:1:1: an included file is a mapping, for example of sources:"),
        ("sources: 5\n", "blogs.yaml:1:10: sources: must be a list"),
        ("rule_sets: []\n", "blogs.yaml:1:12: rule_sets: must be a mapping of names and values"),
        ("settings: {listen: off}\n", 'blogs.yaml:1:1: "settings" has no place in an included file; it may have sources, outputs,'),
        ("sources: [http://a.example/]\n", "blogs.yaml:1:11: http://a.example/ is named twice"),
    ],
)
def test_mistakes_have_their_files(blogs: str, said: str) -> None:
    """And their places there."""
    main = MAIN.replace("rules: [{use: calm}]\n", "").replace("outputs:\n- {name: blogs, categories: [blog]}\n", "")
    with pytest.raises(errors.ConfigError) as caught:
        loaded(main, blogs)
    assert str(caught.value).startswith(said)


def test_one_name_in_two_files() -> None:
    """A set or a category is written once."""
    with pytest.raises(errors.ConfigError, match=r'blogs.yaml:7:3: the key "calm" stands in another file too'):
        loaded(MAIN + "rule_sets: {calm: [{drop: {title: z}}]}\n")


def test_a_list_that_is_none() -> None:
    """Told under its own name."""
    with pytest.raises(errors.ConfigError, match=r"list.opml:1:1: it is no OPML"):
        loaded(opml="<html/>")


def test_warnings_have_their_files() -> None:
    """Rules that do nothing, wherever they stand."""
    blogs = BLOGS.replace("{drop: {title: x}}", "{drop: {title: live}}")
    read = loaded(blogs=blogs)
    found = list(config.warnings(read, MAIN, parts=[config.Included("blogs.yaml", blogs), config.Included("list.opml", OPML)]))
    assert [problem.at("feeds.yaml") for problem in found] == ["blogs.yaml:5:11: blogs.yaml:7 leaves nothing for this rule to do"]


def test_what_is_included() -> None:
    """One or several."""
    assert [name for name, _ in config.includes(MAIN, "f", {})] == ["blogs.yaml", "list.opml"]
    assert [name for name, _ in config.includes("include: a.yaml", "f", {})] == ["a.yaml"]
    assert list(config.includes("include: 5", "f", {})) == list(config.includes("", "f", {})) == []
    assert [name for name, _ in config.includes("include: [http://e.example/l.opml]", "f", {})] == ["http://e.example/l.opml"]
    with pytest.raises(errors.ConfigError, match=r"f:1:11: http:// is not a valid address"):
        list(config.includes("include: ['http://']", "f", {}))
    assert config.data("settings: {data: x}\nwrong: 5", "f", {}) == "x"
    assert config.data("settings: 5", "f", {}) == config.data("", "f", {}) == "data/"
    assert config.load("include: a.yaml\nsources: [http://e.org/]").include == ("a.yaml",)
    assert including.Included("A.OPML", "").is_list
