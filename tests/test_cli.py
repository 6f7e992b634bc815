"""The commands, as people and programs call them."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]
ONCE = set("sources requests updated not_modified failed bytes entries_seen entries_new duplicates seconds peak_memory".split())


def call(*words: str, cwd: pathlib.Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "aggregator", *words], capture_output=True, text=True, check=False, timeout=60, cwd=cwd
    )


def feeds(folder: pathlib.Path, text: str) -> str:
    """A feeds.yaml in a folder."""
    path = folder / "feeds.yaml"
    path.write_text(text, "utf-8")
    return str(path)


@pytest.mark.parametrize("command", ["run", "once", "check", "status", "demo", "schema", "pipe"])
def test_every_command_explains_itself(command: str) -> None:
    """Exit 0 and a usage line."""
    done = call(command, "--help")
    assert done.returncode == 0
    assert f"aggregator {command}" in done.stdout


def test_help_is_light() -> None:
    """It loads none of what polling needs."""
    heavy = ("httpx", "pydantic", "feedparser", "lxml", "selectolax", "rich", "apscheduler", "starlette", "trafilatura", "sqlite3")
    script = (
        "import sys; sys.argv = ['aggregator', '--help']\n"
        "from aggregator import cli\n"
        "try: cli.main()\n"
        f"finally: print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("once", "--colour"), "No such option"),
        (("dance",), "No such command"),
        (("pipe", "wash"), "none of extract, clean, dedupe"),
        (("run", "--listen", "nowhere"), "no address to listen on"),
        (("run", "--log", "xml"), "neither text nor json"),
        (("check", "--config", "missing.yaml"), "cannot be read: no such file"),
        (("once", "--config", "/"), "cannot be read: Is a directory"),
    ],
)
def test_wrong_usage(words: tuple[str, ...], said: str, tmp_path: pathlib.Path) -> None:
    """Exit 2 and one clear message on stderr."""
    done = call(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_configuration(tmp_path: pathlib.Path) -> None:
    """Every command that needs one says what is wrong, exit 2; with --json as one object."""
    path = feeds(tmp_path, "sources:\n  - url: http://e.org/\n    intervall: 3m\n")
    for command in ("run", "once", "check", "status"):
        done = call(command, "--config", path)
        assert (done.returncode, done.stderr.strip()) == (2, 'feeds.yaml:3:5: unknown key "intervall", did you mean "interval"?')
    for command in ("once", "check", "status"):
        done = call(command, "--config", path, "--json")
        assert done.returncode == 2
        assert "intervall" in json.dumps(json.loads(done.stdout))


def test_check(tmp_path: pathlib.Path) -> None:
    """A good file is fine; warnings are told."""
    path = feeds(tmp_path, "settings: {interval: 1m}\nsources: [https://e.invalid/feed]\n")
    done = call("check", "--config", path)
    assert done.returncode == 0
    assert "1 source, 1 output (all)" in done.stdout
    assert "impolite" in done.stdout
    report = json.loads(call("check", "--config", path, "--json").stdout)
    assert (report["ok"], report["sources"], report["outputs"]) == (True, 1, ["all"])


def test_schema() -> None:
    """JSON on stdout."""
    assert "sources" in json.loads(call("schema").stdout)["properties"]


def test_status_before_the_first_run(tmp_path: pathlib.Path) -> None:
    """There is nothing to tell yet."""
    done = call("status", "--config", feeds(tmp_path, "sources: [https://e.invalid/feed]\n"))
    assert done.returncode == 1
    assert "there is no store in" in done.stderr


def test_the_starter_offline(tmp_path: pathlib.Path) -> None:
    """Every source fails with a reason, outputs are valid and empty, nothing crashes."""
    starter = (ROOT / "feeds.yaml").read_text("utf-8")
    numbers = iter(range(100))
    path = feeds(tmp_path, re.sub(r"https://[a-z.]+/", lambda _: f"https://feeds{next(numbers)}.invalid/", starter))
    done = call("once", "--config", path, "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert set(report) == ONCE
    assert (report["sources"], report["failed"], report["entries_new"]) == (12, 12, 0)
    for output in ("news", "reading"):
        assert json.loads((tmp_path / "output" / f"{output}.json").read_text("utf-8"))["items"] == []
    status = json.loads(call("status", "--config", path, "--json").stdout)
    assert all(source["state"] == "failing" and source["said"] for source in status["sources"])
    assert "failing" in call("status", "--config", path).stdout


def test_the_version() -> None:
    """One line."""
    assert re.fullmatch(r"aggregator \d+\.\d+\.\d+\n", call("--version").stdout)
