"""YAML text -> plain data, and where in the text each part of it stands."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

import yaml

from aggregator.core import errors

Path = tuple[str | int, ...]
_NODES = 200_000  # aliases can make a short text expand without end
_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "timestamp", "value", "merge")}
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """The data of a YAML text, with the line and column (from 1) of each value and of each key, by path."""

    data: Any
    values: Mapping[Path, tuple[int, int]]
    keys: Mapping[Path, tuple[int, int]]

    def place(self, path: Path) -> tuple[int, int]:
        """Where the value at this path stands; that of the nearest one around it when it is not there."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))


def read(text: str, name: str, environment: Mapping[str, str]) -> Document:
    """Read YAML with the scalars of YAML 1.2 (core schema) and `${NAME}` from the environment.

    Raises ConfigError: not YAML, a key twice, a tag, an unset variable, aliases that expand without end.
    """
    reader = _Reader(environment)
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = reader.value(root, ()) if root is not None else None
    except yaml.MarkedYAMLError as error:
        raise errors.ConfigError(name, (_syntax(error),)) from None
    except (yaml.YAMLError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error).split("\n")[0]
        raise errors.ConfigError(name, (errors.Problem(1, 1, f"not a YAML text: {reason}"),)) from None
    if reader.problems:
        raise errors.ConfigError(name, tuple(reader.problems))
    return Document(data, reader.values, reader.keys)


def _syntax(error: yaml.MarkedYAMLError) -> errors.Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    context = f" ({error.context})" if error.context else ""
    hint = "; indent with spaces, YAML takes no tabs" if "cannot start any token" in str(error.problem) else ""
    return errors.Problem(line, column, f"{error.problem}{context}{hint}")


class _Reader:
    """Walks the nodes of one text and collects places and problems."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.values: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.problems: list[errors.Problem] = []
        self._open: list[yaml.Node] = []
        self._left = _NODES

    def problem(self, node: yaml.Node, message: str) -> None:
        self.problems.append(errors.Problem(*_place(node), message))

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.values[path] = _place(node)
        self._left -= 1
        if self._left < 0 or any(node is outer for outer in self._open):
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
        for key, child in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
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
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        merged: dict[str, Any] = {}
        for part in parts:
            if isinstance(part, yaml.MappingNode):
                merged = self.value(part, path) | merged
            else:
                self.problem(part, "<< takes a mapping, or a list of mappings")
        return merged

    def _scalar(self, node: yaml.ScalarNode) -> object:
        if node.tag not in _TAGS:
            self.problem(node, f"the tag {node.tag} is not supported")
            return None
        value = self._substituted(node, node.value)
        return _plain(value) if not node.style and value == node.value else value

    def _substituted(self, node: yaml.ScalarNode, value: str) -> str:
        def variable(found: re.Match[str]) -> str:
            if found[1] not in self.environment:
                self.problem(node, f"the environment variable {found[1]} is not set")
            return self.environment.get(found[1], "")

        return _VARIABLE.sub(variable, value)


def _place(node: yaml.Node) -> tuple[int, int]:
    return (node.start_mark.line + 1, node.start_mark.column + 1)


def _plain(value: str) -> object:
    """An unquoted scalar by the core schema of YAML 1.2: `yes` and `off` are text, `1:30` is no number."""
    if _NULL.fullmatch(value):
        return None
    if _BOOL.fullmatch(value):
        return value.lower() == "true"
    if _INT.fullmatch(value) and len(value) < 30:
        return int(value, 0) if value[:2] in ("0o", "0x") else int(value)
    return float(value) if _FLOAT.fullmatch(value) else value
