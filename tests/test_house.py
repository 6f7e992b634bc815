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


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """The functions and classes of a module that others may use, and the methods of those classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            inner = node.body if isinstance(node, ast.ClassDef) else []
            yield from (
                one for one in inner if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and not one.name.startswith("_")
            )


def test_what_others_may_use_is_described() -> None:
    """Every public function, class and method has a docstring."""
    found = [
        (path.name, node.name)
        for path in MODULES
        for node in public(ast.parse(path.read_text("utf-8")))
        if not ast.get_docstring(node)
    ]
    assert found == []


THROUGH = {"edges/worker": "edges/test_workers.py"}
"""Modules whose tests are those of what uses them."""


def places() -> list[str]:
    """The modules and rooms of core and edges, as paths without suffix."""
    found = [path for layer in ("core", "edges") for path in sorted((ROOT / "aggregator" / layer).iterdir())]
    modules = [path for path in found if path.suffix == ".py" and path.stem != "__init__"]
    rooms = [path for path in found if (path / "__init__.py").exists()]
    return [f"{path.parent.name}/{path.stem}" for path in (*modules, *rooms)]


@pytest.mark.parametrize("place", places())
def test_tests_mirror_the_tree(place: str) -> None:
    """Every module has its test file and every room its folder of them, at the same place under tests/."""
    tests = ROOT / "tests"
    room, name = place.split("/")
    if place in THROUGH:
        assert name in (tests / THROUGH[place]).read_text("utf-8")
    else:
        assert (tests / room / f"test_{name}.py").exists() or list((tests / place).glob("test_*.py"))


def test_tests_say_their_purpose() -> None:
    """Every test has a docstring of one sentence or two, and no two of a file have one name."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if "yardsticks" not in path.parts:
            tests = [node for node in functions(ast.parse(path.read_text("utf-8"))) if node.name.startswith("test_")]
            assert all(ast.get_docstring(test) for test in tests), path
            assert len({test.name for test in tests}) == len(tests), path
