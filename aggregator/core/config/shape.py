"""What feeds.yaml may say: the keys, their kinds, defaults and documentation. Frozen values once validated."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pydantic

from aggregator.core import curate
from aggregator.core import limits as bounds  # a field of this name would hide the module from its own annotation
from aggregator.core.config import values

_STRICT = pydantic.ConfigDict(extra="forbid", use_attribute_docstrings=True)
RESERVED = ("index", "operations", "sources")
_NAME = {"type": ["string", "integer"], "maxLength": 64, "pattern": f"^(?!({'|'.join(RESERVED)})$)[a-z0-9-]+$"}
_ONE = pydantic.ConfigDict(
    **_STRICT,
    json_schema_extra={
        "oneOf": [{"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in (*curate.RULES, "use")]
    },
)
_SAID: list[Any] = [
    {"required": [key], "properties": {key: {"type": "array"}, other: {"type": "null"}}}
    for key, other in (("same", "different"), ("different", "same"))
]


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """A rule as it stands in a list of rules; or, with `use`, all those of a shared set."""

    rule: Any = None  # one of `curate.RULES`
    name: str = ""  # of its kind
    use: str = ""
    expires: datetime.date | None = None
    because: str = ""
    at: str = dataclasses.field(default="", compare=False)  # file:line


def _written(item: Any) -> Written:
    given = {name: value for name in (*curate.RULES, "use") if (value := getattr(item, name)) is not None}
    if len(given) != 1:
        raise ValueError(f"a rule is one of {', '.join((*curate.RULES, 'use'))}, for example {{drop: {{title: Sponsored}}}}")
    ((name, value),) = given.items()
    besides = {"expires": item.expires, "because": item.because or ""}
    if name == "use":
        return Written(use=value, **besides)
    rule: Any = curate.RULES[name]
    return Written(rule(value) if name in curate.BARE else value, name, **besides)


if TYPE_CHECKING:
    Rule = Written
else:
    _fields = {name: (curate.BARE.get(name, rule) | None, None) for name, rule in curate.RULES.items()}
    _besides = {
        "use": (values.Word | None, pydantic.Field(None, description="all rules of this set of `rule_sets`")),
        "expires": (values.Day | None, pydantic.Field(None, description="the last day on which it acts")),
        "because": (values.Word | None, pydantic.Field(None, description="why; `explain` tells it")),
    }
    _one_rule = pydantic.create_model("Rule", __config__=_ONE, **_fields, **_besides)
    Rule = Annotated[_one_rule, pydantic.AfterValidator(_written)]


@dataclasses.dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks of text about which the user has decided, each by its text or by the fingerprint that `learned` lists."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = _STRICT

    keep: values.Words = ()
    """blocks that no cleaning rule may take"""
    drop: values.Words = ()
    """blocks that always go"""


@dataclasses.dataclass(frozen=True, slots=True)
class Webhook:
    """A program that wants to hear of news, at an address of its own."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = _STRICT

    url: values.Address
    """where messages are sent, by POST"""
    secret: values.Secret | None = None
    """what messages are signed with; keep it in the environment: `${NAME}`"""
    events: tuple[Literal["entries", "operations"], ...] = ("entries",)
    """what to tell: entries that an output shows for the first time, and what stands in the operations feed"""
    outputs: values.Words = ()
    """of which outputs entries are told, by name; default all without a token"""


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the whole program."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = _STRICT

    data: values.Word = "data/"
    """where the store and all state lie; a path that starts at feeds.yaml"""
    output: values.Word = "output/"
    """where the published files go; a path that starts at feeds.yaml"""
    store: values.Store = dataclasses.field(default="sqlite", repr=False)
    """the engine of the store: sqlite, or `postgresql://…` for programs on several machines"""
    listen: values.Listen = "127.0.0.1:8080"
    """where the outputs are served; off serves nothing"""
    url: values.Address | None = None
    """where readers reach the outputs: self links, feed_url, OPML; and where hubs reach us; default http:// + `listen`"""
    hub: values.Address | None = None
    """a WebSub hub that is told what has changed, and that the outputs name to readers; needs `url`"""
    contact: values.Word | None = None
    """an address or page about you; goes into the User-Agent, so that servers know whom to ask"""
    interval: values.Interval = "adaptive"
    """how often to poll: adaptive, between 5m and 24h, or a duration"""
    request_budget: values.Budget | None = None
    """a ceiling on adaptive polls, such as 20000/day; default 24 a day for each source"""
    websub: Literal["auto", "off"] = "auto"
    """have hubs deliver what sources publish (WebSub): auto, where `url` is a public https address, or off"""
    keep: values.Duration = datetime.timedelta(days=180)
    """how long entries stay in the store after they left their source"""
    retractions: Literal["on", "off"] = "on"
    """entries that left their source early are asked for, and leave the outputs when their pages are gone"""
    images: Literal["on", "off"] = "on"
    """whether the pages for people show the pictures of entries, which come from their sources; feeds name them in any case"""
    backups: values.Number = 3
    """how many daily copies of the store are kept beside it; 0: none"""
    max_store: values.Size | None = None
    """an upper bound for the store; entries that left their source give way, the first to leave first"""
    duplicate_window: values.Duration = datetime.timedelta(days=14)
    """how long an entry is compared with new ones of all sources"""
    backlog: values.Number = 10
    """of what a source brings when it is new, at most so many entries are published, the newest"""
    mass_change: values.Share = 0.5
    """a poll that changes more than this share of a source's entries at once (20 at least) is held for a while; or off"""
    proxy: values.Address | None = None
    """an HTTP proxy for all fetches; the environment's proxies are not used"""
    allow_addresses: values.Networks = ()
    """networks that may be fetched although they are not public, such as 192.168.1.0/24"""
    captions: Literal["drop", "keep"] = "drop"
    """lone captions whose picture is missing: drop or keep"""
    credits: Literal["drop", "keep"] = "keep"
    """lines that only name a photographer or agency: drop or keep"""
    bios: Literal["drop", "keep"] = "keep"
    """lines about the author at the end, and how to reach them: drop or keep"""
    notes: Literal["drop", "keep"] = "keep"
    """corrections, and notes on what was updated: drop or keep"""
    blocks: Blocks = Blocks()
    """blocks of text to keep or to drop wherever they stand"""
    webhooks: tuple[Webhook, ...] = ()
    """programs that are told of new entries and of operations"""
    limits: bounds.Limits = bounds.Limits()
    """bounds on what strangers may cost us"""


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A feed that is read. A bare address stands for a source with only its `url`."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = _STRICT

    url: values.Address
    """the address of the feed"""
    name: values.Word | None = None
    """what it is called in the outputs; default the title it gives itself"""
    categories: values.Words = ()
    """your topics for it; outputs choose sources by them"""
    interval: values.Interval | None = None
    """how often to poll this source; default `settings.interval`"""
    headers: values.Headers = dataclasses.field(default_factory=dict, hash=False)
    """request headers for this host only, such as Authorization; never logged, shown or exported"""
    paused: values.Flag = False
    """true: not polled, its entries stay"""
    full_text: Literal["never", "auto", "always"] = "never"
    """fetch the article's page for the full text: never, auto (when the feed only carries teasers) or always"""
    duplicates: Literal["merge", "keep"] = "merge"
    """entries that duplicate another source's: merge or keep"""
    trust: Literal["low", "normal", "high"] = "normal"
    """whose copy of an article is shown, of those that are as full; low: only when there is no other"""
    backlog: values.Number | None = None
    """of what it brings when it is new, so many entries are published; default `settings.backlog`"""
    mass_change: values.Share | None = None
    """which share of its entries may change at once; default `settings.mass_change`"""
    allow_addresses: values.Flag = True
    """false: it may not lead into the networks of `settings.allow_addresses`; so are the sources of lists elsewhere"""
    captions: Literal["drop", "keep"] | None = None
    """lone captions in this source; default `settings.captions`"""
    credits: Literal["drop", "keep"] | None = None
    """credits in this source; default `settings.credits`"""
    bios: Literal["drop", "keep"] | None = None
    """lines about authors in this source; default `settings.bios`"""
    notes: Literal["drop", "keep"] | None = None
    """corrections and updates in this source; default `settings.notes`"""
    blocks: Blocks = Blocks()
    """blocks of text to keep or to drop in this source, besides `settings.blocks`"""
    rules: tuple[Rule, ...] = ()
    """what is done with the entries of this source, in every output"""


