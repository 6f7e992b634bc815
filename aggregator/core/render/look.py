"""What pages share: the style sheet, the script of the index, the policy that allows just those, and the templates."""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib.resources

import jinja2

import aggregator
from aggregator.core import text
from aggregator.core.render import dates, plots


def _shipped(name: str) -> str:
    return importlib.resources.files(__package__).joinpath("templates", name).read_text("utf-8")


@functools.cache
def style() -> str:
    """The style sheet of every page, which stands in the page itself."""
    return _shipped("style.css")


@functools.cache
def script() -> str:
    """The script of the index, which works without it too."""
    return _shipped("index.js")


@functools.cache
def policy(*, images: bool = True, script: bool = False) -> str:
    """The Content-Security-Policy of every page: pictures, if any, our own style by its hash (CSP 3 2.3.1), and nothing else.

    With `script` also that of the index, which may ask our own server what is new.
    """
    pictures = "https: data:" if images else "data:"  # the latter for the icon
    ours = f" script-src {_hash(_shipped('index.js'))}; connect-src 'self';" if script else ""
    return f"default-src 'none'; img-src {pictures};{ours} style-src {_hash(style())}; base-uri 'none'; form-action 'none'"


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


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
    environment.filters["brief"] = dates.brief
    environment.filters["spark"] = plots.spark
    environment.globals["version"] = aggregator.__version__
    return environment


def page(template: str, *, images: bool = True, scripted: bool = False, **values: object) -> bytes:
    """The bytes of a page in UTF-8; every value but those marked safe in the template is escaped."""
    given = {"style": style(), "policy": policy(images=images, script=scripted), "script": script() if scripted else ""}
    written = _environment().get_template(template).render(**given, **values)
    return text.printable(written).encode()
