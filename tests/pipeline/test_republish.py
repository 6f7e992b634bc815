"""Republishing: outputs are a function of the store and feeds.yaml, and nothing that was published is lost by mistake."""

from __future__ import annotations

import dataclasses
import pathlib
import xml.etree.ElementTree as ET

import pytest
from pipeline.desk import PAPER, RIVAL, THIRD, Desk
from pipeline.office import SOURCES, Office
from stories import DAY, HOUR, NOW, entry, prose

from aggregator.core import model
from aggregator.edges import store
from aggregator.pipeline import republish

FORMATS = ("all.atom.xml", "all.html", "all.json", "all.rss.xml")
BESIDE = ("index.html", "operations.atom.xml", "sources.opml")


def fill(desk: Desk, url: str = PAPER, *names: str) -> None:
    """Entries of a source, each an hour after the one before."""
    host = url.split("/")[2]
    for number, name in enumerate(names):
        desk.absorb(desk.poll(url, entry(name, host=host)), now=NOW + number * HOUR)


def test_empty_store(office: Office) -> None:
    """Before anything was polled every output is there, valid and empty."""
    assert office.publish() == ()
    assert sorted(office.files()) == sorted((*FORMATS, *BESIDE))
    assert office.items() == []
    for name in ("all.atom.xml", "all.rss.xml", "operations.atom.xml", "sources.opml"):
        ET.parse(office.folder / name)


def test_same_bytes(office: Office, desk: Desk, tmp_path: pathlib.Path) -> None:
    """The same store and feeds.yaml give the same bytes: not rewritten where they are, equal elsewhere and later."""
    fill(desk, PAPER, "heron", "ferry")
    desk.absorb(desk.failed(RIVAL, "gone"))
    office.publish()
    before = office.files()
    assert office.publish() == ()
    assert office.files() == before
    kept = store.open_store(tmp_path)
    elsewhere = Office(Desk(kept, PAPER, RIVAL, THIRD), tmp_path / "elsewhere")
    elsewhere.desk.store = kept
    elsewhere.publish()
    assert {name: data for name, (data, _) in elsewhere.files().items()} == {name: data for name, (data, _) in before.items()}
    kept.close()


def test_only_what_changed_is_written(office: Office, desk: Desk) -> None:
    """A new entry rewrites the outputs that carry it, and no others."""
    text = SOURCES + "outputs: [{name: news, categories: [news]}, {name: rest, categories: [rest]}]"
    office.publish(text)
    before = office.files()
    fill(desk, PAPER, "heron")
    office.publish()
    after = office.files()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"index.html", "news.atom.xml", "news.html", "news.json", "news.rss.xml"}


def test_newest_first(office: Office, desk: Desk) -> None:
    """Entries stand by their first sight, whatever their sources' dates."""
    fill(desk, PAPER, "heron", "ferry", "kettle")
    office.publish()
    assert office.titles() == ["kettle", "ferry", "heron"]
    desk.absorb(desk.poll(RIVAL, entry("anvil", host="rival.example", published=NOW - 300 * DAY)), now=NOW + 5 * HOUR)
    office.publish()
    assert office.titles() == ["anvil", "kettle", "ferry", "heron"]


def test_what_an_entry_names(office: Office, desk: Desk) -> None:
    """An entry names its source as configured, and carries its own categories and its source's."""
    came = entry("heron", categories=(model.Category("birds"), model.Category("news")))
    desk.bring(PAPER, came)
    office.publish()
    (item,) = office.items()
    assert item["_aggregator"]["source"] == {"id": PAPER, "title": "Paper", "url": PAPER}
    assert item["tags"] == ["birds", "news"]
    assert item["url"] == came.link


def test_source_without_a_name(office: Office, desk: Desk) -> None:
    """A source without a given name is called what it calls itself."""
    desk.bring(PAPER, entry("heron"))
    office.publish(f"sources: ['{PAPER}']")
    assert office.from_where() == [("heron", "paper.example")]


def test_window(office: Office, desk: Desk) -> None:
    """An output holds its newest entries, and again those before them when it is widened."""
    fill(desk, PAPER, *(f"n{number}" for number in range(8)))
    outputs = "outputs: [{name: all, limit: 3}]"
    office.publish(SOURCES + outputs)
    assert office.titles() == ["n7", "n6", "n5"]
    office.publish(SOURCES + outputs.replace("3", "5"))
    assert office.titles() == ["n7", "n6", "n5", "n4", "n3"]


