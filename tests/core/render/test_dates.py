"""Dates in files."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.render import dates


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_sane_dates_are_plain(moment: datetime.datetime) -> None:
    """A sane date is of whole seconds, in UTC, and within the bounds; no date makes it raise."""
    kept = dates.sane(moment)
    if kept is not None:
        assert (kept.tzinfo, kept.microsecond) == (datetime.UTC, 0)
        assert dates.EARLIEST <= kept < dates.LATEST
        assert dates.from_rfc3339(kept.isoformat()) == kept


@pytest.mark.parametrize("written", ["", "yesterday", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00", None])
def test_no_date_of_atom(written: str | None) -> None:
    """What is no date, or has no time zone, is none."""
    assert dates.from_rfc3339(written) is None


@pytest.mark.parametrize("written", ["", "yesterday", "32 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 2026 00:00:00", None])
def test_no_date_of_rss(written: str | None) -> None:
    """What is no date, or has no time zone, is none."""
    assert dates.from_rfc822(written) is None


def test_dates_are_read() -> None:
    """Both spellings of one moment are one moment."""
    moment = datetime.datetime(2026, 1, 1, 9, 5, tzinfo=datetime.UTC)
    assert dates.from_rfc3339("2026-01-01T10:05:00+01:00") == moment
    assert dates.from_rfc822("Thu, 01 Jan 2026 09:05:00 +0000") == moment
    assert dates.spoken(moment) == "1 January 2026, 09:05 UTC"


def test_for_people() -> None:
    """With the zone, or briefly without."""
    moment = datetime.datetime(2026, 11, 3, 9, 5, tzinfo=datetime.UTC)
    assert (dates.spoken(moment), dates.brief(moment)) == ("3 November 2026, 09:05 UTC", "3 Nov 2026, 09:05")
