"""Each fault of feedgen 1.0.0 that was measured, as a test that it does not reach a reader."""

import datetime
import locale
from typing import NoReturn

import lxml.etree
import pytest
from core.render import made_up, rules

from aggregator.core import model, render

NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "c": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "m": "http://search.yahoo.com/mrss/",
    "i": "http://www.itunes.com/dtds/podcast-1.0.dtd",
}


def _atom(feed: model.Feed) -> lxml.etree._Element:
    data = render.render("atom", feed, made_up.BASE)
    assert rules.atom_problems(data) == []
    return lxml.etree.fromstring(data)


def _rss(feed: model.Feed) -> lxml.etree._Element:
    data = render.render("rss", feed, made_up.BASE)
    assert rules.rss_problems(data) == []
    return lxml.etree.fromstring(data)


def _texts(root: lxml.etree._Element, path: str) -> list[str]:
    return [element if isinstance(element, str) else element.text for element in root.xpath(path, namespaces=NAMES)]


TWO = (
    model.Enclosure("https://a.example/1.mp3", "audio/mpeg", 5, 61),
    model.Enclosure("https://a.example/2.ogg", "audio/ogg", 7, 62),
)


def test_atom_links_of_entries_keep_their_attributes() -> None:
    """Every enclosure stays an enclosure with type and length, beside one alternate link."""
    links = [dict(link.attrib) for link in _atom(made_up.everything(enclosures=TWO)).iterfind("a:entry/a:link", NAMES)]
    assert links == [
        {"href": "https://halftide.example/0", "rel": "alternate"},
        {"href": "https://a.example/1.mp3", "rel": "enclosure", "type": "audio/mpeg", "length": "5"},
        {"href": "https://a.example/2.ogg", "rel": "enclosure", "type": "audio/ogg", "length": "7"},
    ]


def test_channel_link_is_the_page() -> None:
    """Neither the feed's own address nor the hub takes the place of the page."""
    assert _texts(_rss(made_up.FEED), "channel/link") == ["https://feeds.example.org/coast.html"]


def test_hub_is_named_in_both() -> None:
    """The hub stands in RSS too (WebSub 4)."""
    assert _texts(_rss(made_up.FEED), "channel/a:link[@rel='hub']/@href") == ["https://hub.example.net/"]
    assert _texts(_atom(made_up.FEED), "a:link[@rel='hub']/@href") == ["https://hub.example.net/"]


def test_self_is_named_in_both() -> None:
    """Each file names its own address with its own media type."""
    rss, atom = _rss(made_up.FEED), _atom(made_up.FEED)
    assert _texts(rss, "channel/a:link[@rel='self']/@href") == ["https://feeds.example.org/coast.rss.xml"]
    assert _texts(rss, "channel/a:link[@rel='self']/@type") == ["application/rss+xml"]
    assert _texts(atom, "a:link[@rel='self']/@href") == ["https://feeds.example.org/coast.atom.xml"]


def test_all_authors_with_and_without_address() -> None:
    """Several authors, some without e-mail, are all in RSS; no element is repeated that may not be."""
    people = (model.Author("Ann", email="ann@a.example"), model.Author("Ben"), model.Author("Cy", email="cy@c.example"))
    assert _texts(_rss(made_up.everything(authors=people)), "channel/item/dc:creator") == ["Ann", "Ben", "Cy"]
    assert _texts(_atom(made_up.everything(authors=people)), "a:entry/a:author/a:name") == ["Ann", "Ben", "Cy"]


@pytest.mark.parametrize("address", ["at home", "a@b@c", "x@", "<a@b.example>", "a@localhost", "ä@b.example"])
def test_bad_mail_address_is_left_out(address: str) -> None:
    """What is no address does not become one; the author stays."""
    root = _atom(made_up.everything(authors=(model.Author("Ann", email=address),)))
    assert _texts(root, "a:entry/a:author/a:name") == ["Ann"]
    assert _texts(root, "//a:email") == []


def test_entry_without_author_names_its_source() -> None:
    """Where no author is known the source stands for one, on both; and a feed without authors is its own."""
    feed = made_up.everything()
    assert _texts(_rss(feed), "channel/item/dc:creator") == ["The Halftide Gazette"]
    assert _texts(_atom(feed), "a:entry/a:author/a:name") == ["The Halftide Gazette"]
    assert _texts(_atom(feed), "a:author/a:name") == ["One"]


