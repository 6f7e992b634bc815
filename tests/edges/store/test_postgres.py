"""PostgreSQL underneath: lost connections, other versions, who leads, what is no text there."""

from __future__ import annotations

import contextlib
import pathlib
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
import server
from stories import NOW, entry, keep, record

from aggregator.core import errors
from aggregator.edges import store
from aggregator.edges.store import migrate


@pytest.fixture
def url(postgres: server.Server) -> str:
    """The address of an empty database."""
    return postgres.database()


@pytest.fixture
def kept(url: str, tmp_path: pathlib.Path) -> Iterator[store.Store]:
    """A store in it."""
    with contextlib.closing(store.open_store(tmp_path, url)) as made:
        yield made


def cut(url: str) -> None:
    """End all connections to a database, as a server does that is restarted."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_cut_connections(kept: store.Store, url: str) -> None:
    """Reading goes on by itself; a transaction that was cut is refused, and the next one is kept."""
    kept.note("price", "1")
    cut(url)
    assert kept.noted("price") == "1"
    cut(url)
    with contextlib.suppress(errors.StoreError):
        kept.note("price", "2")
    kept.note("price", "3")
    assert kept.noted("price") == "3"


def test_cut_in_the_middle(kept: store.Store, url: str) -> None:
    """Nothing of a transaction is kept that the server ended."""
    kept.enrol([store.Enrolment("https://paper.example/feed", None)], [], "", NOW)
    (source,) = kept.sources()

    def broken() -> None:
        with kept.writing() as writing:
            writing.insert([record(source, entry("heron"))])
            cut(url)
            writing.save([source])

    with pytest.raises(errors.StoreError, match="see that it runs"):
        broken()
    assert kept.newest([source.row], 0, 9) == []
    keep(kept, source, record(source, entry("heron")))


def test_a_server_that_is_not_there() -> None:
    """Is told with its address, without its password."""
    with pytest.raises(errors.StoreError, match=r"127\.0\.0\.1") as caught:
        store.open_store(pathlib.Path(), "postgresql://me:secret-word@127.0.0.1:1/feeds")
    assert "secret-word" not in str(caught.value)


def test_another_version_takes_the_store(
    kept: store.Store, url: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who had it open is refused from then on, with what to do; who is older is refused at the start."""
    kept.note("price", "1")
    steps = migrate.scripts() | {migrate.newest() + 1: "CREATE TABLE hues (name TEXT)"}
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "scripts", lambda: steps)
        store.open_store(tmp_path, url).close()
    with pytest.raises(errors.StoreNewer, match="install the same version everywhere"):
        kept.note("price", "2")
    with pytest.raises(errors.StoreNewer, match="was written by a newer version"):
        store.open_store(tmp_path, url)
    assert kept.noted("price") == "1"


def test_a_worker_makes_no_store(url: str, tmp_path: pathlib.Path) -> None:
    """It waits for a `run` to do so, and says it."""
    with pytest.raises(errors.StoreError, match="there is no store in"):
        store.open_store(tmp_path, url, making=False)


def test_programs_that_start_together(url: str, tmp_path: pathlib.Path) -> None:
    """Make one store."""
    made: list[store.Store] = []
    threads = [threading.Thread(target=lambda: made.append(store.open_store(tmp_path, url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made[0].note("price", "1")
    assert [one.noted("price") for one in made] == ["1"] * 4
    for one in made:
        one.close()


def test_one_leads(kept: store.Store, url: str, tmp_path: pathlib.Path) -> None:
    """As long as it has its connection; then another one does."""
    with contextlib.closing(store.open_store(tmp_path, url)) as other:
        assert (kept.shared.lead(), other.shared.lead(), kept.shared.lead()) == (True, False, True)
        kept._db.close()
        for _ in range(200):  # the server learns of it in its time
            if other.shared.lead():
                return
            time.sleep(0.1)
        pytest.fail("nobody leads")


def test_what_is_no_text_there(kept: store.Store) -> None:
    """A character that PostgreSQL's texts cannot hold is left out."""
    kept.note("price", "a\0b")
    assert kept.noted("price") == "ab"
