"""Batches: every host in one batch at a time, and as few batches as that takes."""

from __future__ import annotations

import hypothesis
from hypothesis import strategies

from aggregator.core.schedule import batches

HOSTS = strategies.sampled_from(["", "a.example", "b.example", "c.example", "d.example"])
DUE = strategies.lists(HOSTS, max_size=120).map(lambda hosts: list(enumerate(hosts, 1)))


@hypothesis.given(due=DUE, busy=strategies.sets(HOSTS))
def test_no_host_is_in_two_batches(due: list[tuple[int, str]], busy: set[str]) -> None:
    """Nor is one that is busy in any; the user's own machines, which are no host, may be."""
    made = batches.batches(due, busy)
    host_of = dict(due)
    of_hosts = [{host_of[row] for row in batch.rows} - {""} for batch in made]
    assert all(not one & other for place, one in enumerate(of_hosts) for other in of_hosts[:place])
    assert all(not hosts & busy for hosts in of_hosts)
    assert all(set(batch.host for _ in hosts) <= hosts | {""} for batch, hosts in zip(made, of_hosts, strict=True))


@hypothesis.given(due=DUE, busy=strategies.sets(HOSTS))
def test_all_that_can_go_goes_once(due: list[tuple[int, str]], busy: set[str]) -> None:
    """No source is in two batches, no batch is too large, and of each free host some go, as many as a batch has room for."""
    made = batches.batches(due, busy)
    rows = [row for batch in made for row in batch.rows]
    assert len(rows) == len(set(rows))
    assert all(0 < len(batch.rows) <= batches.MOST for batch in made)
    for host in {host for _, host in due}:
        waiting = [row for row, name in due if name == host]
        if host in busy and host:
            assert not set(waiting) & set(rows)
        elif host:
            assert [row for row in waiting if row in rows] == waiting[: batches.MOST]
        else:
            assert set(waiting) <= set(rows)


def test_hosts_with_one_source_share_batches() -> None:
    """What a job costs is shared; a host with several sources has a batch of its own, under its name."""
    due = [(number, f"h{number}.example") for number in range(60)] + [(100, "many.example"), (101, "many.example")]
    made = batches.batches(due, frozenset())
    assert [(batch.host, len(batch.rows)) for batch in made] == [("many.example", 2), ("", 25), ("", 25), ("", 10)]
