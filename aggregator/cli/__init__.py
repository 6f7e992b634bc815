"""The commands; no logic of their own."""

from __future__ import annotations

import asyncio
import json
import pathlib
import sys
from typing import Annotated, Any, NoReturn

import typer

import aggregator
from aggregator.cli import asking, curating, keeping, listing, options, sharing, taking
from aggregator.core import errors

OK, FAILED, USAGE = options.OK, options.FAILED, options.USAGE
Config = options.Config
Data = options.Data
Json = options.Json
Html = options.Html

app = typer.Typer(
    name="aggregator",
    help="Polls feeds, cleans and merges their entries, publishes curated feeds. Sources and outputs stand in feeds.yaml.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help needs no rich, whose import costs as much as all the rest
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Output = Annotated[
    pathlib.Path | None, typer.Option("--output", metavar="DIR", help="Where to publish, instead of settings.output.")
]
Listen = Annotated[
    str | None, typer.Option("--listen", metavar="HOST:PORT", help="Where to serve, or off; instead of settings.listen.")
]
LogFormat = options.LogFormat
LogLevel = options.LogLevel

_Misuse: type[Exception] = typer.BadParameter.__mro__[1]  # the UsageError of the click that typer brings along


def main() -> None:
    """Run a command; every error of ours is one clear message and an exit code."""
    try:
        code = app(standalone_mode=False)
    except _Misuse as error:
        _misused(error)
    except (errors.ConfigError, errors.UnknownSource) as error:
        _fail(str(error), USAGE)
    except errors.AggregatorError as error:
        _fail(f"aggregator: {error}", FAILED)
    except typer.Abort:
        _fail("stopped", FAILED)
    raise SystemExit(code or OK)


def _misused(error: Any) -> NoReturn:
    _report(error.format_message())
    error.show()
    raise SystemExit(USAGE)


def _fail(said: str, code: int) -> NoReturn:
    _report(said)
    print(said, file=sys.stderr)
    raise SystemExit(code)


def _report(said: str) -> None:
    if "--json" in sys.argv:
        options.report({"error": said})


def _version(asked: bool) -> None:  # noqa: FBT001  typer calls it so
    if asked:
        print(f"aggregator {aggregator.__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,  # noqa: FBT002
) -> None:
    """Polls feeds, cleans and merges their entries, publishes curated feeds. Sources and outputs stand in feeds.yaml."""


@app.command()
def run(
    config: Config = options.FEEDS,
    data: Data = None,
    output: Output = None,
    listen: Listen = None,
    log: LogFormat = "text",
    level: LogLevel = "info",
) -> None:
    """Poll, publish and serve until stopped; feeds.yaml is taken up again when it is saved."""
    from aggregator import daemon

    options.logging(log, level)
    asyncio.run(daemon.Daemon(daemon.Options(config, data, output, _listening(listen))).run())


@app.command()
def once(
    config: Config = options.FEEDS,
    data: Data = None,
    output: Output = None,
    listen: Listen = None,
    every: Annotated[bool, typer.Option("--all", help="Poll every source, due or not, but never before a Retry-After.")] = False,  # noqa: FBT002
    json: Json = False,  # noqa: FBT002
    log: LogFormat = "text",
    level: LogLevel = "error",
) -> None:
    """Poll every source that is due, publish, and exit. It never serves, whatever --listen says."""
    from aggregator import passes, screen

    options.logging(log, level)
    _listening(listen)
    report = asyncio.run(passes.once(config, data, output, every=every, watch=screen.progress(shown=not json)))
    if json:
        options.report(report.figures)
    else:
        screen.passed(report)
    raise typer.Exit(FAILED if report.figures["failed"] or report.troubles or report.unread else OK)


@app.command()
def check(
    config: Config = options.FEEDS,
    online: Annotated[bool, typer.Option("--online", help="Also try each source.")] = False,  # noqa: FBT002
    json: Json = False,  # noqa: FBT002
) -> None:
    """Validate feeds.yaml."""
    from aggregator import passes, screen

    options.logging("text", "error")
    report = asyncio.run(passes.check(config, online=online, watch=screen.progress(shown=online and not json)))
    if json:
        options.report(report)
    else:
        screen.checked(report)
    raise typer.Exit(report["exit"])


for _command in (
    asking.status, asking.learned, asking.explain, curating.rules, curating.diff, asking.duplicates, asking.overlap,
    taking.takedown, listing.sources, listing.add, listing.remove, listing.import_opml, listing.export_opml,
    keeping.backup, keeping.restore, sharing.worker,
):  # fmt: skip
    app.command()(_command)
app.add_typer(sharing.cluster)
app.add_typer(sharing.store)


@app.command()
def preview(
    what: Annotated[str, typer.Argument(metavar="URL|FILE", help="A feed or a page; - reads it from stdin.")],
    config: Config = options.FEEDS,
    data: Data = None,
    url: Annotated[str, typer.Option("--url", metavar="URL", help="Where a FILE came from; relative addresses start there.")] = "",
    entries: Annotated[int, typer.Option("--entries", help="How many entries to show, the newest.", min=1)] = 10,
    full_text: Annotated[
        bool | None,
        typer.Option("--full-text/--no-full-text", help="Fetch the pages of these entries, or not; default as the source says."),
    ] = None,
    html: Html = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """What this feed or page would become: its entries before and after cleaning, what was removed and by which rule."""
    from aggregator import screen
    from aggregator.preview import desk, report, sheet

    options.logging("text", "error")
    options.legible("utf-8" if json else None)
    asked = desk.task(what, config, data, _base(what, url), entries, full_text)
    with screen.waiting(asked.place, shown=not json):
        found = asyncio.run(desk.preview(asked))
    written = sheet.write(found, html) if html else None
    if json:
        options.report(report.described(found) | ({"html": str(written)} if written else {}))
    else:
        screen.previewed(found, written)
    raise typer.Exit(FAILED if found.failed else OK)


@app.command()
def demo(
    listen: Listen = "127.0.0.1:8080",
    port: Annotated[int, typer.Option("--port", help="The newsroom's own port; 0 takes any.")] = 0,
    seed: Annotated[int, typer.Option("--seed", help="Which news.")] = 1,
    speed: Annotated[float, typer.Option("--speed", help="How fast the newsroom lives.", min=0.1, max=100)] = 1.0,
    seconds: Annotated[float | None, typer.Option("--seconds", help="End by itself after so long.", min=1)] = None,
    folder: Annotated[
        pathlib.Path | None, typer.Option("--folder", metavar="DIR", help="Keep its feeds.yaml, store and outputs there.")
    ] = None,
) -> None:
    """A local newsroom of made-up sources, publishing as you watch, and a daemon reading it. Needs no network."""
    from aggregator import showcase

    options.logging("text", "warning")
    asyncio.run(
        showcase.show(listen=_listening(listen) or "off", port=port, seed=seed, speed=speed, seconds=seconds, folder=folder)
    )


@app.command()
def schema() -> None:
    """Print the JSON Schema of feeds.yaml, for editors that complete and check."""
    from aggregator.core import config

    print(json.dumps(config.json_schema(), indent=2, ensure_ascii=False))


@app.command()
def pipe(
    stage: Annotated[str, typer.Argument(metavar="extract|clean|dedupe", help="Which stage.")],
    no_learn: Annotated[bool, typer.Option("--no-learn", help="clean: by rules only.")] = False,  # noqa: FBT002
) -> None:
    """One stage as a filter: JSON Lines in on stdin, JSON Lines out on stdout, in order."""
    from aggregator import filters

    if stage not in filters.STAGES:
        raise typer.BadParameter(f"{stage!r} is none of {', '.join(filters.STAGES)}", param_hint="stage")
    good = True
    for answer, fine in filters.run(stage, _lines(), learn=not no_learn):
        good = good and fine
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()
    raise typer.Exit(OK if good else FAILED)


def _lines() -> Any:
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    options.legible("utf-8")
    return (line for line in sys.stdin if line.strip())


def _base(what: str, url: str) -> str:
    """The address that a file came from, "" for none."""
    from aggregator.core import urls
    from aggregator.preview import desk

    if url and desk.is_address(what):
        raise typer.BadParameter("a URL is its own address; this goes with a FILE", param_hint="--url")
    if url and urls.gate(url) is None:
        raise typer.BadParameter(f"{url!r} is no http(s) address", param_hint="--url")
    return url


def _listening(listen: str | None) -> str | None:
    from aggregator.core.config import values

    if listen is None or listen == "off":
        return listen
    try:
        return values.listen(listen)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--listen") from None
