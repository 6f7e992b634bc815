"""Reading a document of which some entries are known gives what reading all of it gives."""

from __future__ import annotations

import collections
import dataclasses
import json
import pathlib
import random
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from aggregator.core import errors, model, parse
from aggregator.core.parse import scan, split, xml

CASES = sorted((pathlib.Path(__file__).parents[2] / "cases" / "parse").glob("*.feed"))
URL = "https://source.example/dir/feed"


class Memory:
    """What a poller keeps of a source: the entries of its last document by stamp."""

    def __init__(self) -> None:
        self.entries: dict[str, model.Entry] = {}

    def poll(self, body: bytes, url: str = URL, **bounds: int) -> parse.Reading:
        """Read a document, what is known left out; what comes of it is what reading everything gives."""
        response = model.Response(url, 200, body)
        read = parse.read(response, self.entries.keys(), **bounds)
        whole = parse.parse(response, **bounds)
        assert dataclasses.replace(read.feed, entries=()) == dataclasses.replace(whole, entries=())
        every = [self.entries[stamp] for stamp in read.known] + list(read.feed.entries)
        assert collections.Counter(map(repr, every)) == collections.Counter(map(repr, whole.entries))
        assert read.seen == len(whole.entries)
        rest = iter(whole.entries)
        assert all(entry in rest for entry in read.feed.entries)  # in the document's order
        known = {stamp: self.entries[stamp] for stamp in read.known}
        self.entries = known | (dict(zip(read.stamps, read.feed.entries, strict=True)) if read.stamps else {})
        return read


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases(path: pathlib.Path) -> None:
    """Every made-up feed, with any one entry known, and with any one unknown; refusals are the same refusals."""
    response = model.Response(URL, 200, path.read_bytes(), "application/rss+xml")
    try:
        whole = parse.parse(response)
    except errors.ParseError as error:
        with pytest.raises(errors.ParseError, match=f"^{re.escape(str(error))}$"):
            parse.read(response, frozenset(("known",)))
        return
    first = parse.read(response, frozenset())
    assert first.feed == whole
    for stamp in first.stamps:
        for known in (frozenset((stamp,)), frozenset(first.stamps) - {stamp}):
            memory = Memory()
            memory.entries = {one: entry for one, entry in zip(first.stamps, whole.entries, strict=True) if one in known}
            memory.poll(response.body)


