"""Enclosures and images."""

import pytest

from aggregator.core import model
from aggregator.core.parse import media

BASE = "https://m.example/dir/feed"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(
            ("3600", 3600),
            ("62:05", 3725),
            ("1:02:05", 3725),
            ("01:02:05.7", 3725),
            (" 90 ", 90),
            ("12.9", 12),
            (6629, 6629),
            (1.5, 1),
        ),
        *(("0", None), ("", None), ("-5", None), ("1 hour", None), ("1:2:3:4", None), ("9" * 99, None), (0, None), (True, None)),
        *((float("inf"), None), (float("nan"), None), (None, None), ([5], None), ("0:00", None)),
    ],
)
def test_seconds(value: object, expected: int | None) -> None:
    """Durations in seconds, minutes or hours; anything else and nothing at all is None."""
    assert media.seconds(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("123", 123), (" 5 ", 5), (7, 7), ("0", None), (0, None), ("-1", None), (-1, None), ("1e3", None), ("1,024", None)),
        *(("9" * 16, None), (10**15, None), (True, None), (1.5, None), (None, None), ("", None)),
    ],
)
def test_count(value: object, expected: int | None) -> None:
    """Lengths in bytes; what is wrong, or the 0 of those who don't know, is None."""
    assert media.count(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("audio/mpeg", "audio/mpeg"),
        (" Audio/X-M4A ; codecs=x", "audio/x-m4a"),
        ("mp3", None),
        ("a/", None),
        ("<b>/x", None),
        (None, None),
    ],
)
def test_media_type(value: object, expected: str | None) -> None:
    """Types in lower case and without parameters; what is none is None."""
    assert media.media_type(value) == expected


@pytest.mark.parametrize(
    "url", [None, "", " ", "javascript:alert(1)", "data:audio/mpeg;base64,AA", "file:///etc/passwd", "http://[", 5]
)
def test_bad_address(url: object) -> None:
    """Without an address that may be followed there is no enclosure."""
    assert media.enclosure(url, BASE) is None


def test_distinct() -> None:
    """Every address once and the first mention wins; not more than the bound."""
    found = [media.enclosure(f"/{i % 60}", BASE, "audio/ogg" if i < 60 else None) for i in range(99)]
    kept = media.distinct([None, *found])
    assert len(kept) == media.MOST
    assert kept[0] == model.Enclosure("https://m.example/0", "audio/ogg")


def test_attached() -> None:
    """Of media:content what is sound, film or picture, by type or else by medium."""
    given = [
        {"url": "/a.mp3", "type": "audio/mpeg", "filesize": "10", "duration": "20"},
        {"url": "/b", "medium": "Video"},
        {"url": "/c.pdf", "type": "application/pdf", "medium": "image"},
        {"url": "/d"},
        {"type": "image/png"},
    ]
    found = [one for one in media.attached(given, BASE) if one]
    assert found == [model.Enclosure("https://m.example/a.mp3", "audio/mpeg", 10, 20), model.Enclosure("https://m.example/b")]


@pytest.mark.parametrize(
    ("thumbnails", "contents", "expected"),
    [
        ([{"url": "/t"}], [{"url": "/c", "type": "image/png"}], "/t"),
        ([{"url": "/t", "width": "100"}], [{"url": "/c", "medium": "image", "width": "900"}], "/c"),
        ([{"url": "/t", "width": "900"}, {"url": "/u", "width": "x"}], [{"url": "/c", "medium": "image", "width": "100"}], "/t"),
        ([{"url": "javascript:x", "width": "900"}], [{"url": "/photo.JPG?x=1"}], "/photo.JPG?x=1"),
        ([], [{"url": "/film.mp4", "type": "video/mp4"}, {"url": "/page"}], None),
    ],
)
def test_picture(thumbnails: list[dict[str, object]], contents: list[dict[str, object]], expected: str | None) -> None:
    """The widest image, of equals the first, thumbnails before the rest; nothing that is no image."""
    assert media.picture(thumbnails, contents, BASE) == (f"https://m.example{expected}" if expected else None)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"itunes_episode": "7", "itunes_season": " 2 ", "itunes_episodetype": "Full"}, model.Episode(7, 2, "full")),
        ({"itunes_explicit": True}, model.Episode(explicit=True)),
        ({"itunes_explicit": "clean", "itunes_episode": "0"}, model.Episode(explicit=False)),
        ({"itunes_episodetype": "bonus"}, model.Episode(kind="bonus")),
        ({"itunes_episode": "7a", "itunes_season": "-1", "itunes_episodetype": "<b>", "itunes_explicit": ["yes"]}, None),
        ({"itunes_episode": "9" * 99, "itunes_explicit": None}, None),
        ({}, None),
    ],
)
def test_episodes(raw: dict[str, object], expected: model.Episode | None) -> None:
    """What Apple's tags say, as far as it makes sense."""
    assert media.episode(raw) == expected
