"""Every path of a hostile server, and what a fetch must make of it."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from aggregator.core import errors, limits, model
from aggregator.edges import fetch

_TESTS = pathlib.Path(__file__).parents[2]
_ROWS = [json.loads(line) for line in (_TESTS / "cases/fetch/hostile.jsonl").read_text("utf-8").splitlines()]
_GROUPS = ("base", "http", "cache", "net", "encoding")
_LIMITS = limits.Limits(seconds=5, body=1_000_000)
_LOCAL_PORTS = {1: {"timeout"}, 2: {"protocol", "size", "network"}, 3: {"network", "connect"}, 9: {"connect"}}


def _free_block() -> int:
    """A port that is free and so are those after it that the server takes."""
    for base in range(18_800, 30_000, 10):
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            for offset in (0, 1, 2, 3, 9):
                held.enter_context(socket.socket()).bind(("127.0.0.1", base + offset))
            return base
    raise RuntimeError("no free ports")


def _control(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return str(answer.read().decode())


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a running hostile server."""
    found = _free_block()
    command = [sys.executable, str(_TESTS / "yardsticks/hostile.py"), "--port", str(found)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        assert b"hostile on" in server.stdout.readline()
        yield found
        server.terminate()


@pytest.fixture(scope="module")
def outcomes(port: int) -> dict[str, list[dict[str, Any]]]:
    """What came of asking all paths, all at once: the steps of each."""
    return asyncio.run(_ask_all(port))


async def _ask_all(port: int) -> dict[str, list[dict[str, Any]]]:
    loopback = (ipaddress.ip_network("127.0.0.0/8"),)
    async with contextlib.aclosing(fetch.Fetcher(limits=_LIMITS, allow=loopback, user_agent="tests")) as fetcher:
        asked = [row.get("ask", row["path"]) for row in _ROWS]
        steps = [len(row["steps"]) for row in _ROWS]
        done = await asyncio.gather(*(_steps(fetcher, f"http://127.0.0.1:{port}", *one) for one in zip(asked, steps, strict=True)))
        return dict(zip(asked, done, strict=True))


async def _steps(fetcher: fetch.Fetcher, base: str, path: str, count: int) -> list[dict[str, Any]]:
    told, validators = [], model.Validators()
    for _ in range(count):
        try:
            response = await fetcher.fetch(base + path, validators)
        except errors.FetchError as error:
            told.append({"error": error.kind, "text": str(error), **vars(error)})
        else:
            validators = response.validators
            told.append(_told(response, base))
    return told


def _told(response: model.Response, base: str) -> dict[str, Any]:
    moved = response.moved_to and response.moved_to.removeprefix(base)
    assert response.not_modified == (response.status == 304)
    return {
        "status": response.status,
        "url": response.url.removeprefix(base),
        "moved_to": moved,
        "length": len(response.body),
        "received": response.received,
        "content_type": response.content_type,
        "etag": response.validators.etag,
        "last_modified": response.validators.last_modified,
        "max_age": response.max_age,
    }


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row.get("ask", row["path"]))
def test_path(row: dict[str, Any], outcomes: dict[str, list[dict[str, Any]]]) -> None:
    """The answer is used, or refused with the kind of error that it is; nothing hangs and nothing else is raised."""
    for expected, told in zip(row["steps"], outcomes[row.get("ask", row["path"])], strict=True):
        assert ("error" in told) == ("error" in expected), told
        for field, value in expected.items():
            if field == "retry_after" and value is not None:  # dates count in whole seconds
                value = pytest.approx(value, abs=1)
            assert told[field] == value, told


def test_every_path_has_a_row(port: int) -> None:
    """A path that the server learns must be given an expected outcome here."""
    listed = {one["path"] for one in json.loads(_control(port, "/_paths")) if one["group"] in _GROUPS}
    assert {row["path"] for row in _ROWS} == listed


def test_errors_say_where_and_what(outcomes: dict[str, list[dict[str, Any]]]) -> None:
    """Each text is one printable line that begins with the address."""
    texts = [told["text"] for steps in outcomes.values() for told in steps if "error" in told]
    assert texts
    assert all(text.startswith("http://127.0.0.1:") and text.isprintable() and len(text) < 500 for text in texts)


@pytest.mark.anyio
@pytest.mark.parametrize("offset", _LOCAL_PORTS)
async def test_listeners_that_speak_no_http(port: int, offset: int) -> None:
    """Silence, garbage, a reset and a closed port are errors of their kinds."""
    bounds = limits.Limits(seconds=0.5)
    async with contextlib.aclosing(
        fetch.Fetcher(limits=bounds, allow=(ipaddress.ip_network("127.0.0.1"),), user_agent="tests")
    ) as fetcher:
        with pytest.raises(errors.FetchError) as caught:
            await fetcher.fetch(f"http://127.0.0.1:{port + offset}/")
    assert caught.value.kind in _LOCAL_PORTS[offset]


@contextlib.asynccontextmanager
async def _relay(port: int) -> AsyncIterator[str]:
    """The same server under an address of its own, so that only this one need be allowed."""

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(pipe(reader, inner_writer), pipe(inner_reader, writer))

    server = await asyncio.start_server(talk, "127.0.0.2", 0)
    async with server:
        yield f"http://127.0.0.2:{server.sockets[0].getsockname()[1]}"


def test_redirects_off_loopback() -> None:
    """Metadata and private addresses, which answer in a network of their own that has only lo, are never asked."""
    alone = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    if not shutil.which("ip") or subprocess.run([*alone, "true"], capture_output=True).returncode:
        assert not os.environ.get("CI"), "CI must be allowed network namespaces, and have the command ip (iproute2)"
        pytest.skip("NO NETWORK NAMESPACE: redirects to private addresses are not tried; needs root, and iproute2")
    environment = {**os.environ, "PYTHONPATH": str(_TESTS.parent)}
    command = [*alone, sys.executable, str(pathlib.Path(__file__).parent / "offbox.py")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["answers"] == 200
    assert len(report["told"]) == 22
    assert set(report["told"].values()) == {"address"}
    assert {host.rpartition(":")[0] for host in report["hosts"]} <= {"127.0.0.1", "127.0.0.2"}


@pytest.mark.anyio
async def test_redirects_do_not_lead_to_addresses_that_are_not_allowed(port: int) -> None:
    """Whatever the spelling or scheme of an inner target, it is refused and never asked."""
    listed = [one for one in json.loads(_control(port, "/_paths")) if one["path"].startswith("/ssrf/")]
    allow = (ipaddress.ip_network("127.0.0.2"),)
    async with _relay(port) as base, contextlib.aclosing(fetch.Fetcher(limits=_LIMITS, allow=allow, user_agent="tests")) as fetcher:
        asked = await asyncio.gather(*(fetcher.fetch(base + one["path"]) for one in listed), return_exceptions=True)
    told = {one["what"]: outcome for one, outcome in zip(listed, asked, strict=True)}
    off_loopback = {what for what, outcome in told.items() if isinstance(outcome, errors.StatusError) and outcome.status == 501}
    assert len(off_loopback) == 5  # the server does not redirect there; `permitted` is tested with these addresses
    assert all(isinstance(outcome, errors.AddressRefused) for what, outcome in told.items() if what not in off_loopback), told
    assert "/_canary" not in _control(port, "/_log")
