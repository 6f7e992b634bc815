"""What an edited article says otherwise about facts: its headline, numbers, names, or whether something is so at all."""

from __future__ import annotations

import collections
import functools
import re
from collections.abc import Iterator

from aggregator.core import model, text

MOST = 5  # of one edit; an article with more was written anew
_KEPT = 0.5  # of the words: an article that keeps less was written anew, and corrects nothing
_ALIKE = 0.6  # of the words of two sentences: those are one sentence, before and after
_SENTENCES = 30  # that one edit may change and still be compared, sentence by sentence
_LONGEST = 300  # characters of a sentence as it is shown
_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=\S)|(?<=[。！？])|\n+")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_THOUSANDS = re.compile(r"(?<=\d)[., ](?=\d{3}(?:\D|$))")
_NAME = re.compile(r"(?<![.!?…] )(?<!^)\b[^\W\d_a-zß-öø-ÿ][\w’'-]+")
_WRITTEN = {
    name: str(value)
    for value, name in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
        "nineteen twenty".split()
    )
    if value > 1  # "one" is seldom a number
}
_DENYING = frozenset(
    # of the languages that cleaning knows too; a word of one that means something else in another only counts where the
    # rest of the sentence is the same
    "not no never cannot without nor neither nobody nothing none "
    "nicht kein keine keinen keinem keiner keines nie niemals ohne weder "
    "ne pas jamais sans aucun aucune ni nunca sin ningún ninguna tampoco non mai senza nessun nessuna "
    "não sem nenhum nenhuma niet geen nooit zonder inte ingen inga aldrig utan ikke aldri uten uden ei eivät älä ilman "
    "nie bez żaden ne není nikdy bez není нет не без никогда ни nem soha nélkül nu niciodată fără değil yok asla".split()
)
_CONTRACTED = re.compile(r"n['’]t$")


def found(old_title: str, old: str, title: str, new: str) -> tuple[model.Correction, ...]:
    """The corrections that an edit makes, by the texts before and after; none where an article was written anew or only grew.

    What was said and is not said any more is corrected; what was put in is news, and no correction.
    """
    told = []
    if _other_headline(old_title, title):
        told.append(model.Correction("headline", text.shorten(old_title, _LONGEST), text.shorten(title, _LONGEST)))
    if _share(_counted(old), _counted(new)) >= _KEPT:
        told += _sentences(old, new)
    return tuple(told) if len(told) <= MOST else ()


def _other_headline(old: str, new: str) -> bool:
    """Whether a headline says something else, and not only more or less of the same, such as a mark that it was updated."""
    before, after = text.words(old), text.words(new)
    if not before or not after or before == after:
        return False
    short, long = sorted((before, after), key=len)
    return not any(long[start : start + len(short)] == short for start in range(len(long) - len(short) + 1))


def _sentences(old: str, new: str) -> list[model.Correction]:
    before, after = _changed(old, new)
    if len(before) > _SENTENCES or len(after) > _SENTENCES:
        return []
    pairs = sorted(
        (
            (-share, one, other)
            for one, was in before.items()
            for other, now in after.items()
            if (share := _share(was, now)) >= _ALIKE
        ),
    )
    told, used = [], set[str]()
    for _, one, other in pairs:
        if one in used or other in used:
            continue
        used |= {one, other}
        if kind := _differs(one, other):
            told.append((old.find(one), model.Correction(kind, text.shorten(one, _LONGEST), text.shorten(other, _LONGEST))))
    return [correction for _, correction in sorted(told, key=lambda pair: pair[0])]


def _changed(old: str, new: str) -> tuple[dict[str, collections.Counter[str]], dict[str, collections.Counter[str]]]:
    """The sentences that only one of two texts has, each with its words."""
    before, after = ({sentence: _counted(sentence) for sentence in _split(value)} for value in (old, new))
    said = ({tuple(sorted(words.items())) for words in one.values()} for one in (after, before))
    left = zip((before, after), said, strict=True)
    one, other = (
        {s: words for s, words in part.items() if words and tuple(sorted(words.items())) not in there} for part, there in left
    )
    return one, other


def _split(value: str) -> Iterator[str]:
    return (stripped for part in _END.split(value) if (stripped := part.strip()))


@functools.lru_cache(256)
def _counted(value: str) -> collections.Counter[str]:
    return collections.Counter(text.words(value))


def _share(one: collections.Counter[str], other: collections.Counter[str]) -> float:
    """Of the words of two texts, the share that they have in common (Dice)."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _differs(before: str, after: str) -> str:
    """About what two versions of a sentence disagree; "" for nothing that matters."""
    if _denials(before) % 2 != _denials(after) % 2:
        return "negation"
    if _withdrawn(_numbers(before), _numbers(after)):
        return "number"
    return "name" if _withdrawn(_names(before), _names(after)) else ""


def _withdrawn(before: collections.Counter[str], after: collections.Counter[str]) -> bool:
    """Whether something else stands in the place of what was said."""
    return bool(before - after) and bool(after - before)


def _denials(sentence: str) -> int:
    return sum(word in _DENYING or bool(_CONTRACTED.search(word)) for word in re.findall(r"[\w'’]+", sentence.lower()))


def _numbers(sentence: str) -> collections.Counter[str]:
    digits = _NUMBER.findall(_THOUSANDS.sub("", sentence))
    return collections.Counter([*digits, *(_WRITTEN[word] for word in text.words(sentence) if word in _WRITTEN)])


def _names(sentence: str) -> collections.Counter[str]:
    return collections.Counter(_NAME.findall(sentence))
