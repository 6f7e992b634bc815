"""feeds.yaml: what may stand in it, and what every mistake is told."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import math
import pathlib
import pickle

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import config, errors
from aggregator.core.config import document

CASES = pathlib.Path(__file__).parents[2] / "cases" / "config"
MISTAKES = yaml.safe_load((CASES / "mistakes.yaml").read_text("utf-8"))
DOCUMENTS = yaml.safe_load((CASES / "documents.yaml").read_text("utf-8"))
SCHEMA = jsonschema.Draft202012Validator(config.json_schema())

WHOLE = """
x-anchor: &common {interval: 15m, categories: [world]}
settings:
  data: d/
  output: o/
  store: sqlite
  listen: 127.0.0.1:9000
  url: https://feeds.example.org/
  contact: https://example.org/me
  interval: adaptive
  request_budget: 20000/day
  keep: 180d
  duplicate_window: 7d
  backlog: 5
  mass_change: 80%
  proxy: http://proxy.example:3128
  allow_addresses: [127.0.0.0/8, "::1"]
  captions: keep
  credits: drop
  bios: drop
  notes: drop
  blocks: {keep: [Advertisement], drop: [The Paper is printed daily.]}
  limits: {body: 5, seconds: 2.5}
sources:
  - https://example.org/feed.xml
  - url: https://example.net/rss
    name: Example News
    <<: *common
    headers: {Authorization: "Bearer ${TOKEN}"}
    paused: false
    full_text: auto
    duplicates: keep
    trust: high
    backlog: 0
    mass_change: off
    captions: drop
    credits: keep
    bios: keep
    notes: keep
    blocks: {drop: [0123456789abcdef]}
    rules:
      - drop: {title: Sponsored}
