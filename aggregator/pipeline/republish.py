"""An output as a function of the store and feeds.yaml: curate, render, check, publish if the bytes differ."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import functools
import pathlib
from collections.abc import Mapping, Sequence, Set

from aggregator.core import config, errors, model, render, text, urls, webhooks
from aggregator.edges import publish, store
from aggregator.pipeline import archive, compose, passage

OPERATIONS = "operations"
_EVENTS = 100  # in the operations feed
_MANY = 3  # entries: of fewer an edit may take what it likes
_NEWEST = 12  # entries of each output on the index page


Archive = tuple[tuple[object, ...], tuple[str, ...]]


@dataclasses.dataclass(frozen=True, slots=True)
class Press:
    """What publishing works with: the store, the folder, and the configuration with its fingerprint.

    `shown` is what was published of each output last, which is kept up to date here; an output of which that is known is passed
    over when none of its sources is among those that `changed` (their rows; None: anything may have). `after` gathers how many
    seconds after its publication each entry was shown that an output shows for the first time, `topics` the addresses of feeds
    that a hub is to be told of. `archives` has for each output that has one what its archive was made by, and its files.
    """

    store: store.Store
    folder: pathlib.Path
    config: config.Config
    fingerprint: str
    shown: dict[str, render.OutputRow] = dataclasses.field(default_factory=dict)
    changed: frozenset[int] | None = None
    after: list[float] = dataclasses.field(default_factory=list)
    topics: list[str] = dataclasses.field(default_factory=list)
    archives: dict[str, Archive] = dataclasses.field(default_factory=dict)


def republish(press: Press) -> tuple[str, ...]:
    """Bring every file in the folder up to date; what could not be published, in words for the operator.

    One output's failure never stops another. Raises StoreError; an ExceptionGroup for bugs, once all else is published.
    """
    states, sources = press.store.outputs(), press.store.sources()
    work = [
        functools.partial(_output, press, output, states[output.name], sources)
        for output in press.config.outputs
        if _concerned(press, output, sources)
    ]
    hidden = {output.name for output in press.config.outputs if output.token}
    work += [functools.partial(_withdraw, press, state.name) for state in states.values() if state.removed or state.name in hidden]
    work.append(functools.partial(_withdraw_private, press, list(states)))
    work.append(functools.partial(_surroundings, press, sources, states))
    troubles, bugs = [], []
    for part in work:
        try:
            part()
        except errors.PublishError as error:
            troubles.append(_discreet(str(error), press.config))
        except errors.StoreError:
            raise
        except Exception as error:
            bugs.append(error)
    if bugs:
        raise ExceptionGroup("bugs met while publishing; all else is published", bugs)
    return tuple(troubles)


def look(press: Press) -> None:
    """Know what outputs show that somebody else publishes. Raises StoreError."""
    states, sources = press.store.outputs(), press.store.sources()
    for output in press.config.outputs:
        feed = compose.compose(press.store, press.config, output, states[output.name], sources)
        press.shown[output.name] = output_row(feed, config.base_url(press.config.settings) + output.path)


def _concerned(press: Press, output: config.Output, sources: Sequence[model.SourceState]) -> bool:
    """Whether an output may look otherwise than it was published."""
    if press.changed is None or output.name not in press.shown:
        return True
    chosen = {source.url for source in config.chosen(output, press.config.sources)}
    return any(state.row in press.changed and state.url in chosen for state in sources)


def _output(press: Press, output: config.Output, state: store.OutputState, sources: Sequence[model.SourceState]) -> None:
    feed = compose.compose(press.store, press.config, output, state, sources)
    press.shown[output.name] = output_row(feed, config.base_url(press.config.settings) + output.path)
    names = _archive(press, output, feed, sources)
    if names:
        feed = dataclasses.replace(feed, older=config.base_url(press.config.settings) + names[-1])
    _print(press, output, state, feed)


def _archive(press: Press, output: config.Output, feed: model.Feed, sources: Sequence[model.SourceState]) -> tuple[str, ...]:
    """Publish what an output had before its window, if that is wanted and may have changed; the files, the oldest first.

    Raises PublishError.
    """
    wanted = archive.key(press.store, press.fingerprint) if archive.wanted(output) else ()
    held = press.archives.get(output.name)
    if held is not None and held[0] == wanted:
        return held[1]
    base = config.base_url(press.config.settings)
    names = []
    parts = archive.documents(press.store, passage.course(press.store, press.config, output, sources), feed, base) if wanted else ()
    for part in parts:
        data = _fitted("atom", part, base, output.max_bytes)
        if not render.check("atom", data):
            names.append(f"{part.name}.atom.xml")
            publish.publish(press.folder / names[-1], data)
    _withdraw_archive(press, output.path, names)
    press.archives[output.name] = (wanted, tuple(names))
    return tuple(names)


def _withdraw_archive(press: Press, path: str, but: Sequence[str] = ()) -> None:
    """Take away the files of an archive `but` these."""
    for found in press.folder.glob(f"{path}.[0-9][0-9][0-9][0-9]-[0-9][0-9].atom.xml"):
        if str(found.relative_to(press.folder)) not in but:
            publish.remove(found)


def _print(press: Press, output: config.Output, state: store.OutputState, feed: model.Feed) -> None:
    """Publish all formats of an output, or none when one must not be. Raises PublishError."""
    base = config.base_url(press.config.settings)
    files = {name: _fitted(name, feed, base, output.max_bytes) for name in render.FORMATS}
    refused = _refusal(press, output, state, feed, files)
    if (refused, press.fingerprint) != (state.refused, state.fingerprint):
        press.store.published(output.name, press.fingerprint, refused)
    if refused and refused != state.refused:
        now = datetime.datetime.now(datetime.UTC)
        press.store.tell([store.Event(now, "refused", output.name, f"The output {output.name} is held back", refused)])
    if refused:
        raise errors.PublishError(f"output {output.name}: {refused}")
    if state.fingerprint not in ("", press.fingerprint):
        _warn(press, output, _published_ids(press, output.path), {entry.id for entry in feed.entries})
    for name, data in files.items():
        if publish.publish(_path(press, output.path, name), data) and name != "html" and feed.hub:
            press.topics.append(f"{base}{output.path}{render.FORMATS[name].suffix}")
    shown = {entry.id: text.digest(repr(entry), entry.story, repr(entry.also_at), repr(entry.covered_by)) for entry in feed.entries}
    now = datetime.datetime.now(datetime.UTC)
    press.after.extend(press.store.show(output.name, shown, now, functools.partial(_messages, press.config, output, feed, now)))


def _messages(
    read: config.Config, output: config.Output, feed: model.Feed, now: datetime.datetime, new: Sequence[str]
) -> list[webhooks.Message]:
    """What webhooks are told of entries that an output shows for the first time, the oldest first."""
    wanting = [
        webhooks.key(hook.url)
        for hook in read.settings.webhooks
        if webhooks.ENTRIES in hook.events and (output.name in hook.outputs or not (hook.outputs or output.token))
    ]
    told = [entry for entry in reversed(feed.entries) if entry.id in set(new)] if wanting else []
    return [webhooks.entry(hook, output.name, feed.title, entry, now) for hook in wanting for entry in told]


def _fitted(name: str, feed: model.Feed, base: str, most: int | None) -> bytes:
    """The feed in one format, without its oldest entries if it is larger than it may be."""
    data = render.render(name, feed, base)
    while most is not None and len(data) > most and feed.entries:
        share = max(1, len(feed.entries) - int(len(feed.entries) * most / len(data)))
        feed = dataclasses.replace(feed, entries=feed.entries[:-share])
        data = render.render(name, feed, base)
    return data


def _refusal(press: Press, output: config.Output, state: store.OutputState, feed: model.Feed, files: Mapping[str, bytes]) -> str:
    """Why the new version must not replace the old one; "" when it may."""
    for name, data in files.items():
        if problems := render.check(name, data):
            return f"its new {render.FORMATS[name].label} version is not valid ({problems[0]}); the old one stays"
    if output.corrections or (state.fingerprint and state.fingerprint != press.fingerprint):
        return ""  # corrections are remembered for a while only
    gone = _missing(_published_ids(press, output.path), [entry.id for entry in feed.entries], output.limit)
    lost = set(gone) - press.store.explained(gone)
    if not lost:
        return ""
    return (
        f"{len(lost)} of its published entries are unknown to the store, as after a loss of data; the published version stays "
        "until they are back or newer ones take their places, or until feeds.yaml is saved with a change"
    )


def _warn(press: Press, output: config.Output, before: Sequence[str], now: Set[str]) -> None:
    """Tell the operator of an edit of feeds.yaml that takes more than half of an output away."""
    lost = sum(id not in now for id in before)
    if lost >= _MANY and lost > len(before) / 2:
        said = (
            f"{lost} of the {len(before)} entries that it showed are gone since feeds.yaml was saved. If that was not "
            "meant, take the edit back: they return under the same ids. `aggregator diff OTHER.yaml` tells beforehand."
        )
        title = f"An edit dropped {lost / len(before):.0%} of the output {output.name}"
        press.store.tell([store.Event(datetime.datetime.now(datetime.UTC), "edit", output.name, title, said)])


def _missing(before: Sequence[str], now: Sequence[str], limit: int) -> list[str]:
    """The published ids that a new version lacks, but for those at the end for which its new ones leave no room."""
    there = set(before)
    fresh = sum(id not in there for id in now)
    return sorted(set(before[: max(0, limit - fresh)]) - set(now))


def _published_ids(press: Press, path: str) -> Sequence[str]:
    """In the order of the published version, the newest first."""
    for format_name in ("json", "atom", "rss"):
        data = publish.read(_path(press, path, format_name))
        if data is not None and (ids := render.FORMATS[format_name].ids(data)):
            return list(ids)
    return []


def _path(press: Press, path: str, format_name: str) -> pathlib.Path:
    return press.folder / f"{path}{render.FORMATS[format_name].suffix}"


def _withdraw(press: Press, name: str) -> None:
    for format_name in render.FORMATS:
        publish.remove(_path(press, name, format_name))
    _withdraw_archive(press, name)


def _withdraw_private(press: Press, names: Sequence[str]) -> None:
    """Take away what lies under tokens that are no longer those of their outputs; nothing but files of ours goes."""
    wanted = {output.path for output in press.config.outputs}
    for folder in press.folder.iterdir() if press.folder.is_dir() else ():
        if config.is_token(folder.name) and folder.is_dir() and not folder.is_symlink():
            for name in names:
                if f"{folder.name}/{name}" not in wanted:
                    _withdraw(press, f"{folder.name}/{name}")
            with contextlib.suppress(OSError):
                folder.rmdir()  # if nothing is left


def _discreet(said: str, read: config.Config) -> str:
    """Without the tokens that paths hold: troubles are logged and shown."""
    for output in read.outputs:
        said = said.replace(output.token, "…") if output.token else said
    return said


def _surroundings(press: Press, states: Sequence[model.SourceState], written: Mapping[str, store.OutputState]) -> None:
    """The files beside the outputs: index, list of sources, operations."""
    sources = source_rows(states, press.config)
    publish.publish(
        press.folder / "index.html", render.index_page(outline(press), sources, images=press.config.settings.images == "on")
    )
    publish.publish(press.folder / "sources.opml", render.opml("Sources", sources))
    base = config.base_url(press.config.settings)
    publish.publish(
        press.folder / f"{OPERATIONS}.atom.xml", render.render("atom", _operations(press.store, written[OPERATIONS]), base)
    )


def output_row(feed: model.Feed, place: str) -> render.OutputRow:
    """An output as the index page lists it."""
    newest = tuple(map(render.lean, feed.entries[:_NEWEST]))
    return render.OutputRow(feed.name, feed.title, len(feed.entries), feed.updated, newest, place)


def outline(press: Press) -> tuple[render.OutputRow, ...]:
    """The outputs as they were published last, in the order of feeds.yaml; private ones are listed nowhere."""
    return tuple(press.shown[output.name] for output in press.config.outputs if output.name in press.shown and not output.token)


def source_rows(states: Sequence[model.SourceState], read: config.Config) -> tuple[render.SourceRow, ...]:
    """The sources as pages and OPML list them, in the order of feeds.yaml."""
    by_url = {state.url: state for state in states}
    return tuple(
        render.SourceRow(by_url[source.url].called, by_url[source.url].link, urls.redact(source.url), source.categories)
        for source in read.sources
        if source.url in by_url
    )


def _operations(into: store.Store, state: store.OutputState) -> model.Feed:
    events = into.events(_EVENTS)
    origin = model.Origin(id=state.id, title="Operations")
    entries = tuple(
        model.Entry(
            id=event.id,
            title=event.title,
            summary=event.text,
            authors=(model.Author("Aggregator"),),
            categories=(model.Category(event.kind),),
            published=event.at,
            updated=event.at,
            origin=origin,
        )
        for event in events
    )
    return model.Feed(
        id=state.id,
        name=OPERATIONS,
        title="Operations",
        subtitle="What the operator should know: dead, moved, silent and blocked sources",
        updated=events[0].at if events else state.made_at,
        authors=(model.Author("Aggregator"),),
        entries=entries,
    )
