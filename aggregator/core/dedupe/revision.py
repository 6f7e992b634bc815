"""Whether an edit is worth telling readers about."""

from __future__ import annotations

import collections

from aggregator.core import text

SHARE = 0.03  # of the words
WORDS = 5


def material(old_title: str, old_text: str, title: str, content: str) -> bool:
    """Whether a reader would want to know: another title, or at least WORDS words or SHARE of the text put in or taken out.

    Punctuation and a corrected spelling are no news.
    """
    if text.words(old_title) != text.words(title):
        return True
    before, after = (collections.Counter(text.words(value)) for value in (old_text, content))
    changed = ((before - after) + (after - before)).total()
    return changed >= WORDS or (changed > SHARE * max(before.total(), 1) and changed > 1)
