"""What readers get, over real HTTP."""

from __future__ import annotations

import dataclasses
import email.utils
import gzip
import json
import os
import pathlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import brotli
import pytest
import zstandard

from aggregator.edges import publish, serve

if TYPE_CHECKING:
    from conftest import Shop, Stand

pytestmark = pytest.mark.anyio

_NAMES = {
    "world.rss.xml": "application/rss+xml; charset=utf-8",
    "world.atom.xml": "application/atom+xml; charset=utf-8",
    "world.json": "application/feed+json; charset=utf-8",
}
_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": zstandard.ZstdDecompressor().decompress,
}
_DATE = "Mon, 05 Jan 2026 08:00:00 GMT"
_CONDITIONS = json.loads((pathlib.Path(__file__).parents[2] / "cases" / "serve" / "conditions.json").read_text("utf-8"))


@pytest.mark.parametrize("name", _NAMES)
async def test_an_output_is_the_file(stand: Stand, name: str) -> None:
    """The bytes of the file, under its media type, with everything a reader needs to come back cheaply."""
    answer = await stand.ask("/" + name)
    assert answer.status == 200
    assert answer.body == (stand.folder / name).read_bytes()
    assert {key: answer.headers[key] for key in answer.headers if key not in ("date", "etag")} == {
        "content-type": _NAMES[name],
        "content-length": str(len(answer.body)),
        "last-modified": _DATE,
        "cache-control": "public, max-age=60",
        "vary": "Accept-Encoding",
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "ETag, Link",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
        "referrer-policy": "no-referrer",
        "content-security-policy": "default-src 'none'; sandbox",
        "link": f'<https://feeds.example/{name}>; rel="self", <https://hub.example/>; rel="hub"',
        "connection": "close",
    }


@pytest.mark.parametrize("case", _CONDITIONS, ids=[case["why"] for case in _CONDITIONS])
@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_conditions(stand: Stand, case: dict[str, str], coding: str, method: str) -> None:
    """Each way to ask whether something is new gets the status that the case names, in every coding, and the tag it can use."""
    wants = {"Accept-Encoding": coding}
    whole = await stand.ask(headers=wants)
    filled = {key: value.replace("TAG", whole.headers["etag"]).replace("DATE", _DATE) for key, value in case["headers"].items()}
    answer = await stand.ask(headers=wants | filled, method=method)
    assert answer.status == case["status"], case["why"]
    assert answer.body == (whole.body if method == "GET" and answer.status == 200 else b"")
    described = () if answer.status == 200 else ("content-length", "content-type", "content-encoding")
    expected = {key: value for key, value in whole.headers.items() if key not in (*described, "date")}
    assert {key: value for key, value in answer.headers.items() if key != "date"} == expected


@pytest.mark.parametrize("coding", _DECODERS)
async def test_codings_hold_the_same_bytes(stand: Stand, coding: str) -> None:
    """Each coding decodes to the file, is smaller on the wire, says so, and has a tag of its own."""
    plain = await stand.ask()
    coded = await stand.ask(headers={"Accept-Encoding": coding})
    assert coded.headers["content-encoding"] == coding
    assert _DECODERS[coding](coded.body) == plain.body
    assert len(coded.body) == int(coded.headers["content-length"]) < len(plain.body)
    assert coded.headers["etag"] == plain.headers["etag"][:-1] + f'-{coding}"'
    assert "content-encoding" not in plain.headers


async def test_holding_another_coding_is_holding_the_version(stand: Stand) -> None:
    """Who holds the version in one coding and now asks for another has it already; the answer names the tag that is held."""
    held = (await stand.ask(headers={"Accept-Encoding": "br"})).headers["etag"]
    answer = await stand.ask(headers={"Accept-Encoding": "gzip", "If-None-Match": f'"other", {held}'})
    assert (answer.status, answer.headers["etag"]) == (304, held)


async def test_a_list_in_several_lines_is_one_list(stand: Stand) -> None:
    """Accept-Encoding and If-None-Match may come in more than one line."""
    tag = (await stand.ask()).headers["etag"]
    begin = "GET /world.rss.xml HTTP/1.1\r\nHost: stand\r\nConnection: close\r\n"
    coded = await stand.say(f"{begin}Accept-Encoding: gzip;q=0\r\nAccept-Encoding: zstd\r\n\r\n".encode())
    assert b"content-encoding: zstd" in coded
    held = await stand.say(f'{begin}If-None-Match: "a"\r\nIf-None-Match: {tag}\r\n\r\n'.encode())
    assert held.startswith(b"HTTP/1.1 304")


async def test_tags_outlive_a_restart(stand: Stand) -> None:
    """Another server over the same file names the same tag."""
    tag = (await stand.ask()).headers["etag"]
    await stand.server.stop()
    await stand.server.start()
    assert (await stand.ask()).headers["etag"] == tag


