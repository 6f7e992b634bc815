"""What flows through the rooms: frozen values that hold tuples; changed by `dataclasses.replace`.

Words follow RFC 4287 (Atom). All times are aware datetimes in UTC. All strings are text of XML 1.0 characters
(no control characters, no lone surrogates); those that hold HTML say so, all others are plain text.
"""

from __future__ import annotations

import dataclasses
import datetime

from aggregator.core import urls


@dataclasses.dataclass(frozen=True, slots=True)
class Validators:
    """HTTP memory of one url (RFC 9110 8.8), byte for byte as the server sent it; empty when it sent none."""

    etag: str = ""
    last_modified: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Response:
    """What a fetch brought. `not_modified` answers have an empty body."""

    url: str  # where the body came from, after redirects
    status: int
    body: bytes = b""  # decoded: no content coding left; empty when `repeated`
    content_type: str = ""  # as sent
    content_location: str = ""
    validators: Validators = Validators()
    moved_to: str | None = None  # the target of permanent redirects (301, 308) from the asked url onwards
    not_modified: bool = False
    packed: str = ""  # a hash of the body as it came, if it was compressed
    repeated: bool = False  # the compressed body is one that was known by its hash
    received: int = 0  # bytes of body over the wire
    delta: bool = False  # only what is new since the validators (RFC 3229): what is missing has not left
    max_age: float | None = None  # seconds for which the server calls this fresh (RFC 9111 5.2.2.1)
    hubs: tuple[str, ...] = ()  # that its Link fields name (WebSub 4)
    topic: str | None = None  # its own address there, rel=self


@dataclasses.dataclass(frozen=True, slots=True)
class Hints:
    """What a server or a document says of its own rhythm: evidence, and often a program's default."""

    periods: tuple[float, ...] = ()  # seconds between its updates
    skip_hours: int = 0  # bit h: from h o'clock UTC, for an hour, nothing comes
    skip_days: int = 0  # the same of days; bit 0: Monday


@dataclasses.dataclass(frozen=True, slots=True)
class Author:
    """A person or body: RFC 4287 3.2."""

    name: str
    uri: str | None = None
    email: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Category:
    """A topic: RFC 4287 4.2.2."""

    term: str
    scheme: str | None = None
    label: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Enclosure:
    """An attached medium, as its source described it; media hosts are never asked."""

    url: str
    type: str | None = None
    length: int | None = None  # bytes
    duration: int | None = None  # seconds


@dataclasses.dataclass(frozen=True, slots=True)
class Episode:
    """What a podcast says of an entry (Apple's tags): its number, its season, its kind, and whether it is explicit."""

    number: int | None = None
    season: int | None = None
    kind: str = ""  # full, trailer or bonus; "" for nothing said
    explicit: bool | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """The source that a published entry names (RFC 4287 4.2.11)."""

    id: str
    title: str
    link: str | None = None  # its page for people
    url: str | None = None  # its feed; without password or key
    updated: datetime.datetime | None = None
    rights: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Mention:
    """Another entry that a published one names: a copy of it elsewhere, or another article on the same event."""

    id: str
    title: str
    link: str | None
    source: str  # its name for people
    published: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Correction:
    """What an article said, and says now: its headline, or a sentence with another number, name, or the opposite."""

    kind: str  # headline, number, name or negation
    before: str  # plain text
    after: str
    at: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One entry. From `parse`: as its source gave it. For `render`: cleaned, with its published id and its origin."""

    id: str  # parsed: the source's own id, "" for none; published: ours, a urn:
    title: str = ""
    link: str | None = None
    summary: str = ""  # parsed: HTML; cleaned: plain text
    content: str = ""  # HTML
    authors: tuple[Author, ...] = ()
    categories: tuple[Category, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    image: str | None = None
    published: datetime.datetime | None = None
    updated: datetime.datetime | None = None
    rights: str = ""
    language: str = ""
    base: str = ""  # parsed: what relative addresses in its HTML start from
    target: str | None = None  # where its link led, once its page was fetched
    paywall: bool = dataclasses.field(default=False, repr=False)  # it shows signs of standing behind one; what only cleaning finds
    episode: Episode | None = dataclasses.field(default=None, repr=False)  # of a podcast
    origin: Origin | None = None  # published entries only, as what follows
    story: str = dataclasses.field(default="", repr=False)  # the id of its story; what follows is no part of an entry as it came
    also_at: tuple[Mention, ...] = dataclasses.field(default=(), repr=False)  # its copies
    covered_by: tuple[Mention, ...] = dataclasses.field(default=(), repr=False)  # other articles of its story
    corrections: tuple[Correction, ...] = dataclasses.field(default=(), repr=False)  # what edits corrected, the oldest first


@dataclasses.dataclass(frozen=True, slots=True)
class Tombstone:
    """An entry that was taken back (RFC 6721 3): the id under which it was published, when, and perhaps why."""

    id: str
    at: datetime.datetime
    because: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Feed:
    """The document with its header, read or written."""

    id: str = ""
    name: str = ""  # written ones: the output's name, from which its files are named; of a private one behind its token and a slash
    title: str = ""
    subtitle: str = ""  # plain text
    link: str | None = None  # its page for people
    url: str | None = None  # its own address
    updated: datetime.datetime | None = None
    authors: tuple[Author, ...] = ()
    rights: str = ""
    language: str = ""
    image: str | None = None
    hub: str | None = None  # written: its WebSub hub
    archive: bool = False  # written: it is a part of an archive, whose output is at `current` (RFC 5005)
    current: str | None = None
    older: str | None = None  # written: the part before this, or the newest one of an output
    newer: str | None = None
    images: bool = True  # written: whether its page shows pictures
    hubs: tuple[str, ...] = ()  # parsed: the WebSub hubs that it names
    hints: Hints = Hints()  # parsed
    generator: str = ""  # the program that wrote it, and its address if it tells one
    entries: tuple[Entry, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()  # written: of what it had and must not have any more


@dataclasses.dataclass(frozen=True, slots=True)
class Removal:
    """A block that cleaning took out of an entry: its text, the rule that did it, and the rule's class."""

    text: str
    rule: str
    kind: str


