"""What is written into headers and read from them."""

import base64
import datetime
import email.utils
import re

import hypothesis
import pytest
from hypothesis import strategies as st

from aggregator.core import errors, model
from aggregator.edges.fetch import fields

_NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@pytest.mark.cases("retry_after.jsonl")
def test_retry_after(value: str, seconds: float | None) -> None:
    """Seconds and dates are understood and bounded, what makes no sense counts as not said."""
    assert fields.retry_after(value, _NOW) == seconds


@pytest.mark.cases("max_age.jsonl")
def test_max_age(headers: dict[str, str], seconds: float | None) -> None:
    """The freshness that a server promises, as caches reckon it."""
    assert fields.max_age(headers, _NOW) == seconds


@hypothesis.given(st.text() | st.from_regex("[0-9.-]+") | st.datetimes().map(lambda when: email.utils.format_datetime(when)))
def test_retry_after_is_bounded_whatever_is_sent(value: str) -> None:
    """No value raises, and none waits for less than nothing or more than a day."""
    waits = fields.retry_after(value, _NOW)
    assert waits is None or 0 <= waits <= fields.DAY


@hypothesis.given(
    st.dictionaries(st.sampled_from(["cache-control", "expires", "date", "age"]), st.text() | st.from_regex("max-age=[0-9]+"))
)
def test_max_age_is_bounded_whatever_is_sent(headers: dict[str, str]) -> None:
    """No headers raise, and none promise less than nothing or more than a week."""
    fresh = fields.max_age(headers, _NOW)
    assert fresh is None or 0 <= fresh <= fields.WEEK


@hypothesis.given(st.integers(0, 86_400))
def test_a_date_is_as_good_as_seconds(seconds: int) -> None:
    """Both forms of Retry-After mean the same."""
    date = email.utils.format_datetime(_NOW + datetime.timedelta(seconds=seconds), usegmt=True)
    assert fields.retry_after(date, _NOW) == fields.retry_after(str(seconds), _NOW) == seconds


@hypothesis.given(st.text(), st.text())
def test_validators_are_sent_as_stored_or_not_at_all(etag: str, last_modified: str) -> None:
    """Whatever the store holds makes a request that can be sent, and nothing is altered on the way."""
    for name, value in fields.conditional(model.Validators(etag, last_modified)):
        assert value.decode("latin-1") in (etag, last_modified) or value.decode() in (etag, last_modified)
        assert name in (b"If-None-Match", b"If-Modified-Since")
        assert not re.search(rb"[\0\r\n]", value)


def test_overlong_validators_count_as_none() -> None:
    """Servers refuse long header lines, so a validator that is one would make each request fail."""
    assert fields.validators("e" * 2_049, "m" * 2_048) == model.Validators("", "m" * 2_048)


def test_password_of_a_url() -> None:
    """User name and password become Basic authorization, percent-encoding undone."""
    expected = b"Basic " + base64.b64encode("jo@home:pä:ss".encode())
    assert fields.secret("https://jo%40home:p%C3%A4:ss@feeds.example/", {}) == [(b"Authorization", expected)]


def test_a_configured_authorization_wins_over_the_urls() -> None:
    """Two Authorization headers would be refused; the one written out is meant."""
    assert fields.secret("https://jo:x@feeds.example/", {"Authorization": "Bearer t"}) == [(b"Authorization", b"Bearer t")]


@pytest.mark.parametrize("name", ["Host", "Content-Length", "transfer-encoding", "Accept-Encoding", "If-None-Match", "Connection"])
def test_headers_that_are_ours_are_not_taken(name: str) -> None:
    """What governs the connection, the coding or the validators cannot be configured."""
    assert fields.secret("https://feeds.example/", {name: "x"}) == []


@pytest.mark.parametrize(("name", "value"), [("X-Key", "secret\r\nHost: evil"), ("X Key", "secret"), ("X-Key", "\0secret")])
def test_unsendable_headers_are_refused_without_their_value(name: str, value: str) -> None:
    """A header that would break out of its line is refused by name; its value may be a secret."""
    with pytest.raises(errors.FetchError, match=r"X.Key") as caught:
        fields.secret("https://feeds.example/", {name: value})
    assert caught.value.kind == "protocol"
    assert "secret" not in str(caught.value)


def test_own_headers_replace_common_ones() -> None:
    """A source may name itself or ask otherwise than usual."""
    merged = fields.merged(fields.common("ours"), fields.secret("https://feeds.example/", {"User-Agent": "theirs"}))
    assert [value for name, value in merged if name.lower() == b"user-agent"] == [b"theirs"]


@pytest.mark.parametrize(
    ("sent", "target"),
    [
        ("/b?c#d", "https://feeds.example/b?c"),
        ("//other.example/b", "https://other.example/b"),
        ("b", "https://feeds.example/a/b"),
        ("#top", "https://feeds.example/a/"),
        ("/žluť".encode().decode("latin-1"), "https://feeds.example/%C5%BElu%C5%A5"),
        ("https://u:p@feeds.example/", "https://feeds.example/"),
    ],
)
def test_location(sent: str, target: str) -> None:
    """Redirects are resolved as browsers do, without fragment, user name and password."""
    assert fields.location(sent, "https://feeds.example/a/") == target


@pytest.mark.parametrize("sent", ["file:///etc/passwd", "javascript:alert(1)", "http://", "http://[bad/", "http://h:99999999/"])
def test_location_that_is_no_address(sent: str) -> None:
    """A redirect may not lead out of HTTP."""
    with pytest.raises(errors.AddressRefused, match="redirects to"):
        fields.location(sent, "https://feeds.example/a/")


def test_shown_addresses_are_short_printable_and_without_secrets() -> None:
    """Messages end up in logs and pages."""
    shown = fields.shown("https://jo:pass@feeds.example/\x1b[31m?token=abc&q=" + "x" * 1_000)
    assert len(shown) <= 200
    assert shown.isprintable()
    assert "pass" not in shown
    assert "abc" not in shown