outputs:
  - name: world
    title: World news
    categories: [world]
    sources: [https://example.org/feed.xml]
    content: summary
    limit: 50
    max_bytes: 2MB
    duplicates: keep
    stories: group
    index: true
    rules:
      - keep: {any: [{title: [a, b]}, {not: {text: {text: c}}}], all: [{language: en}]}
      - limit: {per_source: 3}
verdicts:
  - same: [https://example.org/1, urn:uuid:6d0c0c2e-7a51-4d0e-9d58-3f0f6b1f2a10]
  - different: [https://example.org/1, https://example.net/1]
"""


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: repr(case["text"])[:60])
def test_every_mistake_is_told_with_its_place(case: dict[str, object]) -> None:
    """All of them at once, in the order of the file."""
    with pytest.raises(errors.ConfigError) as caught:
        config.load(str(case["text"]), "f.yaml", {})
    assert str(caught.value).split("\n") == case["errors"]


def test_everything_that_may_be_said() -> None:
    """Every key in its documented form."""
    read = config.load(WHOLE, environment={"TOKEN": "s3cret"})
    settings, (bare, named), (output,) = read.settings, read.sources, read.outputs
    assert settings.allow_addresses == (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1"))
    assert settings.request_budget == 20_000
    assert settings.keep == datetime.timedelta(days=180)
    assert (settings.limits.body, settings.limits.seconds) == (5, 2.5)
    assert bare == config.Source(url="https://example.org/feed.xml")
    assert named.interval == datetime.timedelta(minutes=15)
    assert named.headers == {"Authorization": "Bearer s3cret"}
    assert (output.max_bytes, output.limit, output.index) == (2_000_000, 50, True)
    assert len(output.rules) == 2
    assert (settings.duplicate_window, settings.backlog, settings.mass_change) == (datetime.timedelta(days=7), 5, 0.8)
    assert (named.trust, named.backlog, named.mass_change, output.stories) == ("high", 0, math.inf, "group")
    assert [(said.same, said.different) for said in read.verdicts] == [
        (("https://example.org/1", "urn:uuid:6d0c0c2e-7a51-4d0e-9d58-3f0f6b1f2a10"), None),
        (None, ("https://example.org/1", "https://example.net/1")),
    ]


def test_defaults_of_duplicates_and_stories() -> None:
    """Two weeks, ten entries, half of a document, copies merged and stories annotated, all sources trusted alike."""
    read = config.load("sources: [http://e.org/]")
    (source,), (output,) = read.sources, read.outputs
    assert (read.settings.duplicate_window, read.settings.backlog, read.settings.mass_change) == (
        datetime.timedelta(days=14),
        10,
        0.5,
    )
    assert (source.trust, source.backlog, source.mass_change, source.duplicates) == ("normal", None, None, "merge")
    assert (output.duplicates, output.stories, read.verdicts) == ("merge", "annotate", ())


def test_a_configuration_travels() -> None:
    """It can be pickled, and compared."""
    read = config.load(WHOLE, environment={"TOKEN": "x"})
    assert pickle.loads(pickle.dumps(read)) == read


@pytest.mark.parametrize("listen", ["off", '"off"', "'off'", "false"])
def test_listening_can_be_off(listen: str) -> None:
    """Quoted or not."""
    assert config.load(f"settings: {{listen: {listen}}}\nsources: [http://e.org/]").settings.listen is None


def test_without_outputs_there_is_one_of_everything() -> None:
    """It is called all."""
    read = config.load("sources: [http://e.org/]")
    assert [output.name for output in read.outputs] == ["all"]
    assert config.chosen(read.outputs[0], read.sources) == read.sources


@pytest.mark.parametrize(
    ("settings", "base"),
    [
        ("", "http://127.0.0.1:8080/"),
        ("settings: {listen: '[::1]:90'}\n", "http://[::1]:90/"),
        ("settings: {listen: off}\n", "http://127.0.0.1:8080/"),
        ("settings: {url: https://f.example/x}\n", "https://f.example/x/"),
    ],
)
def test_where_readers_reach_the_outputs(settings: str, base: str) -> None:
    """The url, or what listen says."""
    assert config.base_url(config.load(settings + "sources: [http://e.org/]").settings) == base


def test_short_intervals_on_public_hosts_warn() -> None:
    """Not on the user's own machines."""
    settings = "settings: {interval: 1m, allow_addresses: [127.0.0.0/8]}\n"
    text = settings + "sources: [http://e.org/, http://127.0.0.1/, {url: http://f.org/, interval: 5m}]"
    assert [problem.message for problem in config.warnings(config.load(text), text)] == [
        "an interval under 5m is impolite to e.org; servers may block you"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "sources:\n  - url: http://user:hunter2@e.org/\n  - url: http://user:hunter2@e.org/\n",
        "sources: ['http://e.org/?api_key=hunter2', 'http://e.org/?api_key=hunter2']",
        "sources: ['ftp://u:hunter2@e.org/']",
        "sources: ['u:hunter2@e.org/', 'http://u:hun/hunter2@e.org/', 'http://u:hunter2@e.org:x/', 'http://u:hunter2@℀.org/']",
        "sources: ['http://e.org/?token=hunter2 ', 'http://[::1/?token=hunter2']",
        "sources: [http://e.org/]\noutputs: [{name: a, sources: ['http://u:hunter2@e.org/?key=hunter2']}]",
        "sources: [http://e.org/]\nsettings: {proxy: 'socks5://u:hunter2@e.org/', store: 'postgresql://u:hunter2@e.org/'}",
        "sources: [{url: http://e.org/, headers: {A: \"hunter2\\n\", 'B C': hunter2, D: [hunter2], E: {F: hunter2}}}]",
        "sources: ['${SECRET}', {url: '${SECRET}/x', interval: '${SECRET}', headers: '${SECRET}'}]",
        "sources: ['http://[::1/${SECRET}', {url: ['${SECRET}']}, {url: {a: '${SECRET}'}}, 'http://e.org:${SECRET}/']",
        "sources: [http://e.org/]\nsettings: {listen: '${SECRET}', url: '${SECRET}', keep: '${SECRET}', interval: '${SECRET}'}",
        "sources: [http://e.org/]\nsettings: {request_budget: '${SECRET}', proxy: '${SECRET}'}",
        "sources: [http://e.org/]\nsettings: {allow_addresses: ['${SECRET}'], store: '${SECRET}', limits: '${SECRET}'}",
        "sources: [http://e.org/]\noutputs: [{name: a, max_bytes: '${SECRET}', content: '${SECRET}', limit: '${SECRET}'}]",
        "sources: [{url: http://e.org/, trust: '${SECRET}', backlog: '${SECRET}', mass_change: '${SECRET}'}]",
        "sources: [http://e.org/]\nsettings: {duplicate_window: '${SECRET}', mass_change: '${SECRET}'}\nverdicts: ['${SECRET}']",
        "sources: [http://e.org/]\nverdicts: [{same: ['http://u:hunter2@e.org/', 'http://u:hunter2@e.org/']}, {same: '${SECRET}'}]",
    ],
)
def test_secrets_stay_out_of_messages(text: str) -> None:
    """Passwords and keys of addresses are struck out, headers and what came from the environment are not shown."""
    with pytest.raises(errors.ConfigError) as caught:
        config.load(text, environment={"SECRET": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_variables_are_shown_as_they_are_written() -> None:
    """So that the message still says which value is wrong."""
    with pytest.raises(errors.ConfigError) as caught:
        config.load("sources: ['${FEED}/rss']", environment={"FEED": "hunter2"})
    assert '"${FEED}/rss" is no address' in str(caught.value)


def test_variables_make_plain_values() -> None:
    """What they fill in is text like any other, whatever it looks like; what only looks like one stays."""
    text = "sources: [{url: '${A}', name: '${B}', categories: ['$B', '${1}', '${B']}]"
    (source,) = config.load(text, environment={"A": "http://e.org/", "B": "true"}).sources
    assert (source.url, source.name, source.categories) == ("http://e.org/", "true", ("$B", "${1}", "${B"))
    assert type(source.url) is type(source.name) is str


def test_the_schema_is_one() -> None:
    """Of draft 2020-12, and the whole example is valid by it."""
    jsonschema.Draft202012Validator.check_schema(config.json_schema())
    assert SCHEMA.is_valid(yaml.safe_load(WHOLE))


@pytest.mark.parametrize(("verdict", "text"), [(verdict, text) for verdict, texts in DOCUMENTS.items() for text in texts])
def test_the_schema_agrees_with_the_loader(verdict: str, text: str) -> None:
    """An editor marks what the program refuses, and nothing else."""
    assert SCHEMA.is_valid(document.read(text, "f.yaml", {}).data) is (verdict == "good")
    with contextlib.nullcontext() if verdict == "good" else pytest.raises(errors.ConfigError):
        config.load(text)


def test_keys_without_value_stand_for_their_defaults() -> None:
    """As if they were not there."""
    blank = "settings:\n  listen:\n  interval:\n  proxy:\nsources:\n  - url: http://e.org/\n    categories:\n    rules:\noutputs:\n"
    assert config.load(blank) == config.load("sources: [http://e.org/]")


def test_merges() -> None:
    """A mapping's own keys win, then the earlier of the merged ones; top-level x- keys are free."""
    text = """
x-a: &a {name: A, interval: 1h}
x-b: &b {name: B, interval: 2h, paused: true}
sources:
  - {url: http://e.org/1, <<: [*a, *b], interval: 3h}
  - {<<: *b, url: http://e.org/2}
"""
    one, two = config.load(text).sources
    assert (one.name, one.interval, one.paused) == ("A", datetime.timedelta(hours=3), True)
    assert (two.name, two.interval) == ("B", datetime.timedelta(hours=2))


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("", "abc"), ("categories: [x]", "ac"), ("sources: [B]", "b"), ("categories: [y], sources: ['http://e.org/a']", "abc")],
)
def test_what_an_output_takes(chosen: str, expected: str) -> None:
    """Sources of its categories, or by name or address; all when it names none; in the order of the file."""
    text = """sources:
  - {url: http://e.org/a, categories: [x]}
  - {url: http://e.org/b, name: B, categories: [y]}
  - {url: http://e.org/c, categories: [x, y]}
"""
    read = config.load(text + f"outputs: [{{name: o, {chosen}}}]")
    assert "".join(source.url[-1] for source in config.chosen(read.outputs[0], read.sources)) == expected


def test_warnings_have_places() -> None:
    """That of the interval, or of the source that inherits it."""
    text = "settings: {interval: 2m}\nsources:\n  - http://e.org/\n  - url: http://f.org/\n    interval: 1m\n"
    found = list(config.warnings(config.load(text), text))
    assert [(problem.line, problem.column) for problem in found] == [(3, 5), (5, 15)]


WORDS = (
    "sources settings outputs url name interval rules drop any limit x-a ${A} ${ http://e.org/ off yes 007 1e9 ~ << *a &a !!set !x"
)
MARKS = "--- ... %YAML | > ' \" # ? : , - [ ] { } \ud800 \ufeff é \x07"
PIECES = st.sampled_from([*WORDS.split(" "), *MARKS.split(" "), "\n", "\n  ", "\t", " ", ": ", "- ", ""])


def problems(text: str) -> tuple[errors.Problem, ...]:
    """What is wrong with a file."""
    try:
        config.load(text, environment={"A": "b"})
    except errors.ConfigError as error:
        return error.problems
    return ()


@given(st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=60)))
def test_nothing_but_config_errors(text: str) -> None:
    """Whatever is in the file; and every problem says something and has a place in it, one after the other."""
    found = problems(text)
    lines = sum(text.count(end) for end in "\n\r\x85\u2028\u2029") + 2  # a parser's end of file is on a line of its own
    assert all(1 <= problem.line <= lines and problem.column >= 1 and problem.message for problem in found)
    assert [(problem.line, problem.column) for problem in found] == sorted((problem.line, problem.column) for problem in found)