def test_first_enclosure_of_rss_and_no_other_lost() -> None:
    """RSS has the first enclosure as such with its true length and duration, and the others as Atom links."""
    item = _rss(made_up.everything(enclosures=TWO)).find("channel/item")
    assert dict(item.find("enclosure").attrib) == {"url": "https://a.example/1.mp3", "length": "5", "type": "audio/mpeg"}
    assert _texts(item, "i:duration") == ["61"]
    assert dict(item.find("a:link", NAMES).attrib) == {
        "rel": "enclosure",
        "href": "https://a.example/2.ogg",
        "type": "audio/ogg",
        "length": "7",
    }


def test_enclosure_of_unknown_type_and_length() -> None:
    """RSS demands both, so unknown ones have the values that mean unknown; Atom does without."""
    feed = made_up.everything(enclosures=(model.Enclosure("https://a.example/x", "nonsense", -1),))
    enclosure = _rss(feed).find("channel/item/enclosure")
    assert (enclosure.get("length"), enclosure.get("type")) == ("0", "application/octet-stream")
    assert dict(_atom(feed).find("a:entry/a:link[2]", NAMES).attrib) == {"href": "https://a.example/x", "rel": "enclosure"}


def test_types_of_text() -> None:
    """Content is HTML and says so, the summary is text and says so, a title is text."""
    entry = _atom(made_up.everything(title="a <b>c</b>", summary="d", content="<p>e</p>")).find("a:entry", NAMES)
    assert (entry.find("a:content", NAMES).get("type"), entry.findtext("a:content", "", NAMES)) == ("html", "<p>e</p>")
    assert entry.find("a:summary", NAMES).get("type") == "text"
    assert entry.find("a:title", NAMES).get("type") in (None, "text")
    assert entry.findtext("a:title", "", NAMES) == "a <b>c</b>"


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_one_bad_character_does_not_kill_the_file(bad: str) -> None:
    """A character that XML cannot hold is left out wherever it stands."""
    feed = made_up.everything(
        title=f"a{bad}b", summary=f"c{bad}d", content=f"<p>e{bad}f</p>", rights=bad, authors=(model.Author(bad + "g"),)
    )
    for root in (_rss(feed), _atom(feed)):
        written = lxml.etree.tostring(root, encoding="unicode")
        assert all(whole in written for whole in (">ab<", ">cd<", "ef", ">g<"))


def test_empty_title() -> None:
    """An entry without title is called by the first words of its summary, its content, or by its source."""
    assert _texts(_atom(made_up.everything(title=" ", summary="Some words.")), "a:entry/a:title") == ["Some words."]
    assert _texts(_rss(made_up.everything(title="", content="<p>Other <i>words</i></p>")), "channel/item/title") == ["Other words"]
    assert _texts(_rss(made_up.everything(title="")), "channel/item/title") == ["The Halftide Gazette"]


def test_no_date_is_invented() -> None:
    """Without any date the bytes are the same at each build, and say nothing of today."""
    feed = model.Feed(name="one", entries=(model.Entry("urn:example:1", updated=None),))
    this_year = str(datetime.datetime.now(datetime.UTC).year).encode()
    for name in ("rss", "atom", "json", "html"):
        assert this_year not in render.render(name, feed, made_up.BASE)


@pytest.mark.parametrize("year", [1, 970, 1969, 2200, 9999])
def test_impossible_years(year: int) -> None:
    """A date of an impossible year is left out, and the feed's own stands where one is demanded."""
    moment = datetime.datetime(year, 1, 1, tzinfo=datetime.UTC)
    feed = made_up.everything(published=moment, updated=moment)
    assert _texts(_rss(feed), "channel/item/pubDate") == ["Sat, 14 Mar 2026 12:00:00 +0000"]
    assert _texts(_atom(feed), "a:entry/a:published") == []
    assert _texts(_atom(feed), "a:entry/a:updated") == ["2026-03-14T12:00:00+00:00"]


def test_odd_time_zones_and_fractions() -> None:
    """An offset with seconds, and fractions of a second, become plain UTC."""
    local_mean_time = datetime.timezone(datetime.timedelta(hours=1, minutes=3, seconds=28))
    feed = made_up.everything(published=datetime.datetime(2026, 3, 14, 13, 3, 28, 999, local_mean_time))
    assert _texts(_atom(feed), "a:entry/a:published") == ["2026-03-14T12:00:00+00:00"]