def test_window_is_filled_from_far_back(office: Office, desk: Desk) -> None:
    """However many entries rules drop, the window is filled with what is left, from as far back as it takes."""
    old = [entry(f"old{number}", published=NOW - DAY) for number in range(3)]
    desk.bring(PAPER, *old, now=NOW - DAY)
    desk.bring(PAPER, *(entry(f"x{number}", title=f"Advert {number}") for number in range(450)))
    office.publish(SOURCES + "outputs: [{name: all, limit: 2, rules: [{drop: {title: advert}}]}]")
    assert len(office.titles()) == 2
    assert set(office.titles()) < {"old0", "old1", "old2"}


def test_head_far_back_does_not_jump_the_queue(office: Office, desk: Desk) -> None:
    """A copy whose head is older than the window brings back neither itself nor the head in place of newer entries."""
    desk.bring(PAPER, entry("heron"), now=NOW)
    desk.bring(RIVAL, entry("between", host="rival.example"), now=NOW + HOUR)
    adverts = [entry(f"x{number}", host="third.example", title=f"Advert {number}") for number in range(250)]
    desk.bring(THIRD, *adverts, entry("heron", host="third.example"), now=NOW + 2 * HOUR)
    office.publish(SOURCES + "outputs: [{name: all, limit: 1, rules: [{drop: {title: advert}}]}]")
    assert office.titles() == ["between"]


def test_choice_of_sources(office: Office, desk: Desk) -> None:
    """Outputs choose sources by category, by name and by url."""
    for url, name in ((PAPER, "heron"), (RIVAL, "ferry"), (THIRD, "kettle")):
        fill(desk, url, name)
    outputs = (
        f"outputs: [{{name: a, categories: [news]}}, {{name: b, sources: [Third]}}, {{name: c, sources: ['{RIVAL}']}}, {{name: d}}]"
    )
    office.publish(SOURCES + outputs)
    assert [sorted(office.titles(name)) for name in "abcd"] == [
        ["ferry", "heron"],
        ["kettle"],
        ["ferry"],
        ["ferry", "heron", "kettle"],
    ]


def test_rules_of_sources_and_outputs(office: Office, desk: Desk) -> None:
    """A source's rules hold in every output, an output's own only there."""
    desk.bring(PAPER, entry("heron"), entry("ferry"), entry("kettle"))
    fill(desk, RIVAL, "anvil")
    sources = SOURCES.replace("name: Paper,", "name: Paper, rules: [{drop: {title: heron}}],")
    office.publish(sources + "outputs: [{name: all}, {name: few, rules: [{keep: {title: [ferry, heron]}}]}]")
    assert sorted(office.titles()) == ["anvil", "ferry", "kettle"]
    assert office.titles("few") == ["ferry"]


def test_edited_rules_act_backwards(office: Office, desk: Desk) -> None:
    """A saved rule takes stored entries out, and taken back returns them under the same ids."""
    desk.bring(PAPER, entry("heron"), entry("ferry"))
    office.publish()
    ids = office.ids()
    assert office.publish(SOURCES + "outputs: [{name: all, rules: [{drop: {title: heron}}]}]") == ()
    assert office.titles() == ["ferry"]
    assert office.publish(SOURCES) == ()
    assert office.ids() == ids


def test_limit_for_each_source(office: Office, desk: Desk) -> None:
    """No source crowds out the others."""
    fill(desk, PAPER, "a1", "a2", "a3", "a4")
    fill(desk, RIVAL, "b1")
    office.publish(SOURCES + "outputs: [{name: all, rules: [{limit: {per_source: 2}}]}]")
    assert office.titles() == ["a4", "a3", "b1"]


@pytest.mark.parametrize(("content", "html", "text"), [("full", True, True), ("summary", False, True), ("link", False, False)])
def test_how_much_of_an_entry(office: Office, desk: Desk, content: str, html: bool, text: bool) -> None:
    """Outputs carry the content, the summary or only the link."""
    desk.bring(PAPER, entry("heron", summary="In short.", content=f"<p>{prose('heron')}</p>"))
    office.publish(SOURCES + f"outputs: [{{name: all, content: {content}}}]")
    (item,) = office.items()
    published = (office.folder / "all.rss.xml").read_text("utf-8")
    assert ("content_html" in item, "In short." in published) == (html, text)
    assert (prose("heron") in published) is html
    assert item["url"] == "https://paper.example/heron"


