"""Wording: phrases of many languages, kept as text files, and found in a text by their rarest words first.

A file `phrases/RULE.txt` holds sections, `= NAME MODE`, and in them a phrase a line behind the code of its language. Modes:
`start` (the text begins with it), `whole` (it says nothing else), `anywhere`, `end`. Phrases are written as texts are folded: lower
case, straight quotes, plain hyphens. `[x]` may be missing, `(a|b)` is one of them, `…` up to 120 characters of the same sentence, `……`
up to 250 of anything, `#` a number, `*` the rest of a word, `<url>` an address, `<year>` one, `<begin>` the beginning of a sentence, `$` the end; `\\` before a sign takes it literally.

Every phrase has words that a text must hold (its cues). All of them are looked for at once, by an automaton (RE2); patterns are
tried only for the phrases whose cues are there, so that a phrase more costs next to nothing.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import re
import unicodedata
from collections.abc import Iterator, Sequence

import re2

LONGEST = 900  # characters: no phrase is looked for in longer texts
_STRAIGHT = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ´`", "'"),
        **dict.fromkeys("“”„", '"'),
        **dict.fromkeys("–—‑‐", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060ـ\ufeff", ""),
        **dict.fromkeys("أإآ", "ا"),
        **dict(zip("يكىάέήίόύώϊϋΐΰς", "یکیαεηιουωιυιυσ", strict=True)),
        **{chr(code): "" for code in [*range(0x64B, 0x653), *range(0x591, 0x5C8), 0x307]},
    }
)
_DENSE = "\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_DENSE_SIGNS = re.compile(f"[{_DENSE}]")
_TOKEN = re.compile(r"\\.|……|…|<url>|<year>|<begin>|[\[\](|)#*$]|[^\\…<\[\](|)#*$]+")
_PATTERNS = {
    "……": ".{0,250}?",
    "…": r"(?:[^.!?。！？।؟]|\.(?=\w)){0,120}?",
    "<url>": r"https?://\S+",
    "<year>": r"(?:19|20)\d\d",
    "<begin>": r"(?:\A\W{0,9}|[.!?:»*|\"] ?\W{0,3})",
    "#": r"\d+",
    "*": r"[^\s.,:;!?]*",
    "$": r"[\W_]*+\Z",
}
_LEAD = r"[^\w@#\[(©]*+"
_MODES = {
    "start": (rf"\A{_LEAD}", ""),
    "whole": (rf"\A{_LEAD}[(\[]?", r"[\W_]*+\Z"),
    "anywhere": ("", ""),
    "end": ("", r"[\W_]*+\Z"),
}
_SIGN = re.compile(r" ?[:：|>»›→]| - ")
_LABEL = 80  # characters: no label is longer
_NONE: frozenset[int] = frozenset()
_NO_RULES: frozenset[str] = frozenset()
_FEW = 60  # ways to say a part of a phrase: with more, its cues are shorter
_SHORTEST = 3  # characters of a cue, two in scripts whose characters are worth more


def fold(value: str) -> str:
    """A text as phrases are matched against it: lower case, composed, on one line, without what writers differ in."""
    value = (value.strip(" ") if value.isprintable() and "  " not in value else " ".join(value.split())).lower()
    return value if value.isascii() else unicodedata.normalize("NFC", value).translate(_STRAIGHT)


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """A short text, folded, the numbers of the phrases whose cues it holds, and the rules that they are of."""

    folded: str
    cues: frozenset[int]
    rules: frozenset[str]

    @classmethod
    def of(cls, value: str) -> Said:
        """What a text says; of one that is too long for any phrase, its beginning."""
        if len(value) > LONGEST:
            return cls(fold(value[:LONGEST]), _NONE, _NO_RULES)
        folded = fold(value)
        index = _index()
        found = index.cued(folded)
        return cls(folded, found, index.rules(found) if found else _NO_RULES)


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """The phrases of one section of a file, named `RULE.SECTION`."""

    name: str

    def fits(self, said: Said) -> bool:
        """Whether one of its phrases holds."""
        return self._found(said, "")

    def opens(self, said: Said) -> bool:
        """Whether it begins with one of its phrases, whatever their mode."""
        return self._found(said, "start")

    def labels(self, said: Said, fewest: int = 0) -> bool:
        """Whether one of its phrases stands before a sign that parts it from what follows: `Read more: …`.

        So many characters at least have to follow.
        """
        if not said.cues or said.cues.isdisjoint(_index().sections[self.name]):
            return False
        head = _SIGN.split(said.folded[:_LABEL], maxsplit=1)
        if len(head) < 2 or len(head[1].strip()) < fewest:
            return False
        return self.fits(Said.of(head[0].lstrip("([ ")))

    def _found(self, said: Said, mode: str) -> bool:
        if not said.cues:
            return False
        index = _index()
        return any(index.pattern(number, mode).search(said.folded) for number in said.cues & index.sections[self.name])


@dataclasses.dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it was written, where it counts, and in which language."""

    section: str
    mode: str
    language: str
    written: str


