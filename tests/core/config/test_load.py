"""feeds.yaml: what may stand in it, and what every mistake is told."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import pathlib
import pickle

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import config, errors

CASES = pathlib.Path(__file__).parents[2] / "cases" / "config"
MISTAKES = yaml.safe_load((CASES / "mistakes.yaml").read_text("utf-8"))

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
  proxy: http://proxy.example:3128
  allow_addresses: [127.0.0.0/8, "::1"]
  captions: keep
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
    captions: drop
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
    index: true
    rules:
      - keep: {any: [{title: [a, b]}, {not: {text: {text: c}}}], all: [{language: en}]}
      - limit: {per_source: 3}
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
    ],
)
def test_secrets_stay_out_of_messages(text: str) -> None:
    """Passwords and keys of addresses are struck out."""
    with pytest.raises(errors.ConfigError) as caught:
        config.load(text)
    assert "hunter2" not in str(caught.value)


def test_the_schema_agrees_with_the_loader() -> None:
    """It is a schema, accepts a whole file, and refuses unknown keys."""
    schema = config.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = yaml.safe_load(WHOLE)
    good["sources"][1].pop("headers")
    assert not list(validator.iter_errors(good))
    for bad in ({"sources": ["http://e.org/"], "colour": 1}, {"sources": [{"url": "http://e.org/", "intervall": "1h"}]}, {}):
        assert list(validator.iter_errors(bad))


@given(st.text(alphabet=st.sampled_from("abs:-[]{}&*<!|>'\"#\n \t\x00\ufeffé$0"), max_size=60))
def test_nothing_but_config_errors(text: str) -> None:
    """Whatever is in the file."""
    with contextlib.suppress(errors.ConfigError):
        config.load(text, environment={})


def test_aliases_that_multiply_are_refused() -> None:
    """A small file must not become a large one."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefg", "bcdefgh", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    with pytest.raises(errors.ConfigError, match="expands without end"):
        config.load("\n".join(lines) + "\nsources: [http://e.org/]")
