"""Publishing files: whole or not at all, and only when they changed."""

from __future__ import annotations

import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

from aggregator.core import errors
from aggregator.edges import publish

_OLD, _NEW = b"old " * 300_000, b"new " * 500_000

# A program that publishes _NEW where _OLD is, and dies at its Nth step in the file system.
_DIES = """
    import os, pathlib, signal, sys
    from aggregator.edges import publish
    steps = int(sys.argv[2])
    def step(event, _):
        global steps
        if event in ("open", "os.mkdir", "os.rename", "os.remove"):
            steps -= 1
            if steps == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(step)
    publish.publish(pathlib.Path(sys.argv[1]), b"new " * 500_000)
"""
# A program that publishes two versions in turn until it is killed, and says each time that it begins.
_ALTERNATES = """
    import itertools, pathlib, sys
    from aggregator.edges import publish
    for data in itertools.cycle((b"new " * 500_000, b"old " * 300_000)):
        print(flush=True)
        publish.publish(pathlib.Path(sys.argv[1]), data)
"""
# A program that may not write files of more than a few bytes.
_SMALL_FILES = """
    import pathlib, resource, sys
    from aggregator.core import errors
    from aggregator.edges import publish
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        publish.publish(pathlib.Path(sys.argv[1]), b"new " * 500_000)
    except errors.PublishError as error:
        print(error)
"""
# A program that publishes on a disk that is too small; needs a mount namespace of its own.
_SMALL_DISK = """
    import pathlib, subprocess, sys
    from aggregator.core import errors
    from aggregator.edges import publish
    folder = pathlib.Path(sys.argv[1])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=True)
    publish.publish(folder / "a.json", b"old")
    try:
        publish.publish(folder / "a.json", b"new " * 500_000)
    except errors.PublishError as error:
        print(error)
    print(publish.read(folder / "a.json"), len(list(folder.iterdir())))
"""


def _program(text: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(text), *map(str, arguments)]


def test_what_is_published_is_read(tmp_path: pathlib.Path) -> None:
    """The first publish writes, and makes the directory."""
    path = tmp_path / "deep" / "down" / "a.json"
    assert publish.read(path) is None
    assert publish.publish(path, b"one") is True
    assert publish.read(path) == b"one"
    assert path.read_bytes() == b"one"


@pytest.mark.parametrize("data", [b"", b"\x00", b"one"])
def test_the_same_bytes_are_not_written_again(tmp_path: pathlib.Path, data: bytes) -> None:
    """An unchanged file stays the very same file; a changed one is another."""
    path = tmp_path / "a.json"
    publish.publish(path, data)
    before = path.stat()
    assert publish.publish(path, data) is False
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert publish.publish(path, data + b"!") is True
    assert publish.publish(path, b"?" * (len(data) + 1)) is True


def test_a_lost_file_is_written_again(tmp_path: pathlib.Path) -> None:
    """What somebody deleted or changed comes back with the next publish."""
    path = tmp_path / "a.json"
    for spoil in (path.unlink, lambda: path.write_bytes(b"spoilt")):
        publish.publish(path, b"one")
        spoil()
        assert publish.publish(path, b"one") is True
        assert path.read_bytes() == b"one"


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o644)])
def test_files_may_be_read_by_others_unless_the_umask_says_no(tmp_path: pathlib.Path, mask: int, mode: int) -> None:
    """Another program may serve the folder: 0644, less what the umask takes away."""
    before = os.umask(mask)
    try:
        publish.publish(tmp_path / "a.json", b"one")
    finally:
        os.umask(before)
    assert (tmp_path / "a.json").stat().st_mode & 0o777 == mode


def test_nothing_is_left_beside_the_file(tmp_path: pathlib.Path) -> None:
    """After a publish there is the file and nothing else."""
    publish.publish(tmp_path / "a.json", b"one")
    publish.publish(tmp_path / "a.json", b"two")
    assert [found.name for found in tmp_path.iterdir()] == ["a.json"]