@pytest.mark.parametrize("most", [3_000, 10_000, 60_000])
def test_largest_files(office: Office, desk: Desk, most: int) -> None:
    """Every file stays below `max_bytes`, by leaving out its oldest entries only."""
    fill(desk, PAPER, *(f"n{number}" for number in range(60)))
    office.publish(SOURCES + f"outputs: [{{name: all, max_bytes: {most}}}]")
    sizes = {name: (office.folder / name).stat().st_size for name in FORMATS}
    assert all(size <= most for name, size in sizes.items() if name != "all.html")
    assert sizes["all.html"] <= most or "<article" not in (office.folder / "all.html").read_text("utf-8")
    newest = [f"n{number}" for number in reversed(range(60))]
    assert office.titles() == newest[: len(office.titles())]
    assert (len(office.titles()) == 60) is (most == 60_000)


def copies(desk: Desk, urls: tuple[str, ...] = (PAPER, RIVAL, THIRD)) -> None:
    """The same article from several sources, one hour after the other."""
    for number, url in enumerate(urls):
        desk.bring(url, entry("heron", host=url.split("/")[2]), now=NOW + number * HOUR)


def test_copies_are_published_once(office: Office, desk: Desk) -> None:
    """Of copies the first is published, in its place."""
    copies(desk)
    office.publish()
    assert office.from_where() == [("heron", "Paper")]


def test_output_that_keeps_copies(office: Office, desk: Desk) -> None:
    """An output may carry all copies; another merges them still."""
    copies(desk)
    office.publish(SOURCES + "outputs: [{name: all, duplicates: keep}, {name: once}]")
    assert office.from_where() == [("heron", "Third"), ("heron", "Rival"), ("heron", "Paper")]
    assert office.from_where("once") == [("heron", "Paper")]


@pytest.mark.parametrize(
    ("keeper", "published"), [("Paper", ["Paper"]), ("Rival", ["Paper", "Rival"]), ("Third", ["Paper", "Third"])]
)
def test_source_that_keeps_copies(office: Office, desk: Desk, keeper: str, published: list[str]) -> None:
    """A source whose duplicates are kept has its copies published besides the head; others' copies of its own are merged."""
    copies(desk)
    office.publish(SOURCES.replace(f"name: {keeper},", f"name: {keeper}, duplicates: keep,"))
    assert sorted(source for _, source in office.from_where()) == published


def test_head_that_is_no_source_of_the_output(office: Office, desk: Desk) -> None:
    """An output without the head's source carries the copy that came first among its own."""
    copies(desk)
    office.publish(SOURCES + "outputs: [{name: all, sources: [Rival, Third]}, {name: rest, categories: [rest]}]")
    assert office.from_where() == [("heron", "Rival")]
    assert office.from_where("rest") == [("heron", "Third")]


def test_head_that_a_rule_drops(office: Office, desk: Desk) -> None:
    """When its source's rules drop the head, the copy stands in; when the output's do, they judge the article once."""
    copies(desk)
    office.publish(SOURCES.replace("name: Paper,", "name: Paper, rules: [{drop: {title: heron}}],"))
    assert office.from_where() == [("heron", "Rival")]


def test_head_that_has_left_the_window(office: Office, desk: Desk) -> None:
    """A copy that comes when its head is long past the window is not news."""
    desk.bring(PAPER, entry("heron"), now=NOW)
    fill(desk, RIVAL, "n1", "n2", "n3")
    desk.bring(THIRD, entry("heron", host="third.example"), now=NOW + DAY)
    office.publish(SOURCES + "outputs: [{name: all, limit: 3}]")
    assert office.titles() == ["n3", "n2", "n1"]


def test_head_that_retention_took(office: Office, desk: Desk) -> None:
    """When the head is gone from the store its copies are still one article, under the id of the first of them."""
    copies(desk)
    desk.bring(PAPER, now=NOW + DAY)
    desk.store.housekeep(NOW + 182 * DAY, 180 * DAY)
    assert office.publish() == ()
    assert office.from_where() == [("heron", "Rival")]


