"""How many read each output: counted from what is asked of the server, without keeping who it was."""

from __future__ import annotations

import datetime
import hashlib
import re
import secrets
from collections.abc import Mapping

NOTE = "readers"  # under which the store notes the counts
DAY = datetime.timedelta(days=1)
MOST = 20_000  # readers of one output that are told apart; of more some are counted again
_SUBSCRIBERS = re.compile(r"(\d{1,7}) (?:subscriber|reader)s?\b", re.IGNORECASE)  # as hosted readers say for how many they ask
_ROBOT = re.compile(r"bot\b|crawl|spider|monitor|preview|curl/|wget/", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


class Readers:
    """Counts over the last day. A reader is an address with a program; only a hash of both is held, under a salt of this run.

    Hosted readers ask once for all their subscribers and say how many those are; the largest of their numbers counts, once.
    """

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._seen: dict[str, dict[bytes, tuple[datetime.datetime, int]]] = {}

    def read(self, output: str, client: str, agent: str, now: datetime.datetime) -> None:
        """Take note that somebody asked for an output."""
        said = _SUBSCRIBERS.search(agent)
        if said is None and (not agent or _ROBOT.search(agent)):
            return
        who = _NUMBER.sub("", agent) if said else f"{client}\n{agent}"
        seen = self._seen.setdefault(output, {})
        key = hashlib.blake2b(who.encode("utf-8", "replace"), digest_size=8, key=self._salt).digest()
        before = seen.pop(key, (now, 0))
        count = int(said[1]) if said else 1
        seen[key] = (now, max(count, before[1]) if now - before[0] < DAY / 24 else count)
        while len(seen) > MOST or now - next(iter(seen.values()))[0] >= DAY:  # in the order in which they came last
            del seen[next(iter(seen))]

    def counts(self, now: datetime.datetime) -> Mapping[str, int]:
        """How many read each output in the last day; outputs that nobody read are missing."""
        found = {}
        for output, seen in list(self._seen.items()):
            found[output] = sum(count for at, count in list(seen.values()) if now - at < DAY)
        return {output: count for output, count in found.items() if count}