async def test_a_new_version_is_new_to_all(stand: Stand) -> None:
    """After a publish neither the tag nor the date of the old version stands, even within the same second."""
    old = await stand.ask()
    publish.publish(stand.folder / "world.rss.xml", old.body.replace(b"bell", b"horn"))
    os.utime(stand.folder / "world.rss.xml", (1767600000, 1767600000))
    by_tag = await stand.ask(headers={"If-None-Match": old.headers["etag"]})
    by_date = await stand.ask(headers={"If-Modified-Since": old.headers["last-modified"]})
    assert (by_tag.status, by_date.status) == (200, 200)
    assert by_tag.body == by_date.body == old.body.replace(b"bell", b"horn")
    assert by_date.headers["last-modified"] != old.headers["last-modified"]


async def test_dates_are_never_ahead_of_the_clock(stand: Stand) -> None:
    """Last-Modified is not after Date, whatever the file says and however fast versions follow."""
    for number in range(3):
        publish.publish(stand.folder / "world.rss.xml", b"<rss>%d</rss>" % number)
        os.utime(stand.folder / "world.rss.xml", (4e9, 4e9))
        answer = await stand.ask()
        modified = email.utils.parsedate_to_datetime(answer.headers["last-modified"]).timestamp()
        assert answer.body == b"<rss>%d</rss>" % number
        assert modified <= time.time()


async def test_the_last_good_version_is_served_when_the_folder_is_gone(stand: Stand) -> None:
    """What was served once is served on, codings and conditions included, until the folder is back."""
    before = await stand.ask(headers={"Accept-Encoding": "gzip"})
    stand.folder.rename(stand.folder.with_name("away"))
    assert (await stand.ask(headers={"Accept-Encoding": "gzip"})).body == before.body
    assert (await stand.ask(headers={"If-None-Match": before.headers["etag"]})).status == 304
    publish.publish(stand.folder / "world.rss.xml", b"<rss>back</rss>")
    assert (await stand.ask()).body == b"<rss>back</rss>"


async def test_index_true_lifts_noindex(stand: Stand) -> None:
    """An output that may be listed is not marked; its neighbours still are."""
    stand.view.outputs["world.json"] = serve.Served("application/feed+json", index=True)
    assert "x-robots-tag" not in (await stand.ask("/world.json")).headers
    assert (await stand.ask("/world.rss.xml")).headers["x-robots-tag"] == "noindex"


async def test_links_only_where_there_is_a_hub(stand: Stand) -> None:
    """Without a hub there is no Link header."""
    stand.view.outputs["world.json"] = serve.Served("application/feed+json", self_url="https://feeds.example/world.json")
    assert "link" not in (await stand.ask("/world.json")).headers


@pytest.mark.parametrize(
    ("name", "media_type", "policy"),
    [
        ("index.html", "text/html; charset=utf-8", "page"),
        ("world.html", "text/html; charset=utf-8", "own"),
        ("sources.opml", "text/x-opml; charset=utf-8", "strict"),
        ("operations.atom.xml", "application/atom+xml; charset=utf-8", "strict"),
    ],
)
async def test_files_beside_the_feeds(stand: Stand, name: str, media_type: str, policy: str) -> None:
    """The fixed files are served without being named; pages for people get their policies, everything else the strictest."""
    stand.view.outputs["world.html"] = serve.Served("text/html; charset=utf-8", policy="style-src 'none'")
    (stand.folder / name).write_bytes(b"<p>Harbour</p>")
    answer = await stand.ask("/" + name)
    assert (answer.status, answer.headers["content-type"], answer.body) == (200, media_type, b"<p>Harbour</p>")
    policies = {"page": stand.view.page_policy, "own": "style-src 'none'", "strict": "default-src 'none'; sandbox"}
    assert answer.headers["content-security-policy"] == policies[policy]


async def test_browsers_get_the_feed_too(stand: Stand) -> None:
    """A feed's address answers with the feed, whatever the Accept header would rather have."""
    browser = {"Accept": "text/html,application/xhtml+xml", "User-Agent": "Mozilla/5.0", "Sec-Fetch-Mode": "navigate"}
    assert (await stand.ask(headers=browser)).headers["content-type"] == _NAMES["world.rss.xml"]


