"""Lists of addresses with nothing to see, found in one pass.

A line of a list is the end or the beginning of some labels of a host with what may follow (`facebook.com/tr?`, `ads.`), or, from a
`/` on, any part of what stands behind the host; `#` starts a comment.
"""

from __future__ import annotations

import functools
import importlib.resources
import re

import re2


def listed(file: str, url: str) -> bool:
    """Whether a list of this room holds an address."""
    return bool(_pattern(file).search(url.partition("//")[2].partition("#")[0].lower()))


@functools.cache
def _pattern(file: str) -> re2._Regexp:
    """All lines as one automaton over an address without its scheme."""
    lines = importlib.resources.files(__package__).joinpath(file).read_text("utf-8").splitlines()
    entries = [entry for line in lines if (entry := line.split("#")[0].strip())]
    hosts = "|".join(re.escape(entry) for entry in entries if entry[0] != "/")
    paths = "|".join(re.escape(entry) for entry in entries if entry[0] == "/")
    return re2.compile(rf"^(?:[^/?]*\.)?(?:{hosts})|^[^/?]*/?.*(?:{paths})")