@dataclasses.dataclass(frozen=True, slots=True)
class Output:
    """A feed that is written."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = _STRICT

    name: Annotated[values.Word, pydantic.StringConstraints(max_length=64), pydantic.WithJsonSchema(_NAME)]
    """its name in files and addresses: lower-case letters, digits and hyphens"""
    title: values.Word | None = None
    """what readers show; default its name"""
    categories: values.Words = ()
    """sources of any of these categories"""
    sources: values.Words = ()
    """these sources, by name or address"""
    language: values.Language | None = None
    """the language that it says it is in, such as `en` or `pt-BR`; entries keep their own"""
    content: Literal["full", "summary", "link"] = "full"
    """how much of each entry: full, summary or link"""
    limit: values.Count = 100
    """the window: so many of the newest entries, by the time they were first seen"""
    max_bytes: values.Size | None = None
    """an upper bound for each of its files, such as 2MB"""
    archive: values.Flag = False
    """true: what it had before its window is kept in a document for each month, to which its Atom feed leads (RFC 5005)"""
    corrections: values.Flag = False
    """true: it carries what edits of its entries corrected, each edit as an entry, and not the entries themselves"""
    duplicates: Literal["merge", "keep"] = "merge"
    """the same article from several sources: one entry (merge) or all (keep)"""
    stories: Literal["group", "annotate", "off"] = "annotate"
    """other articles on the same event: named in each entry (annotate), one entry a story (group), or off"""
    index: values.Flag = False
    """true: search engines may index it"""
    token: values.Token | None = None
    """makes it private: its files and addresses lie under this, and nothing names them"""
    rules: tuple[Rule, ...] = ()
    """what is done with entries in this output"""

    def __post_init__(self) -> None:
        """Raises ValueError for what cannot be private."""
        if self.token is not None and self.index:
            raise ValueError("what has a token is private and no search engine may index it; take out index or token")

    @property
    def path(self) -> str:
        """Where its files lie in the folder, but for their suffixes."""
        return self.name if self.token is None else f"{self.token}/{self.name}"


def _address(value: object) -> object:
    if not isinstance(value, str | dict):
        raise ValueError("must be the address of a feed, or a mapping with its url")
    return {"url": value} if isinstance(value, str) else value


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What you say of two entries, each named by its id or its link: they are the same article, or different ones."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = pydantic.ConfigDict(**_STRICT, json_schema_extra={"oneOf": _SAID})

    same: values.Two | None = None
    """two entries that are one article"""
    different: values.Two | None = None
    """two entries that are not"""

    def __post_init__(self) -> None:
        """Raises ValueError unless it says one thing."""
        if (self.same is None) == (self.different is None):
            raise ValueError("a verdict is one of same and different, for example {different: [one, other]}")


@dataclasses.dataclass(frozen=True, slots=True)
class Category:
    """What is said of all sources of a category."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = _STRICT

    rules: tuple[Rule, ...] = ()
    """what is done with their entries, in every output"""


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    """The whole of feeds.yaml."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = _STRICT

    settings: Settings = Settings()
    """settings of the whole program"""
    include: values.Several = ()
    """other files: more sources, outputs, rules, categories, rule sets and verdicts; or lists of feeds (OPML), also at addresses"""
    sources: tuple[Annotated[Source, pydantic.BeforeValidator(_address)], ...] = ()
    """the feeds that are read"""
    outputs: tuple[Output, ...] = ()
    """the feeds that are written; without any, one output `all` of everything"""
    verdicts: tuple[Verdict, ...] = ()
    """what you say of pairs of entries that were merged, or were not"""
    rules: tuple[Rule, ...] = ()
    """what is done with the entries of every source, in every output"""
    categories: Mapping[values.Word, Category] = dataclasses.field(default_factory=dict, hash=False)
    """what is said of categories of sources, by their names"""
    rule_sets: Mapping[values.Word, tuple[Rule, ...]] = dataclasses.field(default_factory=dict, hash=False)
    """lists of rules by name, for `use` in other lists"""
