"""Authors."""

import pytest

from aggregator.core import model
from aggregator.core.parse import people


def test_person() -> None:
    """A name as plain text with what is valid of address and e-mail."""
    found = people.person(" <b>Ada</b> &amp; Co. ", "/ada", "ada@quill.example", "https://q.example/")
    assert found == model.Author("Ada & Co.", "https://q.example/ada", "ada@quill.example")
    assert people.person("Ada", "javascript:x", "no address") == model.Author("Ada")


@pytest.mark.parametrize(
    "email", ["a@b", "a b@c.example", "<x>@c.example", "a@b@c.example", "@c.example", "a@-", "a@" + "b." * 9 + "c" * 99, 5, None]
)
def test_bad_email(email: object) -> None:
    """What is no e-mail address is left out."""
    assert people.person("Ada", None, email) == model.Author("Ada")


def test_nameless() -> None:
    """Who has but an e-mail address is named by it; who has nothing is nobody; names end somewhere."""
    assert people.person("", None, "ada@quill.example") == model.Author("ada", None, "ada@quill.example")
    assert people.person(None) is None
    assert people.person({"name": "x"}) is None
    assert len(people.person("x" * 9999).name) == 200  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("carla@courier.example (Carla Brush)", "Carla Brush"),
        ("Carla Brush <carla@courier.example>", "Carla Brush"),
        ("Carla Brush (carla@courier.example)", "Carla Brush"),
        ("carla@courier.example", ""),
    ],
)
def test_long_top_level_domains(written: str, name: str) -> None:
    """feedparser knows none of more than four letters; what it cut is put together again."""
    assert people.whole({"name": "ple (…", "email": "carla@courier.exam"}, written) == {
        "name": name,
        "email": "carla@courier.example",
    }


@pytest.mark.parametrize("written", ["ada@quill.org (Ada)", "Ada", "other@quill.organic", None, 5])
def test_rightly_split(written: object) -> None:
    """What was right stays."""
    found = {"name": "Ada", "email": "ada@quill.org"}
    assert people.whole(found, written) == found
    assert people.whole({"name": "Ada"}, "ada@quill.organic") == {"name": "Ada"}


def test_distinct() -> None:
    """Everybody once, in order, with all that is known; not more than the bound."""
    found = [model.Author("Ada"), None, model.Author("Ben", "https://b.example/"), model.Author("ADA", None, "a@q.example")]
    assert people.distinct(found) == (model.Author("Ada", None, "a@q.example"), model.Author("Ben", "https://b.example/"))
    assert len(people.distinct(model.Author(f"a{i}") for i in range(999))) == people.MOST
