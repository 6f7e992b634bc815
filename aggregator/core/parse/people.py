"""Authors: names as plain text, once each, with address and e-mail where these are valid."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping

from aggregator.core import model
from aggregator.core.parse import fields

MOST = 50  # authors of one entry
_INSIDE = re.compile(r"[A-Za-z0-9_.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,9}[A-Za-z0-9-]{2,63}")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"'\\]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}\Z")


def person(name: object, uri: object = None, email: object = None, base: str = "") -> model.Author | None:
    """An author from what a feed says; who has but an e-mail address is named by what stands before its "@"."""
    mail = email.strip() if isinstance(email, str) else ""
    mail = mail if _EMAIL.match(mail) else ""
    known = fields.line(name, fields.NAME) or mail.partition("@")[0]
    return model.Author(known, fields.address(uri, base), mail or None) if known else None


def whole(found: Mapping[str, object], written: object) -> dict[str, object]:
    """What feedparser split of "mail@host (Name)", split again where it took four letters for the longest top-level domain."""
    inside = _INSIDE.search(written[: fields.LINE]) if isinstance(written, str) else None
    short = found.get("email")
    if inside is None or not isinstance(short, str) or inside.group() == short or not inside.group().startswith(short):
        return dict(found)
    rest = inside.string[: inside.start()] + inside.string[inside.end() :]
    return {**found, "name": rest.strip(" ()<>\"'"), "email": inside.group()}


def distinct(found: Iterable[model.Author | None]) -> tuple[model.Author, ...]:
    """Everybody once, in order; who is named twice (author and dc:creator) has what either place says."""
    by_name: dict[str, model.Author] = {}
    for one in found:
        if one is None:
            continue
        same = by_name.setdefault(one.name.casefold(), one)
        if same is not one:
            by_name[one.name.casefold()] = dataclasses.replace(same, uri=same.uri or one.uri, email=same.email or one.email)
        if len(by_name) == MOST:
            break
    return tuple(by_name.values())