def test_removed_source(office: Office, desk: Desk) -> None:
    """A removed source's entries leave the outputs, stay in the store, and return under the same ids."""
    fill(desk, PAPER, "heron")
    fill(desk, RIVAL, "ferry")
    office.publish()
    ids = office.ids()
    without = "\n".join(line for line in SOURCES.splitlines() if "Paper" not in line) + "\n"
    assert office.publish(without) == ()
    assert office.titles() == ["ferry"]
    assert office.publish(SOURCES) == ()
    assert office.ids() == ids


def test_removed_output(office: Office, desk: Desk) -> None:
    """An output that is no longer configured loses its files and no others; put back, it has its old feed id."""
    fill(desk, PAPER, "heron")
    both = SOURCES + "outputs: [{name: all}, {name: more}]"
    office.publish(both)
    identity = ET.parse(office.folder / "more.atom.xml").getroot().findtext("{http://www.w3.org/2005/Atom}id")
    (office.folder / "more.txt").write_text("mine")
    office.publish(SOURCES + "outputs: [{name: all}]")
    assert sorted(office.files()) == sorted((*FORMATS, *BESIDE, "more.txt"))
    office.publish(both)
    assert ET.parse(office.folder / "more.atom.xml").getroot().findtext("{http://www.w3.org/2005/Atom}id") == identity


def test_time_alone_changes_nothing(office: Office, desk: Desk) -> None:
    """No file shows the time of its making: hours later the same store gives the same bytes."""
    fill(desk, PAPER, "heron")
    office.publish()
    before = office.files()
    desk.store.housekeep(NOW + 4 * HOUR, 180 * DAY)
    office.publish()
    assert office.files() == before


TOKEN, OTHER = "q7Zt4-mW_c8Yd2Kx9Lr5", "another_token_0123456789"
PRIVATE = SOURCES + "outputs: [{name: all}, {name: mine, token: %s}]"


