"""Dates as feeds write them."""

import datetime

import feedparser.datetimes
import hypothesis
import hypothesis.strategies
import pytest

from aggregator.core.parse import dates


def _utc(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.UTC)  # type: ignore[misc,arg-type]


def _read(value: str, language: str = "") -> datetime.datetime | None:
    """As the parser of XML does: with feedparser's own reading at hand."""
    return dates.date(value, feedparser.datetimes._parse_date(value), language)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Thu, 01 Jan 2026 10:00:00 GMT", _utc(2026, 1, 1, 10)),
        ("Thu, 01 Jan 2026 10:00:00 +05:30", _utc(2026, 1, 1, 4, 30)),
        ("Thu, 1 Jan 26 10:00 EST", _utc(2026, 1, 1, 15)),
        ("01 Jan 2026", _utc(2026, 1, 1)),
        ("2026-01-01T10:00:00.5-02:00", _utc(2026, 1, 1, 12)),
        ("2026-01-01T10:00", _utc(2026, 1, 1, 10)),
        ("2026-01-01 10:00:00 +0100", _utc(2026, 1, 1, 9)),
        ("2026-01-01T23:59:60Z", _utc(2026, 1, 2)),
        ("20260101", _utc(2026, 1, 1)),
        ("2026", _utc(2026, 1, 1)),
        ("Thu Jan  1 10:00:00 2026", _utc(2026, 1, 1, 10)),
        ("5 Jan 2026 10:00 PM", _utc(2026, 1, 5, 22)),
        ("January 5, 2026 7:30 a.m.", _utc(2026, 1, 5, 7, 30)),
        ("January 5, 2026", _utc(2026, 1, 5)),
        ("1767607200", _utc(2026, 1, 5, 10)),
        ("1767607200000", _utc(2026, 1, 5, 10)),
        ("  2026-01-01T10:00:00Z\n", _utc(2026, 1, 1, 10)),
        ("29 Feb 2024 00:00:00 GMT", _utc(2024, 2, 29)),
        ("31 Dec 9998 23:00:00 GMT", _utc(9998, 12, 31, 23)),
    ],
)
def test_usual(value: str, expected: datetime.datetime) -> None:
    """What RFC 822, RFC 3339 and programmers' habits write; no time zone is UTC."""
    found = _read(value)
    assert found is not None
    assert found.replace(microsecond=0) == expected
    assert found.tzinfo is datetime.UTC


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("lun. 5 janvier 2026 10:00", _utc(2026, 1, 5, 10)),
        ("lun, 05 jan 2026", _utc(2026, 1, 5)),
        ("5. März 2026 10:00:30 +0100", _utc(2026, 3, 5, 9, 0, 30)),
        ("1er août 2026", _utc(2026, 8, 1)),
        ("5 de enero de 2026", _utc(2026, 1, 5)),
        ("5 gennaio 2026, 10:00 CET", _utc(2026, 1, 5, 9)),
        ("Пн, 05 янв 2026 10:00:00 +0300", _utc(2026, 1, 5, 7)),
        ("5. března 2026", _utc(2026, 3, 5)),
        ("2026年1月5日 10:00", _utc(2026, 1, 5, 10)),
        ("2026년 1월 5일", _utc(2026, 1, 5)),
    ],
)
def test_other_languages(value: str, expected: datetime.datetime) -> None:
    """Names of months in many languages, which no library here knows."""
    assert _read(value) == expected


@pytest.mark.parametrize(("language", "month"), [("", 5), ("en", 5), ("en-US", 5), ("en-GB", 1), ("de", 1)])
def test_ambiguous_days(language: str, month: int) -> None:
    """Whether 5/1 is in January or in May, the language of the feed decides."""
    assert _read("05/01/2026 10:00", language) == _utc(2026, month, 6 - month if month == 1 else 1, 10)


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "yesterday", "10:00", "January", "Monday", "32 Foo 2026", "9" * 50, "1" * 20, "x" * 5000, "NaN"),
        *("2026-02-30", "30 Feb 2026 10:00:00 GMT", "31 Jun 2026", "29 Feb 2023", "5. März 2026 25:00", "40 janvier 2026"),
        *("0000-00-00T00:00:00Z", "-5000-01-01T00:00:00Z", "+12026-01-01", "Sat, 01 Jan 0000 00:00:00 GMT", "2026-13-01"),
        *("Thu, 01 Jan 2026 99:99:99 +9999", "Mon, 01 Jan 0001 00:00:00 GMT", "Wed, 31 Dec 1969 23:59:59 GMT"),
        *("1989-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59-12:00", "2026年13月5日"),
    ],
)
def test_no_date(value: str) -> None:
    """Years before feeds or at the end of the calendar, days that no calendar has, parts of a date and other words are none."""
    assert _read(value) is None


@pytest.mark.parametrize("value", [None, 5, b"2026-01-01", ["2026"], {}])
def test_no_text(value: object) -> None:
    """What is no text is no date."""
    assert dates.date(value) is None


@pytest.mark.parametrize(
    "parsed", ["2026", (), (2026,), (2026, 1), tuple("abcdefghi"), (-1, 11, 30, 0, 0, 0), (2026, 2, 30, 0, 0, 0), (10**9,) * 9]
)
def test_nonsense_from_feedparser(parsed: object) -> None:
    """A document can put anything where feedparser keeps its reading; the text is read all the same."""
    assert dates.date("2026-01-01", parsed) == _utc(2026, 1, 1)


@hypothesis.given(
    hypothesis.strategies.datetimes(datetime.datetime(1990, 1, 2), datetime.datetime(9998, 12, 30)),
    hypothesis.strategies.integers(-720, 720),
)
def test_there_and_back(moment: datetime.datetime, minutes: int) -> None:
    """Every RFC 3339 date of the allowed years, in any time zone, is that moment."""
    zone = datetime.timezone(datetime.timedelta(minutes=minutes))
    assert dates.date(moment.replace(tzinfo=zone).isoformat()) == moment.replace(tzinfo=zone)


@hypothesis.given(hypothesis.strategies.text(max_size=120))
def test_any_text(value: str) -> None:
    """Whatever the text, it is a moment of the allowed years in UTC or none."""
    found = _read(value)
    assert found is None or (found.tzinfo is datetime.UTC and 1990 <= found.year <= 9998)
