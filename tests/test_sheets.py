"""Pages of their own."""

from __future__ import annotations

import base64
import hashlib
import pathlib

import pytest

from aggregator import sheets
from aggregator.core import errors


def test_policy() -> None:
    """It allows the one style sheet, by its hash, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(b"a {}").digest()).decode()
    assert sheets.policy("a {}") == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_cut() -> None:
    """One line of bounded length."""
    assert sheets.cut("a\n b") == "a b"
    assert len(sheets.cut("word " * 5_000)) <= 2_000


def test_written_whole(tmp_path: pathlib.Path) -> None:
    """Into a file, which is replaced; a folder is left alone, and what cannot be written is told with what to do."""
    path = tmp_path / "sheet.html"
    assert sheets.write(b"one", path) == path
    assert sheets.write(b"two", path) == path
    assert path.read_bytes() == b"two"
    with pytest.raises(errors.PublishError, match="is no file that can be written; choose another --html"):
        sheets.write(b"three", tmp_path)
    with pytest.raises(errors.PublishError, match=r"cannot write .*: File exists; choose another --html"):
        sheets.write(b"three", path / "below.html")