ENTRIES = (
    "<title>Plain {n}</title><guid isPermaLink='false'>{n}</guid><link>https://source.example/{n}</link>"
    "<pubDate>Sat, 14 Mar 2026 1{n}:00:00 GMT</pubDate>",
    "<title>Two texts {n}</title><description>short</description>"
    "<content:encoded><![CDATA[<div lang='de'>long</div>]]></content:encoded>",
    "<description>No title &amp; no id {n}</description>",
    "<itunes:summary>Said {n}</itunes:summary><description>More</description><itunes:duration>1:0{n}</itunes:duration>",
    "<description>Twice {n}</description><summary>Twice</summary><summary>Thrice</summary>",
    "<title xml:lang='fr'>Titre {n}</title><id>urn:{n}</id><updated>2026-03-1{n}T00:00:00Z</updated>",
    "<title>Based {n}</title><content type='html' xml:base='https://other.example/{n}/'>&lt;a href='x'&gt;x&lt;/a&gt;</content>",
    "<title>Markup {n}</title><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>x<br/></p></div></content>",
    "<title>Raw {n}</title><description>Not <div>escaped</div> at all</description>",
    "<title>Inline {n}</title><content type='xhtml'><div><details><summary>x</summary></details></div></content>",
    "<title>Html {n}</title><content type='xhtml'><html><head><title>x</title></head><body>b</body></html></content>",
    "<title>Media {n}</title><media:group><media:title>m</media:title>"
    "<media:content url='https://m.example/{n}.mp3' type='audio/mpeg'/>"
    "<media:description>d</media:description></media:group>",
    "<title>From {n}</title><source url='https://from.example/'>From</source><author><name>A{n}</name></author>",
    "<title>Own names {n}</title><x:creator xmlns:x='http://purl.org/dc/elements/1.1/'>C{n}</x:creator>",
    "<title>Other names {n}</title><x:creator xmlns:x='urn:other'>O{n}</x:creator>",
    "<title>Image {n}</title><image><url>https://i.example/{n}.png</url><title>i</title></image>",
    "<title>Quoted {n}</title><description><![CDATA[</item></entry><item>]]></description><!-- <item> -->",
    "<title>Nested {n}</title><x><item><title>inner {n}</title></item></x>",
    "<title>Vector {n}</title><description><svg><title>s</title><desc/></svg></description>",
    "<link rel='enclosure' href='https://e.example/{n}.mp3' length='9'/><category term='c{n}'/><rights type='text'>r{n}</rights>",
    "<georss:point>1 2</georss:point><title>Place {n}</title>",
    "<guid>relative{n}</guid><title>Relative {n}</title>",
    "",
    " <!-- nothing --> ",
)
HEADS = (
    "<title>The Paper</title><link>https://source.example/</link>",
    "<title>The Paper</title><language>fr</language>",
    "<title>The Paper</title><dc:language>de-DE</dc:language><updated>2026-03-14T00:00:00Z</updated>",
    "<itunes:summary>Loud</itunes:summary><description>It is.</description>",
    "<description>Quiet</description><content:encoded>c</content:encoded><image><title>i</title><url>https://i.example/</url></image>",
    "<subtitle type='xhtml'><div>Some <b>markup</b></div></subtitle><author><name>N</name></author>",
    "",
)
TAILS = ("", "<lastBuildDate>Sat, 14 Mar 2026 10:00:00 GMT</lastBuildDate>", "<title>Said late</title>", "<language>it</language>")
NAMES = (
    "xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' "
    "xmlns:media='http://search.yahoo.com/mrss/' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:georss='http://www.georss.org/georss'"
)
ROOTS = (
    ("<rss version='2.0' {names} {more}><channel>{head}", "item", "{tail}</channel></rss>"),
    ("<feed xmlns='http://www.w3.org/2005/Atom' {names} {more}>{head}", "entry", "{tail}</feed>"),
    (
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' {names} {more}>"
        "<channel>{head}{tail}</channel>",
        "item",
        "</rdf:RDF>",
    ),
    ("<a:feed xmlns:a='http://www.w3.org/2005/Atom' {names} {more}>{head}", "a:entry", "{tail}</a:feed>"),
)
MORE = ("", "xml:lang='pt'", "xml:base='https://base.example/dir/'")
ATTRIBUTES = ("", " xml:lang='es'", " xml:base='https://entry.example/'")
ENTRY = st.tuples(st.sampled_from(ENTRIES), st.integers(0, 9), st.sampled_from(ATTRIBUTES))
Part = tuple[str, int, str]


def document(root: int, head: str, tail: str, more: str, entries: Sequence[Part]) -> bytes:
    """A feed of these parts."""
    opening, name, closing = (part.format(names=NAMES, more=more, head=head, tail=tail) for part in ROOTS[root])
    listed = "\n".join(f"<{name}{given}>{said.format(n=number)}</{name}>" for said, number, given in entries)
    return f"{opening}{listed}{closing}".encode()


DOCUMENT = st.tuples(st.sampled_from(HEADS), st.sampled_from(TAILS), st.sampled_from(MORE), st.lists(ENTRY, max_size=7))


def changed(entries: list[Part], chance: random.Random) -> list[Part]:
    """The entries at the next poll: some new, edited, gone or elsewhere."""
    after = list(entries)
    for _ in range(chance.choice((0, 1, 1, 3))):
        after.insert(0, (chance.choice(ENTRIES), chance.randrange(10), chance.choice(ATTRIBUTES)))
    if after and chance.random() < 0.3:
        place = chance.randrange(len(after))
        said, number, given = after[place]
        after[place] = (said, (number + 1) % 10, given)
    if after and chance.random() < 0.3:
        del after[chance.randrange(len(after))]
    if chance.random() < 0.2:
        chance.shuffle(after)
    return after


