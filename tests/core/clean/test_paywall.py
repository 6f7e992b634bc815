"""Signs of a paywall."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml

from aggregator.core import clean, model

CASES = yaml.safe_load((pathlib.Path(__file__).parents[2] / "cases" / "clean" / "paywall.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case)[:60])
def test_signs(case: dict[str, Any]) -> None:
    """At the edges of the text, in the title, as a category; also when cleaning takes the line out."""
    categories = tuple(map(model.Category, case.get("categories", ())))
    came = model.Entry("1", title=case.get("title", "The ferry"), content=case.get("content", ""), categories=categories)
    assert clean.clean(came).entry.paywall is case["shows"]


def test_in_the_middle_it_is_what_the_article_says() -> None:
    """Only the first and the last texts count."""
    said = "".join(f"<p>Part {number} of the tale.</p>" for number in range(7))
    came = model.Entry("1", content=f"{said}<p>Members only.</p>{said}")
    assert not clean.clean(came).entry.paywall


def test_what_is_known_of_its_page_stays() -> None:
    """A page that calls itself one for subscribers is evidence enough."""
    assert clean.clean(model.Entry("1", content="<p>The ferry.</p>", paywall=True)).entry.paywall
