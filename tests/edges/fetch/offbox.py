"""Run by test_hostile inside a network namespace that has only lo: redirects to metadata and private addresses, which answer here.

Prints one JSON object: what each redirect came to, whom the server was asked as, and whether those addresses answer at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import pathlib
import subprocess
import sys
import urllib.request

from aggregator.core import errors, limits
from aggregator.edges import fetch

ADDRESSES = ("169.254.169.254/32", "10.0.0.1/32", "100.64.0.1/32", "64:ff9b::7f00:1/128", "127.0.0.2/32")
SERVER = pathlib.Path(__file__).parents[2] / "yardsticks" / "hostile.py"
PORT = 8_800


def control(path: str) -> str:
    """What the server tells of itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=10) as answer:
        return str(answer.read().decode())


async def asked() -> dict[str, str]:
    """What became of each redirect, when only the server's own address may be asked."""
    allow = (ipaddress.ip_network("127.0.0.2"),)
    bounds = limits.Limits(seconds=5)
    told = {}
    async with contextlib.aclosing(fetch.Fetcher(limits=bounds, allow=allow, user_agent="tests")) as fetcher:
        for one in json.loads(control("/_paths")):
            if one["path"].startswith("/ssrf/"):
                try:
                    response = await fetcher.fetch(f"http://127.0.0.2:{PORT}{one['path']}")
                    told[one["what"]] = f"fetched {response.status}"
                except errors.FetchError as error:
                    told[one["what"]] = error.kind
    return told


def main() -> None:
    """Set the namespace up, ask, report."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in ADDRESSES:
        subprocess.run(["ip", "addr", "add", address, "dev", "lo"], check=True)
    with subprocess.Popen([sys.executable, str(SERVER), "--port", str(PORT), "--offbox"], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        told = asyncio.run(asked())
        requests = [json.loads(line) for line in control("/_log").splitlines()]
        hosts = {str({name.lower(): value for name, value in dict(one["headers"]).items()}.get("host")) for one in requests}
        with urllib.request.urlopen("http://169.254.169.254/latest/meta-data/", timeout=10) as answer:
            answers = answer.status
        server.terminate()
    print(json.dumps({"told": told, "hosts": sorted(hosts), "answers": answers}))


if __name__ == "__main__":
    main()
