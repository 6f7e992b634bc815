"""Pages of their own that reports are written to: one style sheet inside, no script, nothing loaded."""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
import pathlib

import jinja2

import aggregator
from aggregator.core import errors, text
from aggregator.edges import publish

_LINE = 2_000  # characters of anything on one line


def render(room: str, **values: object) -> bytes:
    """The page of a room in UTF-8, from its `sheet.html` and `sheet.css`; every value is escaped."""
    style = shipped(room, "sheet.css")
    written = _template(room).render(style=style, policy=policy(style), version=aggregator.__version__, **values)
    return text.printable(written).encode()


def shipped(room: str, name: str) -> str:
    """A file that a room brings along."""
    return importlib.resources.files(room).joinpath(name).read_text("utf-8")


def policy(style: str) -> str:
    """The Content-Security-Policy of a page: its own style by its hash (CSP 3 2.3.1), and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _template(room: str) -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["cut"] = cut
    return environment.from_string(shipped(room, "sheet.html"))


def cut(said: str) -> str:
    """A text on one line of bounded length."""
    return text.shorten(text.one_line(said), _LINE)


def write(page: bytes, path: pathlib.Path) -> pathlib.Path:
    """Put a page into a file, whole or not at all; where that is. What is no file is left alone. Raises PublishError."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise errors.PublishError(f"{path} is no file that can be written; choose another --html")
    try:
        publish.publish(target, page)
    except errors.PublishError as error:
        said = error.__cause__.strerror if isinstance(error.__cause__, OSError) else error
        raise errors.PublishError(f"cannot write {path}: {said}; choose another --html") from None
    return target
