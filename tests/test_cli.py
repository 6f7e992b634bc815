"""The commands, as people and programs call them."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest
import typer.main

from aggregator import cli
from aggregator.core import config, urls

COMMANDS = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
ROOT = pathlib.Path(__file__).parents[1]
PREVIEWED = ROOT / "tests" / "cases" / "preview" / "feed.xml"
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


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command: str) -> None:
    """Exit 0 and a usage line."""
    done = call(command, "--help")
    assert done.returncode == 0
    assert f"aggregator {command}" in done.stdout


def test_help_is_light() -> None:
    """It loads none of what polling needs."""
    heavy = ("httpx", "pydantic", "feedparser", "lxml", "selectolax", "rich", "apscheduler", "starlette", "sqlite3")
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
        (("preview",), "Missing argument"),
        (("preview", "-", "--entries", "0"), "greater than or equal to 1"),
        (("preview", "feed.xml", "--url", "ftp://e.example/"), "is no http(s) address"),
        (("preview", "https://e.invalid/", "--url", "https://e.example/"), "this goes with a FILE"),
        (("preview", "-", "--config", "missing.yaml"), "cannot be read: no such file"),
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
    for command in ("run", "once", "check", "status", "learned"):
        done = call(command, "--config", path)
        assert (done.returncode, done.stderr.strip()) == (2, 'feeds.yaml:3:5: unknown key "intervall", did you mean "interval"?')
    for command in ("once", "check", "status", "learned"):
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
    offline = re.sub(r"https?://[^/\s]+/", lambda _: f"https://feeds{next(numbers)}.invalid/", starter)
    assert all(urls.host(source.url).endswith(".invalid") for source in config.load(offline).sources)
    path = feeds(tmp_path, offline)
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


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("once", "--json", "--colour"), 2),
        (("once", "--json", "--level", "loud"), 2),
        (("check", "--json", "spare"), 2),
        (("once", "--json"), 2),
        (("status", "--json", "--config", "good.yaml"), 1),
        (("once", "--json", "--config", "good.yaml", "--data", "good.yaml"), 1),
        (("check", "--json"), 2),
        (("check", "--json", "--config", "good.yaml"), 0),
        (("status", "--json", "--help"), 0),
        (("preview", "--json"), 2),
        (("preview", "--json", "missing.xml"), 1),
        (("preview", "--json", "https://e.invalid/"), 1),
        (("preview", "--json", "good.yaml"), 1),
        (("preview", "--json", str(PREVIEWED), "--html", "sheet.html"), 0),
    ],
)
def test_json_is_one_object(words: tuple[str, ...], code: int, tmp_path: pathlib.Path) -> None:
    """Whatever goes wrong, stdout with --json is one JSON object and nothing else; only asked-for help is text."""
    (tmp_path / "good.yaml").write_text("sources: [{url: 'https://e.invalid/', paused: true}]\n", "utf-8")
    done = call(*words, cwd=tmp_path)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    if "--help" in words:
        assert "Usage" in done.stdout
    else:
        assert done.stdout.count("\n") == 1
        assert isinstance(json.loads(done.stdout), dict)


def test_unreadable_configuration(tmp_path: pathlib.Path) -> None:
    """Bytes that are no text, and a file in place of its directory, are told with their place."""
    (tmp_path / "feeds.yaml").write_bytes(b"sources:\n  - caf\xe9\n")
    done = call("check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "feeds.yaml:2:8: this byte is not UTF-8; save the file as UTF-8\n")
    done = call("check", "--config", "feeds.yaml/feeds.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "cannot be read: Not a directory" in done.stderr


def test_nobody_reads_on(tmp_path: pathlib.Path) -> None:
    """When the reader of a pipe goes away a command ends, without a traceback."""
    line = json.dumps({"id": "a", "source": "s", "url": "", "title": "t", "text": "word " * 2_000, "published": None})
    (tmp_path / "lines").write_text(f"{line}\n" * 2_000, "utf-8")
    with (tmp_path / "lines").open() as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "aggregator", "pipe", "dedupe"], stdin=lines, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(30) == 1
    process.stderr.close()
    assert said == b""


def test_a_pass_and_its_status(tmp_path: pathlib.Path) -> None:
    """People get words and exit 1 when a source fails; nothing but the report is on stdout."""
    path = feeds(tmp_path, "sources: [{url: 'https://gone.invalid/feed?key=hush', name: Paper}]\n")
    done = call("once", "--config", path)
    assert done.returncode == 1
    assert done.stdout.startswith("1 source polled: 0 updated, 0 unchanged, 1 failed\n")
    assert "failed  Paper: " in done.stdout
    assert "hush" not in done.stdout + done.stderr
    again = call("once", "--config", path, "--json")
    assert (again.returncode, json.loads(again.stdout)["sources"], again.stderr) == (0, 0, "")
    json_log = call("once", "--all", "--config", path, "--json", "--log", "json", "--level", "debug")
    assert json_log.returncode == 1
    assert all(set(json.loads(line)) >= {"time", "level", "event"} for line in json_log.stderr.splitlines())
    assert len(json_log.stdout.splitlines()) == 1


def test_a_preview(tmp_path: pathlib.Path) -> None:
    """Of a file, without any feeds.yaml: for people, for programs, and as a page; nothing else is written."""
    words = ("preview", str(PREVIEWED), "--url", "https://gazette.example/feed.xml", "--entries", "2")
    done = call(*words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "− Advertisement  advert: advertisement" in done.stdout
    assert "\x1b" not in done.stdout
    report = json.loads(call(*words, "--json", cwd=tmp_path).stdout)
    assert [entry["title"]["after"] for entry in report["entries"]] == ["Old news of the pier", "Ferry timetable changes on Monday"]
    assert report["entries"][1]["link"]["after"] == "https://gazette.example/ferry?id=4"
    assert list(tmp_path.iterdir()) == []
    done = call(*words, "--html", "sheet.html", cwd=tmp_path)
    assert done.stdout.endswith(f"Written to {tmp_path / 'sheet.html'}\n")
    assert b"gazette.example/ferry.jpg" in (tmp_path / "sheet.html").read_bytes()
    assert json.loads(call(*words, "--html", "sheet.html", "--json", cwd=tmp_path).stdout)["html"] == str(tmp_path / "sheet.html")


def test_a_preview_of_stdin() -> None:
    """A part of a page, from a pipe, in an encoding that cannot print all of it: what is found is shown, exit 1 if nothing is."""
    page = (PREVIEWED.parent / "page.html").read_text("utf-8").replace("crane", "Krähe")
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "aggregator", "preview", "-"]
    done = subprocess.run(command, input=page, capture_output=True, encoding="utf-8", check=False, timeout=60, env=ascii_only)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Kr\\xe4he" in done.stdout
    nothing = subprocess.run([*command, "--json"], input="<p>", capture_output=True, text=True, check=False, timeout=60)
    assert nothing.returncode == 1
    assert json.loads(nothing.stdout)["problems"] == ["no article was found on this page, or a wall stands before it"]


def test_errors_of_a_preview(tmp_path: pathlib.Path) -> None:
    """One line on stderr: where, what, and what to do."""
    (tmp_path / "diary.txt").write_text("Dear diary")
    for what, said in (
        ("diary.txt", "diary.txt: it is plain text, not a feed; preview takes a feed or a web page"),
        ("missing", "missing: no such file; an address begins with http:// or https://"),
        ("http://127.0.0.1:9/", "http://127.0.0.1:9/: its address is not public; list it in allow_addresses if it may be fetched"),
    ):
        done = call("preview", what, cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"aggregator: {said}\n")
