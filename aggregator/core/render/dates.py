"""Dates as files show them: whole seconds, in UTC, of sane years, in nobody's locale."""

from __future__ import annotations

import datetime
import email.utils

EARLIEST = datetime.datetime(1990, 1, 1, tzinfo=datetime.UTC)
LATEST = datetime.datetime(2200, 1, 1, tzinfo=datetime.UTC)
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


def sane(moment: datetime.datetime | None) -> datetime.datetime | None:
    """The moment in UTC without fractions of a second; None unless it is of the years 1990 to 2199."""
    if moment is None or not EARLIEST.year <= moment.year <= LATEST.year:
        return None
    aware = moment.replace(microsecond=0, tzinfo=moment.tzinfo or datetime.UTC).astimezone(datetime.UTC)
    return aware if EARLIEST <= aware < LATEST else None


def from_rfc3339(written: str | None) -> datetime.datetime | None:
    """The moment that a date of Atom, JSON Feed or HTML names; None for what is none or names no time zone."""
    try:
        moment = datetime.datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def from_rfc822(written: str | None) -> datetime.datetime | None:
    """The moment that a date of RSS names; None for what is none or names no time zone."""
    try:
        moment = email.utils.parsedate_to_datetime(written or "")
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else None


def spoken(moment: datetime.datetime) -> str:
    """The moment for people, minutes and all: `3 November 2026, 09:05 UTC`."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M} UTC"


def brief(moment: datetime.datetime) -> str:
    """The same where room is short, and UTC is said elsewhere: `3 Nov 2026, 09:05`."""
    return f"{moment.day} {_MONTHS[moment.month - 1][:3]} {moment.year}, {moment:%H:%M}"
