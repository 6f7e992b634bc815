"""What all pages share: the style sheet, the policy that allows just that, and the templates."""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib.resources

import jinja2

import aggregator
from aggregator.core import text
from aggregator.core.render import dates


def _shipped(name: str) -> str:
    return importlib.resources.files(__package__).joinpath("templates", name).read_text("utf-8")


@functools.cache
def style() -> str:
    """The style sheet of every page, which stands in the page itself."""
    return _shipped("style.css")


@functools.cache
def policy(*, images: bool = True) -> str:
    """The Content-Security-Policy of every page: pictures, if any, our own style by its hash (CSP 3 2.3.1), and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    pictures = "https: http: data:" if images else "data:"  # the latter for the icon
    return f"default-src 'none'; img-src {pictures}; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_shipped),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["spoken"] = dates.spoken
    environment.globals["version"] = aggregator.__version__
    return environment


def page(template: str, *, images: bool = True, **values: object) -> bytes:
    """The bytes of a page in UTF-8; every value but those marked safe in the template is escaped."""
    written = _environment().get_template(template).render(style=style(), policy=policy(images=images), **values)
    return text.printable(written).encode()
