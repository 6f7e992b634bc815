"""Lists of feeds at other addresses that feeds.yaml includes: read again now and then, kept in the data directory."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import logging
import pathlib

from aggregator import clock, logs, roster
from aggregator.core import config, errors, urls
from aggregator.edges import config_file, fetch, store


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """What reading the lists again came to; `troubles` are those of lists that could be had the last time."""

    changed: bool = False
    events: tuple[store.Event, ...] = ()
    troubles: tuple[str, ...] = ()


class Lists:
    """Reads the lists of a configuration, and remembers which could not be had, so that this is told once."""

    def __init__(self) -> None:
        self._failing: frozenset[str] = frozenset()
        self._log = logging.getLogger(logs.NAME)

    async def refresh(self, loaded: config_file.Loaded, data: pathlib.Path, fetcher: fetch.Fetcher, now: datetime.datetime) -> Done:
        """Read all lists again; one that cannot be had stays as it was."""
        said = await asyncio.gather(*(_refresh(address, data, fetcher) for address in loaded.lists))
        troubles = {address: one for address, one in zip(loaded.lists, said, strict=True) if isinstance(one, str)}
        new = {address: one for address, one in troubles.items() if address not in self._failing}
        self._failing = frozenset(troubles)
        for one in new.values():
            self._log.warning("%s", one)
        return Done(any(one is True for one in said), tuple(_event(*one, now) for one in new.items()), tuple(new.values()))


async def up_to_date(path: pathlib.Path, data: pathlib.Path | None) -> tuple[config_file.Loaded, tuple[str, ...]]:
    """A feeds.yaml with its lists as they are by now, as far as they can be had; and why others cannot. Raises ConfigError."""
    loaded = config_file.read(path, data)
    if not loaded.lists:
        return loaded, ()
    settings = loaded.config.settings
    agent = roster.user_agent(settings.contact)
    fetcher = fetch.Fetcher(limits=settings.limits, allow=settings.allow_addresses, user_agent=agent, proxy=settings.proxy)
    try:
        done = await Lists().refresh(loaded, data or loaded.at(settings.data), fetcher, clock.SYSTEM.now())
    finally:
        await fetcher.aclose()
    return config_file.read(path, data), done.troubles


async def _refresh(address: str, data: pathlib.Path, fetcher: fetch.Fetcher) -> bool | str:
    """Whether a list names others than it did; or why that is not known."""
    before = config.followed(config_file.kept_list(data, address))
    try:
        response = await fetcher.fetch(address, before.validators)
        after = await asyncio.to_thread(config.revised, before, response)
        if after != before:
            config_file.keep_list(data, address, config.kept(after))
    except errors.FetchError as error:
        return str(error)
    except (errors.ParseError, errors.ConfigError) as error:
        return f"{urls.redact(address)}: {error}"
    return after.members != before.members


def _event(address: str, said: str, now: datetime.datetime) -> store.Event:
    shown = urls.redact(address)
    return store.Event(now, "list", shown, f"The list {shown} cannot be read", f"{said}. Its sources stay as they are.")
