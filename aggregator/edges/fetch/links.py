"""Where an answer's Link fields lead (RFC 8288), as far as anybody here asks: hubs, and the address of the document itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aggregator.core import urls

_READ = 8_192  # characters of all Link fields together
_LINK = re.compile(r'<([^<>]*)>((?:[^,"]|"(?:[^"\\]|\\.)*")*)')
_PARAMETER = re.compile(r';\s*([A-Za-z*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))')


def related(fields: Sequence[str], relation: str, base: str) -> tuple[str, ...]:
    """The gated addresses of the links with this relation, in their order; `base` is where the answer came from.

    A link that has another anchor is said of something else (RFC 8288 3.2).
    """
    return tuple(dict.fromkeys(gated for url in _named(fields, relation) if (gated := urls.gate(url.strip(), base))))


def _named(fields: Sequence[str], relation: str) -> Iterator[str]:
    for found in _LINK.finditer(", ".join(fields)[:_READ]):
        said: dict[str, str] = {}
        for name, quoted, bare in _PARAMETER.findall(found[2]):
            said.setdefault(name.lower(), quoted or bare)  # the first counts (RFC 8288 3.3)
        if relation in said.get("rel", "").lower().split() and "anchor" not in said:
            yield found[1]
