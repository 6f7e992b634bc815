"""Sources that take their time: each answers after 0.4 seconds, with a feed the first time and 304 from then on."""

from __future__ import annotations

import asyncio

SLOW = 0.4  # seconds
_FEED = (
    '<rss version="2.0"><channel><title>Source {0}</title><link>http://127.0.0.1/</link><description>d</description><item>'
    "<title>Entry {0}</title><link>http://127.0.0.1/{0}/1</link><guid>urn:{0}</guid><description>Words of {0}.</description></item>"
    "</channel></rss>"
)
answered = 0


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one connection until it ends."""
    global answered
    try:
        while line := await reader.readline():
            path, known = line.split()[1].decode(), False
            while header := (await reader.readline()).strip():
                known = known or header.lower().startswith(b"if-none-match")
            if path == "/polls":
                writer.write(b"HTTP/1.1 200 OK\n%d\n\n" % answered)
                continue
            await asyncio.sleep(SLOW)
            answered += 1
            body = b"" if known else _FEED.format(path.strip("/")).encode()
            status = b"304 Not Modified" if known else b"200 OK"
            writer.write(b'HTTP/1.1 %s\r\netag: "1"\r\ncontent-length: %d\r\n\r\n' % (status, len(body)) + body)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    writer.close()


async def main() -> None:
    """Serve until killed; the port is told on stdout."""
    listening = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1_000)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
