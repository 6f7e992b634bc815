"""feeds.yaml on disk."""

from __future__ import annotations

import os
import pathlib

import pytest

from aggregator.core import errors
from aggregator.edges import config_file

GOOD = "sources: [https://a.example/]\n"


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    """A good file."""
    path = tmp_path / "feeds.yaml"
    path.write_text(GOOD, "utf-8")
    return path


def said(path: pathlib.Path) -> str:
    """What is told about a file that cannot be used."""
    with pytest.raises(errors.ConfigError) as caught:
        config_file.read(path)
    return str(caught.value)


def test_reading(path: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration, its whole path, and where its paths start; ~ is the user's home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ann")
    loaded = config_file.read(pathlib.Path("feeds.yaml"))
    assert loaded.path == path.resolve()
    assert loaded.config.sources[0].url == "https://a.example/"
    assert loaded.at("data/") == tmp_path.resolve() / "data"
    assert loaded.at("../x") == tmp_path.resolve().parent / "x"
    assert loaded.at("/var/lib/x") == pathlib.Path("/var/lib/x")
    assert loaded.at("~/x") == pathlib.Path("/home/ann/x")


def test_the_fingerprint_is_of_the_bytes(path: pathlib.Path) -> None:
    """The same file has the same, a comment makes another."""
    before = config_file.read(path).fingerprint
    assert config_file.read(path).fingerprint == before
    path.write_text(GOOD + "# more\n", "utf-8")
    assert config_file.read(path).fingerprint != before


def test_the_environment_fills_in(path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets need not stand in the file."""
    path.write_text("sources: ['${AGGREGATOR_TEST_FEED}']", "utf-8")
    assert "AGGREGATOR_TEST_FEED is not set" in said(path)
    monkeypatch.setenv("AGGREGATOR_TEST_FEED", "https://b.example/")
    assert config_file.read(path).config.sources[0].url == "https://b.example/"


def test_warnings_come_along(path: pathlib.Path) -> None:
    """With their places."""
    path.write_text("sources:\n  - url: https://a.example/\n    interval: 1m\n", "utf-8")
    (warning,) = config_file.read(path).warnings
    assert warning.at("feeds.yaml").startswith("feeds.yaml:3:15: an interval under 5m is impolite to a.example")


def test_a_byte_order_mark_is_no_mistake(path: pathlib.Path) -> None:
    """Editors of some systems write one."""
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert config_file.read(path).config.sources


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            "sources:\n  - url: https://a.example/\n    name: Caf\xe9\n".encode("latin-1"),
            "feeds.yaml:3:14: this byte is not UTF-8; save the file as UTF-8",
        ),
        (GOOD.encode("utf-16"), "feeds.yaml:1:1: this byte is not UTF-8; save the file as UTF-8"),
        (b"", "feeds.yaml:1:1: the file is empty; name at least one source under sources:"),
        (b"sources: [\x00]", "feeds.yaml:1:11: not a YAML text: unacceptable character #x0000: control characters are not allowed"),
    ],
)
def test_bytes_that_are_no_feeds_yaml(path: pathlib.Path, data: bytes, told: str) -> None:
    """Each is told with its place."""
    path.write_bytes(data)
    assert said(path) == told


def test_files_that_cannot_be_read(tmp_path: pathlib.Path) -> None:
    """None there, or no file at all: the whole path is told, and what to do."""
    assert said(tmp_path / "none.yaml").startswith(f"{tmp_path}/none.yaml:1:1: cannot be read: no such file; write one")
    assert said(tmp_path) == f"{tmp_path}:1:1: cannot be read: Is a directory"
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    assert "cannot be read: Too many levels of symbolic links" in said(tmp_path / "loop.yaml")


def save_in_place(path: pathlib.Path) -> None:
    """As nano and `>` do."""
    path.write_text(GOOD + "# in place\n", "utf-8")


def save_by_rename(path: pathlib.Path) -> None:
    """As vim and most programs do; even to the same size and time."""
    other, stat = path.with_name("feeds.yaml~"), path.stat()
    other.write_text(GOOD.replace("a.example", "b.example"), "utf-8")
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(path)


def save_by_unlinking(path: pathlib.Path) -> None:
    """As some editors do: away, and written anew."""
    path.unlink()
    path.write_text(GOOD + "# anew\n", "utf-8")


def delete(path: pathlib.Path) -> None:
    """It is gone."""
    path.unlink()


@pytest.mark.parametrize("change", [save_in_place, save_by_rename, save_by_unlinking, delete], ids=lambda change: change.__name__)
def test_a_change_is_told_once_it_is_quiet(path: pathlib.Path, change: object) -> None:
    """After one look at which nothing moved any more, and only once."""
    watch = config_file.Watch(path)
    assert [watch.changed() for _ in range(3)] == [False] * 3
    assert callable(change)
    change(path)
    assert [watch.changed() for _ in range(4)] == [False, True, False, False]


def test_a_file_in_the_middle_of_being_written_is_left_alone(path: pathlib.Path) -> None:
    """As long as it grows from look to look."""
    watch = config_file.Watch(path)
    for _ in range(3):
        with path.open("a", encoding="utf-8") as file:
            file.write("# more\n")
        assert not watch.changed()
    assert watch.changed()


def test_a_file_that_comes_back_is_told(path: pathlib.Path) -> None:
    """Deleting is a change, and so is writing it again; not being there at the start is none."""
    path.unlink()
    watch = config_file.Watch(path)
    assert not watch.changed()
    path.write_text(GOOD, "utf-8")
    assert [watch.changed(), watch.changed()] == [False, True]


def test_a_change_that_is_taken_back_before_it_was_told(path: pathlib.Path) -> None:
    """It is none."""
    watch, stat = config_file.Watch(path), path.stat()
    aside = path.with_name("aside")
    path.rename(aside)
    assert not watch.changed()
    aside.rename(path)
    assert path.stat().st_mtime_ns == stat.st_mtime_ns
    assert [watch.changed(), watch.changed()] == [False, False]


def test_included_files(path: pathlib.Path) -> None:
    """They are read, their bytes count, and what cannot be had is told where it is asked for."""
    path.write_text("include: [more/blogs.yaml]\n" + GOOD, "utf-8")
    assert said(path) == "feeds.yaml:1:11: more/blogs.yaml cannot be read: No such file or directory"
    other = path.parent / "more" / "blogs.yaml"
    other.parent.mkdir()
    other.write_text("sources: [http://b.example/]\n", "utf-8")
    loaded = config_file.read(path)
    assert [source.url for source in loaded.config.sources] == ["https://a.example/", "http://b.example/"]
    assert loaded.includes == (other,)
    other.write_text("sources: [http://b.example/]\n\n", "utf-8")
    assert config_file.read(path).fingerprint != loaded.fingerprint
    other.write_bytes(b"sources: [\xff]")
    assert said(path) == "more/blogs.yaml:1:11: this byte is not UTF-8; save the file as UTF-8"


def test_included_files_are_watched(path: pathlib.Path) -> None:
    """Once the watch is told of them; that they are watched is no change."""
    other = path.parent / "blogs.yaml"
    other.write_text("a", "utf-8")
    watch = config_file.Watch(path)
    watch.follow([other])
    watch.follow([other])
    assert [watch.changed(), watch.changed()] == [False, False]
    other.write_text("another", "utf-8")
    assert [watch.changed(), watch.changed(), watch.changed()] == [False, True, False]
    other.unlink()
    assert [watch.changed(), watch.changed()] == [False, True]