@pytest.mark.parametrize("query", ["?", "?utm_source=x", "?a=1&b=2", "?/../x", "?%00"])
async def test_queries_change_nothing(stand: Stand, query: str) -> None:
    """Whatever follows a question mark is not looked at."""
    assert (await stand.ask("/world.rss.xml" + query)).body == (await stand.ask()).body


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/..%5c..%5cetc%5cpasswd",
        "/./world.rss.xml",
        "/x/../world.rss.xml",
        "//world.rss.xml",
        "/world.rss.xml/",
        "/world.rss.xml%00",
        "/%00",
        "/%0a",
        "/world.rss.xml%0a",
        "/metrics%0a",
        "/a%0ab",
        "/%ff%fe",
        "/%",
        "/feeds.yaml",
        "/data/",
        "/.env",
        "/.world.rss.xml.aggregator-0.tmp",
        "/secret.txt",
        "/output/world.rss.xml",
        "//evil.example/%2f..",
        "/\\evil.example",
        "http://evil.example/world.rss.xml",
        "/" + "a" * 5000,
        "/WORLD.RSS.XML",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_only_names_from_the_table(stand: Stand, path: str, method: str) -> None:
    """No path leads to another file, out of the folder, or to another host."""
    (stand.folder / "secret.txt").write_text("secret")
    (stand.folder / ".world.rss.xml.aggregator-0.tmp").write_text("secret")
    answer = await stand.ask(path, method=method)
    assert answer.status in ((404, 405) if method == "POST" else (404,))
    assert "location" not in answer.headers
    assert answer.body in (b"", b"not found\n", b"method not allowed\n")


async def test_links_out_of_the_folder_are_not_followed(stand: Stand) -> None:
    """A symbolic link in the place of an output is not served."""
    (stand.folder.parent / "secret").write_text("secret")
    (stand.folder / "sources.opml").symlink_to(stand.folder.parent / "secret")
    assert (await stand.ask("/sources.opml")).status == 503


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/world.json", "/", "/metrics", "/nowhere"])
async def test_other_methods_are_refused(stand: Stand, method: str, path: str) -> None:
    """Nothing here is written to; the answer says what is allowed."""
    answer = await stand.ask(path, method=method)
    assert (answer.status, answer.headers["allow"], answer.body) == (405, "GET, HEAD, OPTIONS", b"method not allowed\n")


async def test_browsers_may_ask_conditionally(stand: Stand) -> None:
    """A browser that asks first whether a page elsewhere may send If-None-Match hears yes."""
    asks = {"Origin": "https://reader.example", "Access-Control-Request-Headers": "if-none-match"}
    answer = await stand.ask(method="OPTIONS", headers=asks)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == "*"
    assert answer.headers["access-control-allow-methods"] == answer.headers["allow"] == "GET, HEAD, OPTIONS"


TOKEN = "q7Zt4-mW_c8Yd2Kx9Lr5"


async def test_a_private_output(stand: Stand) -> None:
    """Whoever knows its token gets it as any other, for himself and not for search engines."""
    (stand.folder / TOKEN).mkdir()
    (stand.folder / TOKEN / "mine.json").write_bytes(b'{"items": []}')
    stand.view.private = {TOKEN: {"mine.json": serve.Served("application/feed+json; charset=utf-8", private=True)}}
    answer = await stand.ask(f"/{TOKEN}/mine.json")
    assert (answer.status, answer.body) == (200, b'{"items": []}')
    assert (answer.headers["cache-control"], answer.headers["x-robots-tag"]) == ("private, max-age=60", "noindex")
    known = {"if-none-match": answer.headers["etag"]}
    assert (await stand.ask(f"/{TOKEN}/mine.json", headers=known)).status == 304


@pytest.mark.parametrize(
    "path",
    [
        "/mine.json",
        f"/{TOKEN}",
        f"/{TOKEN}/",
        f"/{TOKEN}/world.json",
        f"/{TOKEN}/../world.json",
        f"/{TOKEN[:-1]}/mine.json",
        f"/{TOKEN.lower()}/mine.json",
        f"/{TOKEN}x/mine.json",
        f"/x/{TOKEN}/mine.json",
        f"/{TOKEN}//mine.json",
        f"/{TOKEN}%00/mine.json",
        f"/{TOKEN[:-1]}%C3%A9/mine.json",
        "//mine.json",
    ],
)
async def test_a_wrong_token(stand: Stand, path: str) -> None:
    """Is answered as any address that there is not, whatever is near it."""
    (stand.folder / TOKEN).mkdir()
    (stand.folder / TOKEN / "mine.json").write_bytes(b"{}")
    stand.view.private = {TOKEN: {"mine.json": serve.Served("application/feed+json; charset=utf-8", private=True)}}
    answer, unknown = await stand.ask(path), await stand.ask("/nothing/here.json")
    assert (answer.status, answer.body) == (unknown.status, unknown.body) == (404, b"not found\n")
    assert {**answer.headers, "date": ""} == {**unknown.headers, "date": ""}


async def test_a_removed_output_is_gone(stand: Stand) -> None:
    """410 for good, even while the file is still there; back in the table it is served again."""
    was = stand.view.outputs.pop("world.json")
    stand.view.gone = frozenset({"world.json"})
    answer = await stand.ask("/world.json")
    assert (answer.status, answer.body) == (410, b"gone: this output is no longer published\n")
    stand.view.outputs["world.json"] = was
    assert (await stand.ask("/world.json")).status == 200