@pytest.mark.parametrize(
    ("link", "written"),
    [
        ("https://münchen.example/ä b?q=ü", ["https://xn--mnchen-3ya.example/%C3%A4%20b?q=%C3%BC"]),
        ("/relative", []),
        ("javascript:alert(1)", []),
    ],
)
def test_addresses_are_uris(link: str, written: list[str]) -> None:
    """Links are absolute http(s) URIs of legal characters, or not there."""
    feed = made_up.everything(link=link)
    assert _texts(_rss(feed), "channel/item/link") == written
    assert _texts(_atom(feed), "a:entry/a:link/@href") == written


def test_guid_is_no_permalink() -> None:
    """Our ids are urns: no reader may take them for addresses."""
    guid = _rss(made_up.everything()).find("channel/item/guid")
    assert (guid.text, guid.get("isPermaLink")) == ("urn:example:entry:0", "false")


def test_source_is_complete() -> None:
    """The source has id, title, updated, rights and both links in Atom (RFC 4287 4.2.11), and its address in RSS."""
    source = _atom(made_up.FEED).find("a:entry/a:source", NAMES)
    assert {child.tag.partition("}")[2]: child.text for child in source} == {
        "id": "tag:halftide.example,2026:feed",
        "title": "The Halftide Gazette",
        "updated": "2026-03-14T12:00:00+00:00",
        "rights": "© 2026 Halftide Press",
        "link": None,
    }
    assert [dict(link.attrib) for link in source.iterfind("a:link", NAMES)] == [
        {"rel": "alternate", "href": "https://halftide.example/"},
        {"rel": "self", "href": "https://halftide.example/feed.xml"},
    ]
    assert _texts(_rss(made_up.FEED), "channel/item[1]/source/@url") == ["https://halftide.example/feed.xml"]
    assert _texts(_rss(made_up.FEED), "channel/item[3]/source") == []  # its source has no address to name


def test_image_is_in_no_group_of_one() -> None:
    """An entry's image is a thumbnail of the entry itself, in both."""
    feed = made_up.everything(image="https://a.example/i.png")
    assert _texts(_rss(feed), "channel/item/m:thumbnail/@url") == ["https://a.example/i.png"]
    assert _texts(_atom(feed), "a:entry/m:thumbnail/@url") == ["https://a.example/i.png"]


def test_summary_and_content_are_both_there() -> None:
    """RSS has the summary as description, escaped as the HTML that readers take it for, and the content besides."""
    item = _rss(made_up.everything(summary="a < b & c", content="<p>d</p>")).find("channel/item")
    assert item.findtext("description") == "a &lt; b &amp; c"
    assert item.findtext("c:encoded", "", NAMES) == "<p>d</p>"


def test_content_alone_is_the_description() -> None:
    """Without a summary the content is what readers get."""
    item = _rss(made_up.everything(content="<p>d</p>")).find("channel/item")
    assert item.findtext("description") == "<p>d</p>"
    assert item.find("c:encoded", NAMES) is None


def test_nothing_but_a_title() -> None:
    """An entry without link, summary and content is valid in both."""
    feed = made_up.everything(link=None)
    assert _texts(_rss(feed), "channel/item/title") == ["Entry 0"]
    assert _atom(feed).find("a:entry/a:content", NAMES).get("type") == "html"


def test_generator_is_us() -> None:
    """Both name this program."""
    assert _texts(_atom(made_up.FEED), "a:generator") == ["Aggregator"]
    assert _texts(_rss(made_up.FEED), "channel/generator")[0].startswith("Aggregator ")


def test_languages() -> None:
    """The feed's language and each entry's own are said; what is no language tag is not."""
    atom, rss = _atom(made_up.FEED), _rss(made_up.FEED)
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert [atom.get(lang), *(entry.get(lang) for entry in atom.iterfind("a:entry", NAMES))] == [
        *("en-GB", "en", "de", None, None, None, "ar", None, None, None)
    ]
    assert _texts(rss, "channel/language | channel/item/dc:language") == ["en-GB", "en", "de", "ar"]


def test_logo_and_icon() -> None:
    """The feed's image is there for readers of either format."""
    assert _texts(_atom(made_up.FEED), "a:logo | a:icon") == ["https://feeds.example.org/coast.png"] * 2
    assert _texts(_rss(made_up.FEED), "channel/image/url") == ["https://feeds.example.org/coast.png"]


def test_locale_of_the_process_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dates are written without setting the locale, which is everybody's."""

    def refuse(*args: object) -> NoReturn:
        raise AssertionError("setlocale")

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert _texts(_rss(made_up.everything()), "channel/lastBuildDate") == ["Sat, 14 Mar 2026 12:00:00 +0000"]