@hypothesis.settings(max_examples=200, deadline=None)
@hypothesis.given(st.integers(0, len(ROOTS) - 1), DOCUMENT, st.integers(0, 2**32))
def test_polls_after_polls(root: int, first: tuple[str, str, str, list[Part]], seed: int) -> None:
    """Whatever comes, changes, moves and goes from poll to poll, in the entries, the head or the root."""
    chance, memory = random.Random(seed), Memory()
    head, tail, more, entries = first
    for _ in range(4):
        memory.poll(document(root, head, tail, more, entries))
        entries = changed(entries, chance)
        head = chance.choice(HEADS) if chance.random() < 0.2 else head
        tail = chance.choice(TAILS) if chance.random() < 0.5 else tail
        more = chance.choice(MORE) if chance.random() < 0.1 else more


@hypothesis.settings(max_examples=200, deadline=None)
@hypothesis.given(st.integers(0, len(ROOTS) - 1), DOCUMENT, st.sets(st.integers(0, 6)))
def test_any_entries_known(root: int, given: tuple[str, str, str, list[Part]], places: set[int]) -> None:
    """Whichever of a document's entries are known."""
    body = document(root, *given)
    first = parse.read(model.Response(URL, 200, body), frozenset())
    memory = Memory()
    pairs = zip(first.stamps, first.feed.entries, strict=bool(first.stamps))
    memory.entries = {stamp: one for place, (stamp, one) in enumerate(pairs) if place in places}
    memory.poll(body)


ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["1", "2", 3, None]),
        "url": st.sampled_from(["https://source.example/a", "b", 7]),
        "title": st.sampled_from(["T", "", None]),
        "content_text": st.text(max_size=5),
        "date_published": st.sampled_from(["2026-03-14T00:00:00Z", "soon"]),
        "language": st.sampled_from(["fr", ""]),
    },
)
FEEDS = st.fixed_dictionaries(
    {"version": st.just("https://jsonfeed.org/version/1.1"), "items": st.lists(st.one_of(ITEMS, st.none()), max_size=5)},
    optional={"language": st.sampled_from(["de", "it"]), "title": st.sampled_from(["A", "B"])},
)


@hypothesis.given(st.lists(FEEDS, max_size=4))
def test_json_feeds(documents: list[dict[str, Any]]) -> None:
    """The same for JSON Feeds."""
    memory = Memory()
    for one in documents:
        memory.poll(json.dumps(one).encode())


PODCAST = "<itunes:summary>Loud</itunes:summary><description>It is.</description>"
POD = "<itunes:summary>Said {n}</itunes:summary><description>More</description>"


def test_the_first_of_a_podcast() -> None:
    """feedparser reads the first entry otherwise when the feed has a summary: it is read again when it is the second."""
    memory = Memory()
    memory.poll(document(0, PODCAST, "", "", [(POD, 1, ""), (POD, 2, "")]))
    later = memory.poll(document(0, PODCAST, "", "", [(POD, 3, ""), (POD, 1, ""), (POD, 2, "")]))
    assert [entry.summary for entry in later.feed.entries] == ["Said 3", "Said 1"] or len(later.feed.entries) == 2
    assert len(later.known) == 1


def test_only_what_is_new_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """feedparser is given the one new entry and the head, nothing else."""
    memory = Memory()
    memory.poll(document(0, HEADS[0], "", "", [(ENTRIES[0], number, "") for number in range(5)]))
    body = document(0, HEADS[0], TAILS[1], "", [(ENTRIES[0], number, "") for number in range(6)])
    given: list[bytes] = []
    asked: Callable[[bytes, str], Any] = xml._asked
    monkeypatch.setattr(xml, "_asked", lambda data, url: given.append(data) or asked(data, url))
    read = parse.read(model.Response(URL, 200, body), memory.entries.keys())
    assert [data.count(b"<title>Plain") for data in given] == [1]
    assert ([entry.title for entry in read.feed.entries], len(read.known), read.whole) == (["Plain 5"], 5, "")