def lying(folder: pathlib.Path) -> set[str]:
    """All files below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_private_outputs(office: Office, desk: Desk) -> None:
    """Their files lie under their token; what is public does not name them, and their page leads nowhere else."""
    fill(desk, PAPER, "heron")
    assert office.publish(PRIVATE % TOKEN) == ()
    mine = {f"{TOKEN}/{name.replace('all', 'mine')}" for name in FORMATS}
    assert lying(office.folder) == {*FORMATS, *BESIDE, *mine}
    public = b"".join((office.folder / name).read_bytes() for name in (*FORMATS, *BESIDE))
    assert TOKEN.encode() not in public
    assert b"mine" not in public
    page = (office.folder / TOKEN / "mine.html").read_text("utf-8")
    assert 'href="mine.atom.xml"' in page
    assert "index.html" not in page
    assert office.titles(f"{TOKEN}/mine") == ["heron"]


def test_another_token(office: Office, desk: Desk) -> None:
    """With another token, or none, or as public, nothing is left where it was; what others put there stays."""
    fill(desk, PAPER, "heron")
    office.publish(PRIVATE % TOKEN)
    (office.folder / OTHER).mkdir()
    (office.folder / OTHER / "notes.txt").write_text("mine own")
    office.publish(PRIVATE % OTHER)
    moved = {f"{OTHER}/{name.replace('all', 'mine')}" for name in FORMATS}
    assert lying(office.folder) == {*FORMATS, *BESIDE, *moved, f"{OTHER}/notes.txt"}
    assert not (office.folder / TOKEN).exists()
    office.publish(SOURCES + "outputs: [{name: all}, {name: mine}]")
    public = {name.replace("all", "mine") for name in FORMATS}
    assert lying(office.folder) == {*FORMATS, *BESIDE, *public, f"{OTHER}/notes.txt"}
    office.publish(PRIVATE % TOKEN)
    assert lying(office.folder) == {*FORMATS, *BESIDE, *(f"{TOKEN}/{name}" for name in public), f"{OTHER}/notes.txt"}
    office.publish(SOURCES + "outputs: [{name: all}]")
    assert lying(office.folder) == {*FORMATS, *BESIDE, f"{OTHER}/notes.txt"}


def test_troubles_do_not_tell_a_token(office: Office, desk: Desk) -> None:
    """They are logged, and shown by commands."""
    fill(desk, PAPER, "heron")
    office.folder.mkdir(exist_ok=True)
    (office.folder / TOKEN).write_text("in the way")
    troubles = office.publish(PRIVATE % TOKEN)
    assert troubles
    assert not any(TOKEN in trouble for trouble in troubles)
    assert (office.folder / "all.json").exists()


def test_a_loss_holds_a_private_output_back_too(office: Office, desk: Desk, tmp_path: pathlib.Path) -> None:
    """What was published under its token counts."""
    fill(desk, PAPER, "heron", "ferry")
    office.publish(PRIVATE % TOKEN)
    office.desk = lost(tmp_path)
    fill(office.desk, PAPER, "ferry")
    assert any("output mine" in trouble for trouble in office.publish(PRIVATE % TOKEN))
    office.desk.store.close()


def test_lost_store(office: Office, desk: Desk, tmp_path: pathlib.Path) -> None:
    """When published entries are unknown to the store the old bytes stay, the operator is told once, and other outputs go on."""
    text = SOURCES + "outputs: [{name: all}, {name: rest, categories: [rest]}]"
    fill(desk, PAPER, "heron", "ferry")
    office.publish(text)
    before = office.files()
    office.desk = lost(tmp_path)
    fill(office.desk, PAPER, "ferry")
    fill(office.desk, THIRD, "kettle")
    for _ in range(3):
        (trouble,) = office.publish()
        assert trouble.startswith("output all: 1 of its published entries are unknown to the store")
        assert "until feeds.yaml is saved with a change" in trouble
    after = office.files()
    assert all(after[name] == before[name] for name in FORMATS)
    assert office.titles("rest") == ["kettle"]
    assert office.told() == ["The output all is held back"]
    assert office.desk.store.outputs()["all"].refused
    office.desk.store.close()


def lost(tmp_path: pathlib.Path) -> Desk:
    """A desk with an empty store, as after the loss of the old one."""
    (tmp_path / "new").mkdir()
    return Desk(store.open_store(tmp_path / "new"), PAPER, RIVAL, THIRD)


def test_refusal_ends_when_entries_are_back(office: Office, desk: Desk, tmp_path: pathlib.Path) -> None:
    """Once its sources have brought the entries again the output is published, with the same ids."""
    fill(desk, PAPER, "heron", "ferry")
    office.publish()
    ids = office.ids()
    office.desk = lost(tmp_path)
    fill(office.desk, PAPER, "ferry")
    assert office.publish()
    fill(office.desk, PAPER, "heron")
    assert office.publish() == ()
    assert office.ids() == ids
    assert office.desk.store.outputs()["all"].refused == ""
    office.desk.store.close()


def test_refusal_ends_when_newer_entries_take_the_places(office: Office, desk: Desk, tmp_path: pathlib.Path) -> None:
    """What was lost for good holds an output back for as long as it would have been published, and no longer."""
    text = SOURCES + "outputs: [{name: all, limit: 3}]"
    fill(desk, PAPER, "heron", "ferry")
    office.publish(text)
    office.desk = lost(tmp_path)
    fill(office.desk, PAPER, "ferry")
    assert office.publish(text)
    fill(office.desk, PAPER, "kettle")
    assert office.publish(text)
    fill(office.desk, PAPER, "anvil")
    assert office.publish(text) == ()
    assert set(office.titles()) == {"ferry", "kettle", "anvil"}
    office.desk.store.close()


def test_refusal_ends_with_an_edit(office: Office, desk: Desk, tmp_path: pathlib.Path) -> None:
    """A saved change of feeds.yaml publishes what there is; the next loss is refused again."""
    fill(desk, PAPER, "heron", "ferry")
    office.publish()
    office.desk = lost(tmp_path)
    fill(office.desk, PAPER, "ferry")
    assert office.publish()
    assert office.publish() != ()
    assert office.publish(SOURCES + "# seen\n") == ()
    assert office.titles() == ["ferry"]
    (tmp_path / "new" / store.FILE).rename(tmp_path / "gone.sqlite")
    again = Desk(store.open_store(tmp_path / "new"), PAPER, RIVAL, THIRD)
    office.desk.store.close()
    office.desk = again
    assert office.publish()
    again.store.close()


def test_retention_is_no_loss(office: Office, desk: Desk) -> None:
    """Entries that retention took leave an output without a refusal."""
    fill(desk, PAPER, "heron")
    office.publish()
    desk.bring(PAPER, now=NOW + DAY)
    desk.store.housekeep(NOW + 182 * DAY, 180 * DAY)
    assert office.publish() == ()
    assert office.titles() == []


@pytest.mark.parametrize("damage", [b"", b"{", b'{"version": "https://jsonfeed.org/version/1.1", "items": [1, {}, null]}'])
def test_published_file_that_somebody_broke(office: Office, desk: Desk, damage: bytes) -> None:
    """A file that is no longer ours is written anew."""
    fill(desk, PAPER, "heron")
    office.publish()
    for name in FORMATS:
        (office.folder / name).write_bytes(damage)
    assert office.publish() == ()
    assert office.titles() == ["heron"]


def test_one_output_in_trouble(office: Office, desk: Desk) -> None:
    """An output whose file cannot be written stops no other, and says which file and why."""
    fill(desk, PAPER, "heron")
    (office.folder / "bad.json").mkdir(parents=True)
    (trouble,) = office.publish(SOURCES + "outputs: [{name: bad}, {name: good}]")
    assert "bad.json" in trouble
    assert "a directory is" in trouble
    assert office.titles("good") == ["heron"]
    (office.folder / "bad.json").rmdir()
    assert office.publish() == ()


def test_operations(office: Office, desk: Desk) -> None:
    """What the operator should know is in a feed of its own, never among the articles."""
    desk.absorb(desk.failed(PAPER, "gone"))
    office.publish()
    assert office.told() == ["https://paper.example/feed is gone"]
    assert office.titles() == []
    before = office.files()["operations.atom.xml"]
    office.publish()
    assert office.files()["operations.atom.xml"] == before


def test_sources_without_secrets(office: Office, desk: Desk) -> None:
    """No file shows a password or key of an address."""
    url = "https://me:sesame@paper.example/feed?token=hush&page=1"
    desk.enrol(url)
    desk.bring(url, entry("heron"))
    office.publish(f"sources: ['{url}']")
    everything = b"".join(data for data, _ in office.files().values())
    assert b"sesame" not in everything
    assert b"hush" not in everything
    assert b"page=1" in everything


def test_outline(office: Office, desk: Desk) -> None:
    """The served index lists the outputs as they were published."""
    fill(desk, PAPER, "heron", "ferry")
    office.text = SOURCES + "outputs: [{name: all, title: Everything}]"
    press = office.press()
    assert republish.outline(press) == ()
    republish.republish(press)
    (row,) = republish.outline(press)
    assert (row.name, row.title) == ("all", "Everything")
    assert dataclasses.astuple(row)[2] == 2


def test_only_the_outputs_of_changed_sources_are_made(office: Office, desk: Desk) -> None:
    """Others stand as they are, on the index page too; one of which nothing is known is made all the same."""
    office.text = SOURCES + "outputs: [{name: news, categories: [news]}, {name: rest, categories: [rest]}]"
    press = office.press()
    republish.republish(press)
    fill(desk, PAPER, "heron")
    fill(desk, THIRD, "ferry")
    third = desk.state(THIRD).row
    republish.republish(dataclasses.replace(press, changed=frozenset((third,))))
    assert (office.titles("news"), office.titles("rest")) == ([], ["ferry"])
    assert [row.entries for row in republish.outline(press)] == [0, 1]
    republish.republish(dataclasses.replace(press, changed=frozenset(), shown={}))
    assert (office.titles("news"), office.titles("rest")) == (["heron"], ["ferry"])


def test_an_edit_that_drops_much_is_told(office: Office, desk: Desk) -> None:
    """More than half of what an output showed; not what leaves it by itself, and not less."""
    desk.bring(PAPER, *(entry(f"n{number}") for number in range(8)))
    office.publish(SOURCES)
    office.publish(SOURCES + "rules: [{drop: {title: [n1, n2, n3, n4]}}]")
    assert office.told() == []
    office.publish(SOURCES + "rules: [{drop: {title: [n1, n2, n3, n4, n5, n6, n7]}}]")
    assert office.told() == ["An edit dropped 75% of the output all"]
    office.publish()
    assert len(office.told()) == 1
