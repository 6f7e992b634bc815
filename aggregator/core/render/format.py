"""What a format is, and what can be read back from a file of one."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable

from aggregator.core import model


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What a rendered file says of itself.

    `ids` has one for each entry in their order, "" where it is missing; `dates` has every date, None for what is none.
    """

    ids: tuple[str, ...]
    dates: tuple[datetime.datetime | None, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Format:
    """One kind of file in output/: its name for people, how its files end, and how it is written and read back."""

    label: str
    suffix: str
    media_type: str
    render: Callable[[model.Feed], bytes]
    read: Callable[[bytes], Reading]  # raises ValueError for bytes that are no whole file of this format

    def ids(self, data: bytes) -> tuple[str, ...]:
        """The entry ids in a file of this format, in their order; none when it cannot be read."""
        try:
            return tuple(identity for identity in self.read(data).ids if identity)
        except ValueError:
            return ()