@dataclasses.dataclass(frozen=True, slots=True)
class Cleaned:
    """An entry after cleaning: safe HTML in `content`, plain text in everything else, and what was taken out."""

    entry: Entry
    text: str  # the content as plain text, a blank line between blocks
    removed: tuple[Removal, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Stored:
    """An entry as the store holds it, with what curation asks about."""

    entry: Entry  # cleaned; its id is the published one, its origin is set
    text: str  # its content as plain text
    source: int  # which source, as the store counts them
    source_name: str
    categories: tuple[str, ...]  # of its source, as configured, and those that rules gave it
    first_seen: datetime.datetime
    group: str  # the published id of the entry it duplicates; its own when it duplicates none
    story: str = ""  # the published id of the first entry of its story
    words: int = 0  # of its text
    backlog: int | None = None  # its place among what its source brought when it was new, the newest 0; None: it came later
    held: bool = False  # it came with a mass change, and waits
    trust: int = 0  # in its source, as configured
    alone: bool = False  # its source's entries duplicate nobody's, as configured
    coverage: int = 1  # how many sources of the output tell it: copies of the article, and others of its story
    score: float = 0.0  # what rules made of it


@dataclasses.dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of a source from poll to poll."""

    row: int  # which source, as the store counts them
    first_url: str  # the address it was first configured with: published ids derive from it
    url: str  # as configured now
    name: str | None = None  # as configured now
    title: str = ""  # as it calls itself
    link: str | None = None
    rights: str = ""
    feed_id: str = ""  # its own id, if it has one
    feed_updated: datetime.datetime | None = None
    validators: Validators = Validators()
    body_hash: str = ""  # the gist of the last document that was read well; before it, if it came compressed, the hash of what came
    due_at: datetime.datetime | None = None  # None: not by itself (gone)
    retry_at: datetime.datetime | None = None  # its server asked us not to come before (Retry-After)
    polled_at: datetime.datetime | None = None
    success_at: datetime.datetime | None = None
    failing_since: datetime.datetime | None = None
    failures: int = 0  # in a row
    error: str = ""  # of the last poll, for people
    error_kind: str = ""
    moved_to: str | None = None  # where permanent redirects lead
    moved_count: int = 0  # how many polls in a row confirmed it
    gap: float | None = None  # mean seconds between entries
    newest: datetime.datetime | None = None  # date of its newest entry
    unmodified: int = 0  # answers in a row that nothing changed (304), since the last whole document
    whole_at: datetime.datetime | None = None  # when a whole document last came
    rollovers: int = 0  # how often nothing that was there at one poll was left at the next: entries were lost
    haste: float = 1.0  # by how much its adaptive interval is divided since then
    held_until: datetime.datetime | None = None  # a mass change is held until then
    rhythm: bytes = b""  # what is learned of when it publishes, packed
    window: int = 0  # entries that its document shows; 0: not known
    entries: int = 0  # stored
    fence: int = 0  # how often it was handed out to be polled: what was polled under a smaller number comes too late
    change: int = 0  # the number of its last change that outputs may show

    @property
    def called(self) -> str:
        """Its name for people: the given one, else its title, else its address."""
        return self.name or self.title or urls.redact(self.url)


@dataclasses.dataclass(frozen=True, slots=True)
class HostState:
    """What is remembered of a host (a registrable domain) that refused us; of others nothing is."""

    name: str
    refusals: int = 0  # in a row: 429, 503, or that we wait; 0: it answers again
    until: datetime.datetime | None = None  # it is left alone until then
    retry_at: datetime.datetime | None = None  # it asked us not to come before (Retry-After)
