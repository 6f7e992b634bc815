"""The house keeps its own rules: imports, sizes, docstrings, nothing unfinished."""

from __future__ import annotations

import ast
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).parents[1]
MODULES = sorted((ROOT / "aggregator").rglob("*.py"))
LONGEST_MODULE = 320
LONGEST_FUNCTION = 40
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|\bfor now\b")


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods of a module."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The length of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_import_rules() -> None:
    """One direction, strangers stay strangers, the core is pure."""
    command = [str(pathlib.Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_small_and_whole(path: pathlib.Path) -> None:
    """One sentence says what it is for, its functions fit a screen, nothing is left for later."""
    source = path.read_text("utf-8")
    tree = ast.parse(source)
    assert ast.get_docstring(tree) or not source.strip()
    assert len(source.splitlines()) <= LONGEST_MODULE
    assert not [function.name for function in functions(tree) if lines(function) > LONGEST_FUNCTION]
    assert not UNFINISHED.search(source)


def test_no_name_of_a_room_without_a_door_sign() -> None:
    """utils, helpers and common fill up with everything."""
    assert not {path.stem for path in MODULES} & {"utils", "helpers", "common", "misc", "base", "manager"}
