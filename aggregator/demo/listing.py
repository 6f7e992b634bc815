"""A feeds.yaml that names every source of the newsroom, with comments that teach."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from aggregator.demo.sources import Source

_SETTINGS: Mapping[str, object] = {"interval": "2s", "allow_addresses": "[127.0.0.0/8]"}
_OUTPUTS = """\
outputs:
  # Every output is written as RSS, Atom, JSON Feed and a page for people.
  - name: all
    title: Everything from the newsroom
    limit: 200                   # the newest entries; the rest stay in the store
  - name: town
    title: Town and harbour
    categories: [town]           # the sources of these categories
    limit: 200
  - name: curious
    title: For the curious
    categories: [curious]
    limit: 200
"""


def feeds_yaml(sources: Iterable[Source], base: str, extra: Mapping[str, object]) -> str:
    """The text of the file. `extra` goes into its settings and wins over what stands there; strings in it are YAML as they are."""
    settings = "".join(f"  {name}: {_yaml(value)}\n" for name, value in {**_SETTINGS, **extra}.items())
    listed = "".join(_source(source, base) for source in sources)
    return (
        "# The demo newsroom: made-up sources on this machine. Change something and save: the daemon reads this file again.\n"
        "settings:\n"
        "  # Polite readers ask real sources every few minutes or hours; these are ours, and their day takes two minutes.\n"
        f"  # allow_addresses lets this machine be read, which is not allowed otherwise.\n{settings}"
        f"sources:\n{listed}{_OUTPUTS}"
    )


def _yaml(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)  # JSON's numbers and lists are YAML's


def _source(source: Source, base: str) -> str:
    name = json.dumps(source.name, ensure_ascii=False)
    # teasers: the articles' own pages are read for the text that the feed keeps back
    whole = "    full_text: auto\n" if source.teaser else ""
    return f"  # {source.note}\n  - url: {base}{source.path}\n    name: {name}\n    categories: [{source.category}]\n{whole}"
