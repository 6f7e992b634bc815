"""YAML text -> plain data, and where in the text each part of it stands."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from aggregator.core import errors

Path = tuple[str | int, ...]
_ALIASED = 100_000  # nodes by aliases, which can make a short text expand without end
_DEEPEST = 100  # levels of nesting; the parser's own recursion ends the process some way beyond
_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "timestamp", "value", "merge")}
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"-?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """The data of a YAML text, with the line and column (from 1) of each value and of each key, by path."""

    data: Any
    values: Mapping[Path, tuple[int, int]]
    keys: Mapping[Path, tuple[int, int]]
    files: Mapping[Path, str] = dataclasses.field(
        default_factory=dict
    )  # of what stands in an included file, by its first two steps

    def problem(self, path: Path, message: str, *, of_key: bool = False) -> errors.Problem:
        """What is wrong with the value at a path, or with its key."""
        line, column = (self.keys.get(path) if of_key else None) or self.place(path)
        return errors.Problem(line, column, message, self.files.get(path[:2], ""))

    def place(self, path: Path) -> tuple[int, int]:
        """Where the value at this path stands; that of the nearest one around it when it is not there."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))


class Filled(str):
    """A text that holds something of the environment, perhaps a secret; `written` is how it stands in the file."""

    written: str

    def __new__(cls, value: str, written: str) -> Filled:
        """Take the text as it is after filling in, and as it was before."""
        filled = super().__new__(cls, value)
        filled.written = written
        return filled


def read(text: str, name: str, environment: Mapping[str, str]) -> Document:
    """Read YAML with the scalars of YAML 1.2 (core schema) and `${NAME}` from the environment.

    Raises ConfigError: not YAML, a key twice, a tag, an unset variable, nesting or aliases without end.
    """
    reader = _Reader(environment, _ALIASED + len(text))
    try:
        problem = _too_deep(text)
        root = None if problem else yaml.compose(text, Loader=yaml.CSafeLoader)
        data = reader.value(root, ()) if root is not None else None
    except yaml.MarkedYAMLError as error:
        problem = _syntax(error)
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        problem = _unreadable(error, text)
    if problem or reader.problems:
        raise errors.ConfigError(name, (problem,) if problem else in_order(reader.problems))
    return Document(data, reader.values, reader.keys)


def in_order(problems: Iterable[errors.Problem]) -> tuple[errors.Problem, ...]:
    """Problems as they stand in the file."""
    return tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))


def _too_deep(text: str) -> errors.Problem | None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                return errors.Problem(*_place(event), "this is nested too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _syntax(error: yaml.MarkedYAMLError) -> errors.Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    context = f" ({error.context})" if error.context else ""
    hint = "; indent with spaces, YAML takes no tabs" if "cannot start any token" in str(error.problem) else ""
    return errors.Problem(line, column, f"{error.problem}{context}{hint}")


def _unreadable(error: Exception, text: str) -> errors.Problem:
    before = text.encode("utf-8", "replace")[: getattr(error, "position", 0)].decode("utf-8", "ignore")
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    return errors.Problem(*place, f"not a YAML text: {str(error).splitlines()[0]}")


class _Reader:
    """Walks the nodes of one text and collects places and problems."""

    def __init__(self, environment: Mapping[str, str], nodes: int) -> None:
        self.environment = environment
        self.values: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.problems: list[errors.Problem] = []
        self._open: list[yaml.Node] = []
        self._left = nodes

    def problem(self, node: yaml.Node, message: str) -> None:
        self.problems.append(errors.Problem(*_place(node), message))

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.values[path] = _place(node)
        self._left -= 1
        if self._left < 0 or any(node is outer for outer in self._open):
            if self._left >= -1:  # one such problem says it all
                self.problem(node, "this alias expands without end")
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        self._open.append(node)
        try:
            return self._mapping(node, path) if isinstance(node, yaml.MappingNode) else self._sequence(node, path)
        finally:
            self._open.pop()

    def _sequence(self, node: yaml.Node, path: Path) -> list[Any]:
        if node.tag != "tag:yaml.org,2002:seq":
            self.problem(node, f"the tag {node.tag} is not supported")
            return []
        return [self.value(child, (*path, position)) for position, child in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        if node.tag != "tag:yaml.org,2002:map":
            self.problem(node, f"the tag {node.tag} is not supported")
            return {}
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, child in sorted(node.value, key=_own):
            if not _own((key, child)):
                merged = self._merge(child, path) | merged
            elif not isinstance(key, yaml.ScalarNode):
                self.problem(key, "a key must be a plain word")
            elif key.value in own:
                self.problem(key, f'the key "{key.value}" stands here twice')
            else:
                self.keys[(*path, key.value)] = _place(key)
                own[key.value] = self.value(child, (*path, key.value))
        return merged | own

    def _merge(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        """What `<<` brings along; of a list, earlier mappings come before later ones."""
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        merged: dict[str, Any] = {}
        place = self.values[path]
        for part in reversed(parts):
            if isinstance(part, yaml.MappingNode):
                merged |= self.value(part, path) or {}
            else:
                self.problem(part, "<< takes a mapping, or a list of mappings")
        self.values[path] = place
        return merged

    def _scalar(self, node: yaml.ScalarNode) -> object:
        if node.tag not in _TAGS:
            self.problem(node, f"the tag {node.tag} is not supported")
            return None
        value = self._substituted(node, node.value)
        if value != node.value:
            return Filled(value, node.value)
        return value if node.style else plain(value)

    def _substituted(self, node: yaml.ScalarNode, value: str) -> str:
        def variable(found: re.Match[str]) -> str:
            if found[1] not in self.environment:
                self.problem(node, f"the environment variable {found[1]} is not set")
            return self.environment.get(found[1], "")

        return _VARIABLE.sub(variable, value)


def _own(pair: tuple[yaml.Node, yaml.Node]) -> bool:
    """Whether a key is the mapping's own and not a merge, whose places and values its own keys replace."""
    return bool(pair[0].tag != "tag:yaml.org,2002:merge")


def _place(node: yaml.Node | yaml.Event) -> tuple[int, int]:
    mark = node.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def plain(value: str) -> object:
    """An unquoted scalar by the core schema of YAML 1.2: `yes` and `off` are text, `1:30` is no number.

    Nor are spellings that a number would lose, such as `007`: they name things here.
    """
    if _NULL.fullmatch(value):
        return None
    if _BOOL.fullmatch(value):
        return value.lower() == "true"
    if _INT.fullmatch(value) and len(value) < 30:
        return int(value)
    return float(value) if _FLOAT.fullmatch(value) else value