async def test_not_published_yet_is_no_end(stand: Stand) -> None:
    """An output whose first version is still to come asks readers to return."""
    (stand.folder / "world.json").unlink()
    answer = await stand.ask("/world.json")
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")


async def test_the_page_is_made_live(stand: Stand) -> None:
    """The page is what the view says now, revalidated at every visit, under the view's policy."""
    first = await stand.ask("/")
    assert first.body == stand.view.make_page()
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["content-security-policy"] == stand.view.page_policy
    assert first.headers["x-robots-tag"] == "noindex"
    assert "access-control-allow-origin" not in first.headers
    assert (await stand.ask("/", {"If-None-Match": first.headers["etag"]})).status == 304
    assert gzip.decompress((await stand.ask("/", {"Accept-Encoding": "gzip"})).body) == first.body
    stand.view.make_page = lambda: b"<!doctype html><p>News</p>"
    second = await stand.ask("/", {"If-None-Match": first.headers["etag"], "If-Modified-Since": _DATE})
    assert (second.status, second.body) == (200, b"<!doctype html><p>News</p>")


async def test_the_page_is_not_there_for_other_sites_to_read(stand: Stand) -> None:
    """The page, health and figures are the operator's: no other site's scripts may read them."""
    for path in ("/", "/healthz", "/readyz", "/metrics"):
        assert "access-control-allow-origin" not in (await stand.ask(path)).headers


async def test_health_and_figures(stand: Stand) -> None:
    """Health and readiness are the view's, and so are the figures."""
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await stand.ask(path)).headers["cache-control"] == "no-store"
    assert (await stand.ask("/healthz")).body == b"well\n"
    assert (await stand.ask("/readyz")).status == 200
    stand.view.health, stand.view.readiness = (False, "no tick for 90 s"), (False, "first publish pending")
    ill, early = await stand.ask("/healthz"), await stand.ask("/readyz")
    assert (ill.status, ill.body) == (503, b"no tick for 90 s\n")
    assert (early.status, early.body) == (503, b"first publish pending\n")
    figures = await stand.ask("/metrics")
    assert figures.body == stand.view.metrics()
    assert figures.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


async def test_a_bug_in_the_view_stays_inside(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    """The client hears that something went wrong and nothing of what; the log has it all; the next request is fine."""

    def _broken() -> bytes:
        raise RuntimeError("the password is tidewater")

    works, stand.view.make_page = stand.view.make_page, _broken
    answer = await stand.ask("/", {"Accept": "text/html"})
    assert (answer.status, answer.body) == (500, b"something went wrong here\n")
    assert "the password is tidewater" in caplog.text
    stand.view.make_page = works
    assert (await stand.ask("/")).status == 200


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/nowhere", "GET", 404),
        ("/nowhere", "HEAD", 404),
        ("/removed.json", "GET", 410),
        ("/world.json", "POST", 405),
        ("/world.json", "OPTIONS", 204),
        ("/", "GET", 500),
        ("/sources.opml", "GET", 503),
        ("/healthz", "GET", 200),
        ("/metrics", "GET", 200),
        ("/world.json", "GET", 200),
    ],
)
async def test_every_answer_is_safe(stand: Stand, shop: Shop, path: str, method: str, status: int) -> None:
    """Errors too forbid guessing, running, listing and naming us; nothing sets a cookie or names the server."""
    shop.gone = frozenset({"removed.json"})
    shop.make_page = iter(()).__next__
    answer = await stand.ask(path, method=method)
    assert answer.status == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "html" not in answer.headers.get("content-type", "")
    assert not {"server", "set-cookie", "x-powered-by"} & set(answer.headers)


async def test_readers_are_told(stand: Stand) -> None:
    """Who asks for a feed, whether or not it has changed; behind a server of this machine, what that says. Others are not."""
    stand.view.outputs["world.rss.xml"] = dataclasses.replace(stand.view.outputs["world.rss.xml"], output="world")
    first = await stand.ask(headers={"User-Agent": "Reader/1"})
    await stand.ask(headers={"User-Agent": "Reader/1", "If-None-Match": first.headers["etag"]})
    await stand.ask(headers={"User-Agent": "Reader/2", "X-Forwarded-For": "203.0.113.5, 192.0.2.9"})
    await stand.ask(method="HEAD")
    await stand.ask("/world.atom.xml")
    assert stand.view.readers == [
        ("world", "127.0.0.1", "Reader/1"),
        ("world", "127.0.0.1", "Reader/1"),
        ("world", "192.0.2.9", "Reader/2"),
    ]