def test_a_reader_always_sees_one_version_whole(tmp_path: pathlib.Path) -> None:
    """While versions follow fast, whoever opens the file reads all of one."""
    path = tmp_path / "a.json"
    publish.publish(path, _OLD)
    seen, done = set(), threading.Event()

    def _look() -> None:
        while not done.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=_look)
    reader.start()
    for _ in range(20):
        publish.publish(path, _NEW)
        publish.publish(path, _OLD)
    done.set()
    reader.join()
    assert seen <= {_OLD, _NEW}


def test_a_link_is_replaced_and_its_target_left_alone(tmp_path: pathlib.Path) -> None:
    """Nobody can make us write elsewhere by a symbolic link, not even when the bytes there are the same."""
    (tmp_path / "elsewhere").write_bytes(b"one")
    path = tmp_path / "a.json"
    path.symlink_to(tmp_path / "elsewhere")
    assert publish.publish(path, b"one") is True
    assert not path.is_symlink()
    publish.publish(path, b"two")
    assert ((tmp_path / "elsewhere").read_bytes(), path.read_bytes()) == (b"one", b"two")


def test_a_pipe_is_replaced_and_never_waited_for(tmp_path: pathlib.Path) -> None:
    """A named pipe in the place of the file blocks neither publish nor read."""
    path = tmp_path / "a.json"
    os.mkfifo(path)
    with pytest.raises(errors.PublishError, match="no regular file; move it away"):
        publish.read(path)
    assert publish.publish(path, b"one") is True
    assert path.read_bytes() == b"one"


def test_a_linked_folder_is_followed(tmp_path: pathlib.Path) -> None:
    """The folder itself may be a link: that is the user's own choice."""
    (tmp_path / "real").mkdir()
    (tmp_path / "output").symlink_to(tmp_path / "real")
    publish.publish(tmp_path / "output" / "a.json", b"one")
    assert (tmp_path / "real" / "a.json").read_bytes() == b"one"


def test_a_directory_in_the_way(tmp_path: pathlib.Path) -> None:
    """A directory where the file should be is left alone, with a message that says so; nothing is left beside it."""
    (tmp_path / "a.json" / "kept").mkdir(parents=True)
    for action in (lambda path: publish.publish(path, b"one"), publish.read, publish.remove):
        with pytest.raises(
            errors.PublishError, match=r"cannot \w+ .*a\.json: a directory is where the file should be; move it away"
        ):
            action(tmp_path / "a.json")
    assert [found.name for found in tmp_path.rglob("*")] == ["a.json", "kept"]


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_file_in_place_of_the_folder(tmp_path: pathlib.Path, below: str) -> None:
    """A file where the folder should be is left alone, with a message that says so."""
    (tmp_path / "output").write_bytes(b"a file")
    path = tmp_path / "output" / below / "a.json"
    with pytest.raises(errors.PublishError, match=r"cannot write .*: a file is where the directory should be; move it away"):
        publish.publish(path, b"one")
    with pytest.raises(errors.PublishError, match="a file is where the directory should be"):
        publish.read(path)
    assert (tmp_path / "output").read_bytes() == b"a file"


def test_a_link_is_no_published_file(tmp_path: pathlib.Path) -> None:
    """What a link points to is nothing of ours: reading refuses it, removing takes the link only."""
    (tmp_path / "elsewhere").write_bytes(b"secret")
    (tmp_path / "a.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(errors.PublishError, match="a symbolic link is where the file should be"):
        publish.read(tmp_path / "a.json")
    assert publish.remove(tmp_path / "a.json") is True
    assert [found.name for found in tmp_path.iterdir()] == ["elsewhere"]


def test_a_name_too_long(tmp_path: pathlib.Path) -> None:
    """A name that the file system does not take is said to be too long."""
    with pytest.raises(errors.PublishError, match="the name is too long"):
        publish.publish(tmp_path / ("a" * 300), b"one")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: pathlib.Path) -> None:
    """Without permission the old file stays and the message says whom to give it."""
    publish.publish(tmp_path / "a.json", b"one")
    tmp_path.chmod(0o500)
    with pytest.raises(errors.PublishError, match="no permission; make the directory writable"):
        publish.publish(tmp_path / "a.json", b"two")
    tmp_path.chmod(0o700)
    assert (tmp_path / "a.json").read_bytes() == b"one"


