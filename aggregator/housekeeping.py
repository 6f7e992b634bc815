"""What is done now and then, by one program: the hour moves on, what is past keeping goes, the store is copied."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

from aggregator import budget, engine, logs, readers, safekeeping
from aggregator.edges import threads


async def housekeep(of: engine.Engine, wanted: Callable[[], bool] = lambda: True) -> None:
    """Move the hour that rules go by, let go of entries past keeping, copy the store while that is `wanted`. Raises StoreError."""
    settings, now = of.configuration.settings, of.clock.now()
    retired = await threads.run(of.store.housekeep, now, settings.keep, settings.duplicate_window, settings.max_store)
    await threads.run(of.store.note, readers.NOTE, json.dumps(of.readers.counts(now)))
    if not of.shared:  # else who hands out polls notes their price, and copies are the server's
        await threads.run(of.store.note, budget.NOTE, of.budget.noted)
        await threads.run(safekeeping.automatic, of.data, now, settings.backups, wanted)
    of.touch()
    if retired:
        logging.getLogger(logs.NAME).info("retired entries that left their sources long ago", extra={"entries": retired})