@pytest.mark.parametrize(
    ("change", "read"),
    [
        (lambda body: body.replace(b"Sat, 14 Mar 2026 10:00:00 GMT</lastBuild", b"Sun, 15 Mar 2026 10:00:00 GMT</lastBuild"), 0),
        (lambda body: body.replace(b"Plain 3", b"Edited 3"), 1),
        (lambda body: body.replace(b"</channel>", b"<language>fr</language></channel>"), 6),
        (lambda body: body.replace(b"<rss ", b"<rss xml:lang='fr' "), 6),
        (lambda body: body.replace(b"xmlns:media", b"xmlns:mrss"), 6),
        (lambda body: body.replace(b"</channel>", b"<item><title>xml:base=</title></item></channel>"), 7),
        (lambda body: body.replace(b"</channel>", b"<item><media:description>d</media:description></item></channel>"), 7),
    ],
)
def test_what_is_read_again(change: Callable[[bytes], bytes], read: int) -> None:
    """A date of the feed costs nothing, an edit its entry, another meaning of all entries all of them.

    Beside an entry with an xml:base, or with a description of another vocabulary, the others are read otherwise too.
    """
    memory = Memory()
    body = document(0, HEADS[0], TAILS[1], "", [(ENTRIES[0], number, "") for number in range(6)])
    memory.poll(body)
    assert len(memory.poll(change(body)).feed.entries) == read


def test_another_address_or_bound() -> None:
    """Elsewhere relative addresses lead elsewhere, and under other bounds texts end elsewhere: everything is read again."""
    body = document(0, HEADS[0], "", "", [(ENTRIES[1], number, "") for number in range(3)])
    for other in ({"url": "https://elsewhere.example/"}, {"longest": 3}, {"entries": 2}):
        memory = Memory()
        memory.poll(body)
        response = model.Response(str(other.get("url", URL)), 200, body)
        bounds = {name: value for name, value in other.items() if isinstance(value, int)}
        assert parse.read(response, memory.entries.keys(), **bounds).known == ()


def test_json_that_is_nested() -> None:
    """However deep what nobody reads is nested, an item is read, or refused as before."""
    outcomes = set()
    for depth in (*range(10, 1000, 90), *range(900, 1000, 7)):
        nested = b"[" * depth + b"]" * depth
        body = b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "x": %b}]}' % nested
        try:
            outcomes.add(str(parse.read(model.Response(URL, 200, body), frozenset()).seen))
        except errors.ParseError as error:
            outcomes.add(str(error))
    assert outcomes <= {"1", "it is JSON that is nested too deep"}
    assert "1" in outcomes


@pytest.mark.parametrize(
    "inside",
    [b"<language/>" * 50_000, b"<language>" + b" " * 900_000 + b"</language>", b"<channel a='b'></channel>" * 50_000],
    ids=["languages", "a long one", "channels"],
)
def test_much_around(inside: bytes) -> None:
    """What stands around entries costs no more than its own length."""
    body = b"<rss version='2.0'>%b<channel>%b<item><title>1</title></item></channel></rss>"
    data = body % ((inside, b"") if inside.startswith(b"<channel") else (b"", inside))
    begin = time.process_time()
    drawn = scan.scan(data).outline
    assert drawn is not None
    assert len(drawn.around) < 100_000
    assert time.process_time() - begin < 2


def test_many_namespaces() -> None:
    """Thousands of them are not compared with each other."""
    declared = b"".join(b"<x%d:a xmlns:x%d='urn:%d'/>" % (n, n, n) for n in range(20_000))
    body = b"<rss version='2.0'><channel><item><title>1</title>%b</item></channel></rss>" % declared
    drawn = scan.scan(body).outline
    assert split.unfit(body, drawn, 9) == "too many namespaces"


