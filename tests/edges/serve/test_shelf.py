"""The shelf: what is read when, and what is kept."""

from __future__ import annotations

import asyncio
import os
import pathlib
import time

import pytest

from aggregator.edges import publish
from aggregator.edges.serve import shelf

pytestmark = pytest.mark.anyio


async def test_unchanged_files_are_not_read_again(tmp_path: pathlib.Path) -> None:
    """While a file stays as it is, its version stays the same object, with the codings already made."""
    publish.publish(tmp_path / "a.json", b"one")
    held = shelf.Shelf(tmp_path)
    assert await held.current("a.json") is await held.current("a.json")


async def test_a_new_version_is_seen_at_once(tmp_path: pathlib.Path) -> None:
    """The next look after a publish brings the new bytes."""
    held = shelf.Shelf(tmp_path)
    for number in range(20):
        publish.publish(tmp_path / "a.json", b"%d" % number)
        current = await held.current("a.json")
        assert current is not None
        assert current.body == b"%d" % number


async def test_rewritten_with_the_same_bytes_it_is_the_same_version(tmp_path: pathlib.Path) -> None:
    """A copy put in place by other means keeps version, codings and date."""
    path = tmp_path / "a.json"
    publish.publish(path, b"one")
    held = shelf.Shelf(tmp_path)
    before = await held.current("a.json")
    path.unlink()
    path.write_bytes(b"one")
    os.utime(path, (1, 1))
    assert await held.current("a.json") is before


async def test_never_there_is_none(tmp_path: pathlib.Path) -> None:
    """A file that was never there has no version, nor has one in a folder that is not there."""
    assert await shelf.Shelf(tmp_path).current("a.json") is None
    assert await shelf.Shelf(tmp_path / "nowhere").current("a.json") is None


@pytest.mark.parametrize("trouble", ["file gone", "folder gone", "folder is a file", "directory", "link", "pipe"])
async def test_the_last_good_version_outlives_trouble(tmp_path: pathlib.Path, trouble: str) -> None:
    """Whatever happens to file or folder, what was read is still there, and a good file is taken up again."""
    folder = tmp_path / "output"
    path = folder / "a.json"
    publish.publish(path, b"one")
    held = shelf.Shelf(folder)
    before = await held.current("a.json")
    path.unlink()
    if trouble.startswith("folder"):
        folder.rmdir()
    if trouble == "folder is a file":
        folder.write_bytes(b"")
    elif trouble == "directory":
        path.mkdir()
    elif trouble == "link":
        (tmp_path / "secret").write_bytes(b"secret")
        path.symlink_to(tmp_path / "secret")
    elif trouble == "pipe":
        os.mkfifo(path)
    assert before is not None
    assert await held.current("a.json") is before
    assert await shelf.Shelf(folder).current("a.json") is None


async def test_dates_are_never_ahead_of_the_clock(tmp_path: pathlib.Path) -> None:
    """A file from the future is as old as its reading."""
    publish.publish(tmp_path / "a.json", b"one")
    os.utime(tmp_path / "a.json", (4e9, 4e9))
    current = await shelf.Shelf(tmp_path).current("a.json")
    assert current is not None
    assert current.modified is not None
    assert current.modified <= time.time()


async def test_versions_of_one_second_have_different_dates(tmp_path: pathlib.Path) -> None:
    """HTTP dates count seconds: a version that follows within one is dated later all the same."""
    held = shelf.Shelf(tmp_path)
    dates = []
    for body in (b"one", b"two", b"three"):
        publish.publish(tmp_path / "a.json", body)
        os.utime(tmp_path / "a.json", (1000.5, 1000.5))
        current = await held.current("a.json")
        assert current is not None
        dates.append(current.modified)
    assert dates == [1000, 1001, 1002]


async def test_one_reading_for_all_who_wait(tmp_path: pathlib.Path) -> None:
    """Many first looks at once share one version."""
    publish.publish(tmp_path / "a.json", b"one")
    held = shelf.Shelf(tmp_path)
    versions = await asyncio.gather(*(held.current("a.json") for _ in range(50)))
    assert len({id(found) for found in versions}) == 1


async def test_forgotten_is_let_go(tmp_path: pathlib.Path) -> None:
    """What is forgotten is read again, or is not there any more."""
    publish.publish(tmp_path / "a.json", b"one")
    held = shelf.Shelf(tmp_path)
    await held.current("a.json")
    publish.remove(tmp_path / "a.json")
    held.forget("a.json")
    held.forget("never.json")
    assert await held.current("a.json") is None
