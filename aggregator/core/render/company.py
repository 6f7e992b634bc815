"""What stands below an entry: what was corrected, where else its article stands, and who else tells the story."""

from __future__ import annotations

import html
from collections.abc import Sequence

from aggregator.core import model
from aggregator.core.render import dates

ALSO_AT, COVERED_BY, UPDATED = "Also at", "Also covered by", "Updated"
SHOWN = 3  # corrections of one entry, the latest


def content(entry: model.Entry) -> str:
    """The content of a fitted entry as HTML, with its lists; an entry that carries none has none."""
    if not entry.content:
        return ""
    told = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in updates(entry))
    return entry.content + told + _line(entry.also_at) + _list(entry.covered_by)


def updates(entry: model.Entry) -> tuple[str, ...]:
    """What edits corrected, each in a line, the latest first."""
    return tuple(_update(one) for one in reversed(entry.corrections[-SHOWN:]))


def _update(one: model.Correction) -> str:
    at = f"{UPDATED} {dates.spoken(one.at)}" if one.at else UPDATED
    what = "the headline" if one.kind == "headline" else "a sentence"
    return f"{at}: {what} was “{one.before}”; it is “{one.after}” now."


def called(mention: model.Mention) -> str:
    """Another article in one line."""
    return f"{mention.source}: {mention.title}" if mention.title else mention.source


def _line(mentions: Sequence[model.Mention]) -> str:
    """Copies have the same title or none that matters, so their sources are enough."""
    named = ", ".join(_linked(mention, mention.source) for mention in mentions)
    return f"<p>{ALSO_AT}: {named}</p>" if named else ""


def _list(mentions: Sequence[model.Mention]) -> str:
    named = "".join(f"<li>{_linked(mention, called(mention))}</li>" for mention in mentions)
    return f"<p>{COVERED_BY}:</p><ul>{named}</ul>" if named else ""


def _linked(mention: model.Mention, said: str) -> str:
    said = html.escape(said, quote=False)
    return f'<a href="{html.escape(mention.link)}">{said}</a>' if mention.link else said
