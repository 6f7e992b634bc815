"""The newsroom as a program of its own."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import urllib.request

import pytest
from demo import reading

from aggregator import demo

COMMAND = (sys.executable, "-m", "aggregator.demo")


@pytest.mark.anyio
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_it_is_and_stops_cleanly(number: signal.Signals) -> None:
    """It prints its address and every feed's, answers there, and ends with 0 and without a word when asked to."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "--port", "0", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode() for _ in range(1 + len(demo.Newsroom(start=reading.START).sources))]
    base = lines[0].split()[4]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for line in lines[1:]:
        address = line.split()[0]
        assert address.startswith(base)
        with await asyncio.to_thread(opener.open, address, None, 10) as answer:
            assert answer.status == 200
    process.send_signal(number)
    rest, said = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, rest, said) == (0, b"", b"")


@pytest.mark.anyio
async def test_a_taken_port_is_one_clear_line(newsroom: demo.Newsroom) -> None:
    """Somebody else on the port: exit 1, and what to do."""
    port = newsroom.base.rpartition(":")[2]
    done = await asyncio.to_thread(subprocess.run, [*COMMAND, "--port", port], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"cannot listen on port {port}" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize("flags", [("--port", "70000"), ("--port", "x"), ("--speed", "0"), ("--what",)])
def test_wrong_flags(flags: tuple[str, ...]) -> None:
    """Flags that make no sense are refused with 2."""
    done = subprocess.run([*COMMAND, *flags], capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_it_needs_nothing_of_the_aggregator() -> None:
    """Importing the newsroom imports no other part of the program and no library."""
    code = (
        "import sys, aggregator.demo, aggregator.demo.__main__\n"
        "print([name for name in sys.modules if name.startswith('aggregator.') and not name.startswith('aggregator.demo')]"
        " + [name for name in ('httpx', 'pydantic', 'starlette', 'uvicorn', 'lxml', 'feedparser') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.strip() == "[]"
