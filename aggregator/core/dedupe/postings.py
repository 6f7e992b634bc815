"""Who holds a key, in few bytes: 32-bit keys and numbers in arrays, chained from newest to oldest."""

from __future__ import annotations

import array
import itertools
from collections.abc import Iterable, Sequence

_FIRST_SLOTS = 1 << 10
_STEPS = 8  # times the bound: how far a chain is followed that other keys share


class Postings:
    """Keys and the numbers of those who hold them; numbers grow."""

    def __init__(self) -> None:
        """Empty."""
        self._slots = array.array("I", bytes(4 * _FIRST_SLOTS))  # place in the chain + 1, 0 for none
        self._keys = array.array("I")
        self._holders = array.array("I")
        self._older = array.array("I")

    def holders(self, keys: Iterable[int], most: int) -> dict[int, list[int]]:
        """Up to `most` of those who hold each key, the newest first."""
        result: dict[int, list[int]] = {}
        slots, stored, older, mask = self._slots, self._keys, self._older, len(self._slots) - 1
        for key in keys:
            found: list[int] = []
            place, steps = slots[key & mask], most * _STEPS
            while place:
                place -= 1
                if stored[place] == key:
                    found.append(self._holders[place])
                    if len(found) == most:
                        break
                steps -= 1
                if not steps:
                    break
                place = older[place]
            result[key] = found
        return result

    def add(self, keys: Sequence[int], holder: int) -> None:
        """Note that somebody holds some keys."""
        while len(self._keys) + len(keys) > len(self._slots):
            self._link(2 * len(self._slots))
        slots, place, mask = self._slots, len(self._keys), len(self._slots) - 1
        for key in keys:
            place += 1
            self._older.append(slots[key & mask])
            slots[key & mask] = place
        self._keys.extend(keys)
        self._holders.extend([holder] * len(keys))

    def _link(self, size: int) -> None:
        """Chain all anew, in so many slots, a power of two."""
        self._slots = slots = array.array("I", bytes(4 * size))
        self._older = older = array.array("I")
        for place, key in enumerate(self._keys, 1):
            slot = key & (size - 1)
            older.append(slots[slot])
            slots[slot] = place

    def renumbered(self, numbers: dict[int, int]) -> Postings:
        """The same of some holders, under new numbers in the same order."""
        kept, size = Postings(), _FIRST_SLOTS
        held = [holder in numbers for holder in self._holders]
        kept._keys = array.array("I", itertools.compress(self._keys, held))
        kept._holders = array.array("I", map(numbers.__getitem__, itertools.compress(self._holders, held)))
        while size < len(kept._keys):
            size *= 2
        kept._link(size)
        return kept
