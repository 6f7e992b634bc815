"""The commands of curation, as people and programs call them."""

from __future__ import annotations

from archive import SOURCES, Archive
from test_cli import call
from test_cli_asking import asked


def test_rules(archive: Archive) -> None:
    """The report on those of feeds.yaml, and a try of another one; a mistake in it is wrong usage."""
    archive.write(SOURCES + "rules: [{drop: {title: ferry}}]")
    (rule,) = asked(archive, "rules")["rules"]
    assert (rule["rule"], rule["hits"]) == ("{drop: {title: ferry}}", 2)
    (tried,) = asked(archive, "rules", "drop: {title: kettle}", "--days", "7")["rules"]
    assert (tried["of"], tried["hits"]) == ("all", 1)
    assert asked(archive, "rules", "drop: {}", code=2)["error"].startswith("rule:1:7: drop: says nothing")
    done = call("rules", "--config", str(archive.feeds))
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 hits" in done.stdout


def test_diff(archive: Archive) -> None:
    """0 whatever differs, unless an exit code is asked for; wrong files are wrong usage."""
    other = archive.folder / "other.yaml"
    other.write_text(SOURCES + "rules: [{drop: {title: ferry}}]", "utf-8")
    report = asked(archive, "diff", str(other))
    assert report["differs"] is True
    assert [entry["title"] for entry in report["outputs"][0]["lost"]] == ["The ferry"]
    assert asked(archive, "diff", str(other), "--exit-code", code=1)["differs"] is True
    assert asked(archive, "diff", str(archive.feeds), "--exit-code")["differs"] is False
    assert "no such file" in asked(archive, "diff", str(archive.folder / "none.yaml"), code=2)["error"]
    done = call("diff", str(other), "--config", str(archive.feeds))
    assert (done.returncode, done.stderr) == (0, "")
    assert "The ferry" in done.stdout


def test_takedown(archive: Archive) -> None:
    """Take down, list, put back."""
    id = archive.id("ferry")
    assert asked(archive, "takedown", id, "--because", "wrong")["article"] == id
    assert [one["because"] for one in asked(archive, "takedown")["takedowns"]] == ["wrong"]
    assert asked(archive, "takedown", id, "--undo")["put_back"] == [id]
    assert "was not taken down" in asked(archive, "takedown", id, "--undo", code=1)["error"]
    assert "name the article" in asked(archive, "takedown", "--undo", code=2)["error"]
    assert "Nothing was taken down." in call("takedown", "--config", str(archive.feeds)).stdout