@pytest.mark.parametrize("text", ["[" * 300_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000, "x-a: " + "[" * 101 + "]" * 101])
def test_nesting_without_end_is_refused(text: str) -> None:
    """The parser's recursion would end the process."""
    with pytest.raises(errors.ConfigError, match="nested too deeply"):
        config.load(text)


def test_long_files_are_no_bombs() -> None:
    """Thousands of sources load; only aliases are counted."""
    read = config.load("sources:\n" + "".join(f"- {{url: http://e.org/{i}, name: n{i}}}\n" for i in range(2_000)))
    assert len(read.sources) == 2_000


def test_aliases_that_multiply_are_refused() -> None:
    """A small file must not become a large one."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefg", "bcdefgh", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    with pytest.raises(errors.ConfigError, match="expands without end"):
        config.load("\n".join(lines) + "\nsources: [http://e.org/]")


@pytest.mark.parametrize(
    ("settings", "base"),
    [
        ("url: 'https://feeds.paper.org'", "https://feeds.paper.org/"),
        ("url: 'https://93.184.216.34/feeds/'", "https://93.184.216.34/feeds/"),
        ("url: 'https://feeds.paper.org/', websub: off", None),
        ("contact: me", None),
        ("url: 'http://feeds.paper.org/'", None),
        ("url: 'https://reader/'", None),
        ("url: 'https://reader.local/'", None),
        ("url: 'https://a.localhost./'", None),
        ("url: 'https://feeds.home.arpa/'", None),
        ("url: 'https://192.168.1.20/'", None),
        ("url: 'https://[fd00::1]/'", None),
        ("url: 'https://jo:secret@feeds.paper.org/'", None),
        ("url: 'http://192.168.1.20:8080/', allow_addresses: [192.168.1.0/24]", "http://192.168.1.20:8080/"),
        ("url: 'http://127.0.0.1:8080/', allow_addresses: [192.168.1.0/24]", None),
        ("url: 'http://localhost:8080/', allow_addresses: [127.0.0.0/8]", None),
    ],
)
def test_where_hubs_reach_us(settings: str, base: str | None) -> None:
    """At a public https address, or at a literal one of the user's own network; not where websub is off."""
    assert config.reached(config.load(f"settings: {{{settings}}}\nsources: [http://e.org/]")) == base
