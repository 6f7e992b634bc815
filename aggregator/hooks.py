"""Tells webhooks what waits for them: new entries, and what the operator should know."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import datetime
import functools
import logging
from collections.abc import Sequence

from aggregator import engine, logs
from aggregator.core import config, errors, urls, webhooks
from aggregator.edges import store, threads

AT_ONCE = 20  # messages that are sent to one hook before others are looked for
DELIVERING = 30.0  # seconds in which one pass sends what waits
TOLD_AGAIN = datetime.timedelta(days=1)  # before the operator is told again that messages to a hook are lost
OUTCOMES = ("sent", "failed", "lost")
_GONE = 410  # a hook that answers so wants no more of a message


class Hooks:
    """`tick` now and then; `counts` are messages by outcome."""

    def __init__(self, of: engine.Engine) -> None:
        self._engine = of
        self._log = logging.getLogger(logs.NAME)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.counts: collections.Counter[str] = collections.Counter()

    async def tick(self) -> None:
        """Have what happened wait for its hooks, and begin to send where nothing is being sent. Raises StoreError."""
        named = await self._collect()
        for key, hook in named.items():
            if key not in self._tasks:
                self._tasks[key] = asyncio.create_task(self._send(key, hook))
                self._tasks[key].add_done_callback(functools.partial(self._ended, key))

    def _ended(self, key: str, task: asyncio.Task[None]) -> None:
        del self._tasks[key]
        if not task.cancelled() and (error := task.exception()):
            self._log.error("cannot tell a webhook: %s", error)

    async def deliver(self) -> None:
        """Send what may be sent now, as far as that is done in time; the rest waits. Raises StoreError."""
        named = await self._collect()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DELIVERING):
                await asyncio.gather(*(self._send(key, hook) for key, hook in named.items()))

    async def aclose(self) -> None:
        """Stop sending; what was not taken is sent again another time."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _collect(self) -> dict[str, config.Webhook]:
        """The hooks of feeds.yaml by their keys, once what happened waits for them."""
        named = {webhooks.key(hook.url): hook for hook in self._engine.configuration.settings.webhooks}
        wanting = [key for key, hook in named.items() if webhooks.OPERATIONS in hook.events]
        mailbox = self._engine.store.mailbox
        await threads.run(mailbox.forget, tuple(named))
        if named:
            await threads.run(mailbox.collect, functools.partial(_operations, wanting, self._engine.clock.now()))
        return named

    async def _send(self, key: str, hook: config.Webhook) -> None:
        """Send what waits for a hook, in its order, as long as it takes it."""
        while waiting := await threads.run(self._engine.store.mailbox.due, key, self._engine.clock.now(), AT_ONCE):
            for message in waiting:
                if not await self._sent(message, hook):
                    return

    async def _sent(self, message: webhooks.Message, hook: config.Webhook) -> bool:
        now = self._engine.clock.now()
        try:
            await self._engine.edges.fetcher.send(hook.url, message.body, webhooks.headers(message, hook.secret, now))
        except errors.FetchError as error:
            await self._failed(message, hook, error, now)
            return False
        self.counts["sent"] += 1
        self._log.debug("told a webhook", extra={"hook": urls.redact(hook.url), "id": message.id})
        await threads.run(self._engine.store.mailbox.settle, [message.id])
        return True

    async def _failed(
        self, message: webhooks.Message, hook: config.Webhook, error: errors.FetchError, now: datetime.datetime
    ) -> None:
        """Try again later, or give it up and tell the operator."""
        gone = isinstance(error, errors.StatusError) and error.status == _GONE
        later = None if gone else webhooks.failed(message, str(error), now)
        shown = urls.redact(hook.url)
        self.counts["failed"] += 1
        self._log.warning(
            "a webhook does not take what it is told: %s", error, extra={"id": message.id, "tries": message.tries + 1}
        )
        if later is not None:
            await threads.run(self._engine.store.mailbox.settle, (), [later])
            return
        self.counts["lost"] += 1
        await threads.run(self._engine.store.mailbox.settle, [message.id])
        why = f"{shown}: answered {error.status}" if isinstance(error, errors.StatusError) else str(error)
        tries = "1 try" if message.tries == 0 else f"{message.tries + 1} tries"
        said = f"{why}. A message to it is given up after {tries}, and others will be."
        event = store.Event(now, "webhook", shown, f"The webhook {shown} does not answer as it should", said)
        await threads.run(self._tell, event)

    def _tell(self, event: store.Event) -> None:
        with self._engine.store.writing() as writing:
            writing.tell_once(event, TOLD_AGAIN)
        self._engine.touch()


def _operations(wanting: Sequence[str], now: datetime.datetime, event: store.Event) -> list[webhooks.Message]:
    """An event as these hooks are told of it; of hooks that do not answer they hear nothing."""
    if event.kind == "webhook":
        return []
    data = {"kind": event.kind, "subject": event.subject, "title": event.title, "text": event.text, "id": event.id}
    return [webhooks.operation(hook, event.kind, data, event.id, now) for hook in wanting]
