"""Pages that stand before an article: pay, consent, robot, error and script walls."""

from __future__ import annotations

import functools
import importlib.resources
import re

from aggregator.core import text
from aggregator.core.extract import measure
from aggregator.core.extract.head import Head

SHORT = 120  # words; a wall says little, and an article that quotes one says more
TINY = 60  # words
_TITLE = 300  # characters
_ENOUGH = 2_000  # characters in which an article has said SHORT words, and mostly has
_CHALLENGES = re.compile(
    r"cf-chl-|cf_chl_|challenge-platform|challenge-form|captcha-delivery\.com|px-captcha|perimeterx|_Incapsula_Resource|"
    r"g-recaptcha|h-captcha|hcaptcha\.com|cf-turnstile|awswaf|/_sec/cp_challenge|ddos-guard|datadome"
)


def is_wall(said: str, told: Head, page: str) -> bool:
    """Whether what was extracted from a page is a wall's text.

    That is: short, and saying what only walls say, or under a title that only walls have, or of an article that is not free; or tiny,
    and on a page that puts a test for robots.
    """
    length = measure.length(said[:_ENOUGH])
    if length < SHORT:
        length = measure.length(said)
    if length >= SHORT:
        return False
    folded = " ".join(text.words(said))
    if _telltale(folded) or _telltale(" ".join(text.words(told.title[:_TITLE]))) or costs(told):
        return True
    return length < TINY and _CHALLENGES.search(page) is not None


def costs(told: Head) -> bool:
    """Whether JSON-LD says that the article is for subscribers (schema.org `isAccessibleForFree`)."""
    return any(str(value.get("isAccessibleForFree", "")).lower() == "false" for value in told.data)


def _telltale(said: str) -> bool:
    padded = f" {said} "
    return any(phrase in padded for phrase in _phrases())


@functools.cache
def _phrases() -> tuple[str, ...]:
    lines = importlib.resources.files(__package__).joinpath("walls.txt").read_text("utf-8").splitlines()
    read = (" ".join(text.words(line.split("#")[0])) for line in lines)
    return tuple(phrase if measure.unspaced(phrase) else f" {phrase} " for phrase in read if phrase)
