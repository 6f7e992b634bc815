"""Many readers at once, beside nginx over the same file: what the server spends on each request.

    python -m benchmarks.serve [--readers 1000] [--requests 10] [--kilobytes 200]

Each reader keeps one connection and asks for the same output again and again: whole, and then with its ETag. Of both servers wall
and CPU seconds, for each thousand requests; needs nginx (apt-get install nginx-light).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import multiprocessing
import pathlib
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from multiprocessing.sharedctypes import Synchronized

import psutil

from aggregator.edges import serve

NAME = "all.atom.xml"
NGINX = """\
daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder}; sendfile on; keepalive_requests 100000; types {{ application/atom+xml xml; }}
  server {{ listen 127.0.0.1:{port} backlog=4096; root {files}; }}
}}
"""


@dataclasses.dataclass
class View:
    """A view of one file."""

    outputs: Mapping[str, serve.Served]
    private: Mapping[str, Mapping[str, serve.Served]] = dataclasses.field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    page_policy: str = "default-src 'none'"

    async def page(self) -> bytes:
        """Nobody asks for it here."""
        return b""

    def healthy(self) -> tuple[bool, str]:
        """Likewise."""
        return True, "ok"

    def ready(self) -> tuple[bool, str]:
        """Likewise."""
        return True, "ok"

    def metrics(self) -> bytes:
        """Likewise."""
        return b""


def ours(folder: str, port: Synchronized[int]) -> None:
    """Serve the folder until killed."""

    async def main() -> None:
        view = View({NAME: serve.Served("application/atom+xml; charset=utf-8")})
        server = serve.Server(serve.application(pathlib.Path(folder), view), "127.0.0.1", 0)
        await server.start()
        port.value = server.port
        await asyncio.Event().wait()

    asyncio.run(main())


@contextlib.contextmanager
def nginx(files: pathlib.Path, port: int) -> Iterator[psutil.Process]:
    """The same folder served by one process of nginx."""
    with tempfile.TemporaryDirectory() as folder:
        conf = pathlib.Path(folder) / "nginx.conf"
        conf.write_text(NGINX.format(folder=folder, files=files, port=port), "utf-8")
        process = subprocess.Popen(["nginx", "-c", str(conf), "-p", folder], stderr=subprocess.DEVNULL)
        try:
            time.sleep(0.5)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait()


async def reader(port: int, requests: int, head: bytes) -> int:
    """Ask so often over one connection; how many answers were whole."""
    came, out = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    whole = 0
    for _ in range(requests):
        out.write(head)
        answer = await came.readuntil(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in answer.lower().split(b"\r\n")[1:] if b": " in line)
        length = 0 if b" 304 " in answer[:20] else int(fields[b"content-length"])
        whole += len(await came.readexactly(length)) == length
    out.close()
    return whole


async def etag(port: int) -> bytes:
    """The entity tag that a server gives the file."""
    came, out = await asyncio.open_connection("127.0.0.1", port)
    out.write(f"HEAD /{NAME} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    answer = await came.read()
    out.close()
    return next(line.split(b": ", 1)[1] for line in answer.split(b"\r\n") if line.lower().startswith(b"etag: "))


async def asked(port: int, readers: int, requests: int, more: bytes = b"") -> float:
    """The seconds until all readers have all answers."""
    head = f"GET /{NAME} HTTP/1.1\r\nHost: a\r\n".encode() + more + b"\r\n"
    begun = time.perf_counter()
    whole = await asyncio.gather(*(reader(port, requests, head) for _ in range(readers)))
    assert sum(whole) == readers * requests
    return time.perf_counter() - begun


def measured(name: str, process: psutil.Process, port: int, readers: int, requests: int) -> None:
    """Print what a server spends."""
    conditional = b"If-None-Match: " + asyncio.run(etag(port)) + b"\r\n"
    for kind, more in (("whole", b""), ("unchanged", conditional)):
        before = sum(process.cpu_times()[:2])
        wall = asyncio.run(asked(port, readers, requests, more))
        cpu = sum(process.cpu_times()[:2]) - before
        thousand = readers * requests / 1_000
        print(f"{name:6s} {kind:10s} {wall / thousand:6.3f} s wall, {cpu / thousand:6.3f} s CPU a thousand requests", flush=True)


def main() -> None:
    """Print the figures of both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=1_000)
    parser.add_argument("--requests", type=int, default=10)
    parser.add_argument("--kilobytes", type=int, default=200)
    options = parser.parse_args()
    if shutil.which("nginx") is None:
        raise SystemExit("nginx is missing: apt-get install nginx-light")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        (folder / NAME).write_bytes(random.Random(1).randbytes(options.kilobytes * 512).hex().encode())
        context = multiprocessing.get_context("spawn")
        port = context.Value("i", 0)
        server = context.Process(target=ours, args=(name, port), daemon=True)
        server.start()
        while not port.value:
            time.sleep(0.05)
        assert server.pid is not None
        for place in (port.value + 1, port.value + 2):
            measured("ours", psutil.Process(server.pid), port.value, options.readers, options.requests)
            with nginx(folder, place) as process:
                measured("nginx", process, place, options.readers, options.requests)
        server.terminate()


if __name__ == "__main__":
    main()