PLAIN = "<rss version='2.0'><channel><title>t</title>{}</channel></rss>"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (PLAIN.format("<item><title>1</title></item><item/>"), "an entry is an empty element"),
        (PLAIN.format("<box><item><title>1</title></item></box>"), "no entries where they belong"),
        (PLAIN.format("<item><title>1</title></item><entry><guid>2</guid></entry>"), "feedparser counts other entries"),
        (PLAIN.format("<item><title>1</title><x><item><title>2</title></item></x></item>"), "inline markup has elements of feeds"),
        ("<rss><channel/><item><title>1</title></item></rss>", "no entries where they belong"),
        ("<RSS><CHANNEL><ITEM><TITLE>1</TITLE></ITEM></CHANNEL></RSS>", "no entries where they belong"),
        ("<channel><item><title>1</title></item></channel>", "no entries where they belong"),
        ("<!DOCTYPE rss [<!ENTITY e 'x'>]>" + PLAIN.format("<item><title>&e;</title></item>"), "entities of its own"),
        (PLAIN.format("<item><title>1</title></item><item><title>2"), "not well formed"),
        (PLAIN.format("<item><x:title>1</x:title><title>1</title></item>"), "feedparser stumbles"),
        (
            "<rss xml:base='https://b.example/'><channel><item><guid>1</guid><title>1</title></item></channel></rss>",
            "relative ids beside an xml:base",
        ),
    ],
)
def test_documents_that_are_read_as_a_whole(body: str, why: str) -> None:
    """What cannot be taken apart for certain is read as before, whatever is known, and nothing of it is remembered."""
    response = model.Response(URL, 200, body.encode())
    read = parse.read(response, frozenset(("known",)))
    assert (read.feed, read.stamps, read.known, read.whole) == (parse.parse(response), (), (), why)


def test_what_makes_the_part_another() -> None:
    """A new entry that feedparser counts although it stands elsewhere, or stumbles over, has everything read after all."""
    one = "<item><title>1</title></item>"
    for new in ("<entry><guid>2</guid></entry>", "<item><y:z>2</y:z><title>2</title></item>"):
        memory = Memory()
        memory.poll(PLAIN.format(one).encode())
        assert len(memory.poll(PLAIN.format(one + new).encode()).feed.entries) == 2
        assert memory.entries == {}


@pytest.mark.parametrize(
    "body",
    [
        b"<rss version='2.0'><channel><item>" + b"<a>" * 60_000,
        b"<rss><channel><item " + b" ".join(b"x%d='1'" % i for i in range(300)) + b"></item></channel></rss>",
        b"<!DOCTYPE a [<!ENTITY e '%s'>]><rss><channel><item>%s</item></channel></rss>" % (b"x" * 90_000, b"&e;" * 9000),
        b"<rss><channel>" + b"<item><title>1</title></item>" * 100_001 + b"</channel></rss>",
    ],
)
def test_hostile_documents(body: bytes) -> None:
    """What is refused as a whole is refused when something is known."""
    response = model.Response(URL, 200, body)
    with pytest.raises(errors.ParseError) as caught:
        parse.parse(response)
    with pytest.raises(errors.ParseError) as again:
        parse.read(response, frozenset(("known",)))
    assert str(again.value) == str(caught.value)


@pytest.mark.parametrize("known", [False, True])
def test_empty_entries_are_counted(known: bool) -> None:
    """What says nothing is left out, and told; as often as it comes, whether or not the others are known."""
    items = b"<item><title>One</title></item><item><category>a</category></item>"
    document = b"<rss version='2.0'><channel><title>T</title>" + items + b"</channel></rss>"
    response = model.Response("https://e.example/feed", 200, document)
    first = parse.read(response, frozenset())
    reading = parse.read(response, frozenset(first.stamps if known else ()))
    assert (reading.seen, reading.empty) == (1, 1)


def test_empty_entries_of_json() -> None:
    """The same of JSON Feed."""
    document = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "One"}, {"tags": ["a"]}]}'
    reading = parse.read(model.Response("https://e.example/feed", 200, document), frozenset())
    assert (reading.seen, reading.empty) == (1, 1)