def test_a_file_larger_than_the_system_allows(tmp_path: pathlib.Path) -> None:
    """When writing breaks off in the middle, the old file stays whole and the unfinished one is gone."""
    path = tmp_path / "a.json"
    publish.publish(path, _OLD)
    said = subprocess.run(_program(_SMALL_FILES, path), check=True, capture_output=True, text=True).stdout
    assert said.startswith(f"cannot write {path}: the file is larger than the system allows")
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("a.json", _OLD)]


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="mounting a small disk needs root")
def test_a_full_disk(tmp_path: pathlib.Path) -> None:
    """On a full disk the old file stays whole, the unfinished one is gone, and the message says to free space."""
    if subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", tmp_path], capture_output=True, check=False).returncode:
        pytest.skip("may not mount here")
    said = subprocess.run(["unshare", "-m", *_program(_SMALL_DISK, tmp_path)], check=True, capture_output=True, text=True).stdout
    reason, state = said.splitlines()
    assert reason == f"cannot write {tmp_path}/a.json: no space left on the disk; free some; it is tried again at the next publish"
    assert state == "b'old' 1"


@pytest.mark.parametrize("step", range(1, 8))
def test_killed_at_any_step_the_file_is_old_or_new(tmp_path: pathlib.Path, step: int) -> None:
    """Whichever step is the last, the file is one version whole, and sweeping leaves nothing else."""
    path = tmp_path / "a.json"
    publish.publish(path, _OLD)
    subprocess.run(_program(_DIES, path, step), check=False)
    assert path.read_bytes() in (_OLD, _NEW)
    publish.sweep(tmp_path)
    assert [found.name for found in tmp_path.iterdir()] == ["a.json"]
    publish.publish(path, _NEW)
    assert path.read_bytes() == _NEW


def test_killed_at_any_moment_the_file_is_old_or_new(tmp_path: pathlib.Path) -> None:
    """Killed in the middle of whatever it does, a writer leaves one version whole."""
    path = tmp_path / "a.json"
    publish.publish(path, _OLD)
    chance = random.Random(7)
    for _ in range(6):
        with subprocess.Popen(_program(_ALTERNATES, path), stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            for _ in range(chance.randint(1, 12)):
                writer.stdout.readline()
            writer.send_signal(signal.SIGKILL)
        assert path.read_bytes() in (_OLD, _NEW)
        publish.sweep(tmp_path)
        assert [found.name for found in tmp_path.iterdir()] == ["a.json"]


def test_removing(tmp_path: pathlib.Path) -> None:
    """A file is removed once; what is not there, or nowhere, is no error."""
    publish.publish(tmp_path / "a.json", b"one")
    assert publish.remove(tmp_path / "a.json") is True
    assert publish.remove(tmp_path / "a.json") is False
    assert publish.remove(tmp_path / "nowhere" / "a.json") is False
    assert publish.read(tmp_path / "a.json") is None


def test_sweeping_takes_only_our_leftovers(tmp_path: pathlib.Path) -> None:
    """Unfinished files of ours go; files of others, finished ones and directories stay; no folder is no error."""
    kept = ["a.json", ".a.json.tmp", "a.aggregator-1.tmp", ".hidden", ".b.json.aggregator-1.tmp.bak"]
    for name in (*kept, ".a.json.aggregator-0123456789abcdef.tmp", ".b.html.aggregator-1.tmp"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / ".c.aggregator-1.tmp").mkdir()
    assert publish.sweep(tmp_path) == 2
    assert sorted(found.name for found in tmp_path.iterdir()) == sorted([*kept, ".c.aggregator-1.tmp"])
    assert publish.sweep(tmp_path / "nowhere") == 0
