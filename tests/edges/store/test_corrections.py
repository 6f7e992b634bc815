"""What edits corrected, as it is kept."""

from __future__ import annotations

from stories import DAY, HOUR, NOW, entry, keep, record

from aggregator.core import model
from aggregator.edges import store
from aggregator.edges.store import corrections


def test_of_many_the_newest_are_kept(kept: store.Store, source: model.SourceState) -> None:
    """In the order of the edits, each with its time."""
    (id,) = keep(kept, source, record(source, entry("heron")))
    for number in range(corrections.KEPT + 5):
        with kept.writing() as writing:
            told = model.Correction("number", str(number), str(number + 1))
            writing.replace(record(source, entry("heron"), NOW + number * HOUR), (told,))
    found = kept.figures.corrections([id, "urn:other"])
    assert set(found) == {id}
    assert [one.before for one in found[id]] == [str(number) for number in range(5, corrections.KEPT + 5)]
    assert found[id][-1].at == NOW + (corrections.KEPT + 4) * HOUR
    assert kept.figures.corrected(NOW, 10) == [id]
    assert kept.figures.corrected(NOW + 9 * DAY, 10) == []