class Index:
    """All phrases, and the automaton over their cues."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self.sections: dict[str, frozenset[int]] = {}
        self._phrases = phrases
        self._rules = [phrase.section.partition(".")[0] for phrase in phrases]
        self._patterns: dict[tuple[int, str], re.Pattern[str]] = {}
        self._of_cue: list[frozenset[int]] = []
        holders: dict[str, set[int]] = {}
        for number, phrase in enumerate(phrases):
            self.sections[phrase.section] = self.sections.get(phrase.section, frozenset()) | {number}
            for cue in _cues(parsed(phrase.written)):
                holders.setdefault(cue, set()).add(number)
        options = re2.Options()
        options.literal = True
        options.max_mem = 64 << 20
        self._found = re2.Set.SearchSet(options)
        for cue, numbers in holders.items():
            self._found.Add(cue)
            self._of_cue.append(frozenset(numbers))
        self._found.Compile()

    def cued(self, folded: str) -> frozenset[int]:
        """The phrases whose cues stand in a text."""
        found = self._found.Match(folded)
        return _NONE.union(*map(self._of_cue.__getitem__, found)) if found else _NONE

    def rules(self, numbers: frozenset[int]) -> frozenset[str]:
        """The rules that phrases are of."""
        return frozenset(map(self._rules.__getitem__, numbers))

    def pattern(self, number: int, mode: str = "") -> re.Pattern[str]:
        """The pattern of a phrase in its own or another mode, made when it is first needed."""
        known = self._patterns.get((number, mode))
        if known is None:
            phrase = self._phrases[number]
            known = self._patterns[number, mode] = _compiled(phrase.written, mode or phrase.mode)
        return known


@functools.cache
def phrases() -> tuple[Phrase, ...]:
    """All phrases of all files."""
    files = importlib.resources.files(__package__).joinpath("phrases").iterdir()
    return tuple(
        phrase for file in sorted(files, key=lambda file: file.name) for phrase in _read(file.name, file.read_text("utf-8"))
    )


@functools.cache
def _index() -> Index:
    return Index(phrases())


def _read(name: str, written: str) -> Iterator[Phrase]:
    section = mode = ""
    for line in written.splitlines():
        if line.startswith("= "):
            section, mode = line[2:].split()
        elif line and not line.startswith("#"):
            language, phrase = line.split(maxsplit=1)
            yield Phrase(f"{name.removesuffix('.txt')}.{section}", mode, language, fold(phrase))


_Parsed = list["str | list[_Parsed]"]  # literals and operators as strings; a list of alternatives for a group


def parsed(written: str) -> _Parsed:
    """The parts of a phrase; raises ValueError when its brackets do not match."""
    stack: list[list[_Parsed]] = [[[]]]
    for token in _TOKEN.findall(written):
        if token in "[(":
            stack.append([[]])
        elif token == "|":
            stack[-1].append([])
        elif token in "])" and len(stack) > 1:
            alternatives = stack.pop()
            stack[-1][-1].append(alternatives + ([[]] if token == "]" else []))
        elif token in _PATTERNS:
            stack[-1][-1].append(token)
        else:
            _literally(stack[-1][-1], token.removeprefix("\\"))
    if len(stack) != 1:
        raise ValueError(f"brackets do not match in {written!r}")
    return [stack[0]]


def _literally(parsed: _Parsed, token: str) -> None:
    """Add a literal, to the one before it where there is one."""
    if parsed and isinstance(last := parsed[-1], str) and last not in _PATTERNS:
        parsed[-1] = last + token
    else:
        parsed.append(token)


def _compiled(written: str, mode: str) -> re.Pattern[str]:
    before, after = _MODES[mode]
    body = _pattern(parsed(written))
    opens = r"(?<![^\W_])" if not before and _is_letter(written.lstrip("([")[0]) else ""
    closes = r"(?![^\W_])" if not after and _is_letter(written.rstrip(")]")[-1]) else ""
    return re.compile(f"{before}{opens}(?:{body}){closes}{after}", re.DOTALL)


def _is_letter(character: str) -> bool:
    """Whether a word ends here: scripts that part no words go on as they like."""
    return character.isalnum() and not _DENSE_SIGNS.match(character)


def _pattern(parsed: _Parsed) -> str:
    return "".join(
        _PATTERNS.get(part) or re.escape(part) if isinstance(part, str) else f"(?:{'|'.join(map(_pattern, part))})"
        for part in parsed
    )


def _cues(parsed: _Parsed) -> frozenset[str]:
    """Words of which a text must hold one: the best choice among what the phrase cannot do without."""
    weight, best = max(((min(map(_weight, choice), default=0), choice) for choice in _choices(parsed)), key=lambda found: found[0])
    if weight < _SHORTEST:
        raise ValueError(f"no word to look for in {parsed!r}")
    shorter = sorted(best, key=len)
    return best if len(best) > _FEW else frozenset(c for i, c in enumerate(shorter) if not any(s in c for s in shorter[:i]))


def _choices(parsed: _Parsed) -> Iterator[frozenset[str]]:
    """What each stretch of a phrase may say, as far as that is few things; and of parts that may say much, their own cues."""
    run = frozenset([""])
    for part in parsed:
        said = _said(part)
        if said and len(run) * len(said) <= _FEW:
            run = frozenset(before + after for before in run for after in said)
            continue
        yield run
        run = said or frozenset([""])
        if not said and not isinstance(part, str):
            try:
                yield frozenset().union(*map(_cues, part))
            except ValueError:
                continue
    yield run


def _said(part: str | list[_Parsed]) -> frozenset[str]:
    """All that a part may say; nothing when that is not known."""
    if isinstance(part, str):
        return frozenset() if part in _PATTERNS else frozenset([part])
    found: set[str] = set()
    for alternative in part:
        ways = frozenset([""])
        for piece in alternative:
            after = _said(piece)
            ways = frozenset(said + more for said in ways for more in after) if len(ways) * len(after) <= _FEW else frozenset()
        if not ways:
            return frozenset()
        found |= ways
    return frozenset(found)


def _weight(cue: str) -> float:
    """How rare it is, roughly: its length, where a character of a script without words counts more, and so do rare signs."""
    rare = 2 * (cue.count("@") + cue.count("©"))
    return len(cue.strip()) + rare + (0 if cue.isascii() else 1.5 * len(_DENSE_SIGNS.findall(cue)))


def anywhere(*phrases: str) -> re.Pattern[str]:
    """A pattern to search for one of the phrases; costs more than the others, so ask it of short blocks."""
    return re.compile("|".join(phrases), re.DOTALL)


def holds(folded: str, *cues: str) -> bool:
    """Whether one of the cues stands anywhere in the text: much cheaper than a pattern, so ask it first."""
    return any(map(folded.__contains__, cues))
