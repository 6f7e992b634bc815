"""The model: trees read as they were written, features that are numbers on any page."""

from __future__ import annotations

import json
import math

import pytest
import selectolax.lexbor
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.extract import choose, features, head, lexicon, model, page

NONE = lexicon.Lexica({}, {}, {})
TAGS = "div p ul li table tr td article nav aside h1 h2 a b section footer blockquote pre".split()
NODES = st.recursive(
    st.sampled_from(["A long sentence, with a comma, that runs on for quite a while and then stops. ", "word", "12:30", "…", "猫"]),
    lambda inner: st.builds(
        lambda tag, name, parts: f"<{tag} class='{name}'>{''.join(parts)}</{tag}>",
        st.sampled_from(TAGS),
        st.sampled_from(["", "comments", "entry-content", "relatedPosts", "X"]),
        st.lists(inner, max_size=5),
    ),
    max_leaves=25,
)


def read(body: str) -> page.Page:
    """The blocks of a body."""
    tree = selectolax.lexbor.LexborHTMLParser(f"<html><body>{body}</body></html>")
    assert tree.body is not None
    return page.read(tree.body)


def written(leaves: list[int], **fields: object) -> str:
    """A model of one tree that asks six times whether feature 0 is above 1, 2 … 6."""
    questions = [value for border in range(1, 7) for value in (0, border)]
    told = {
        "threshold": 0.0,
        "bias": 0.5,
        "parts": [],
        "lexica": [["own", [1]], ["", []], ["said", [2]]],
        "trees": [[questions, leaves]],
    }
    return json.dumps(told | fields)


def test_a_tree_answers_by_its_questions() -> None:
    """The answers are the bits of a leaf's number, the first question's the lowest; leaves are thousandths."""
    known = model.read(written(list(range(64))))
    assert [known.score([value]) for value in (0.0, 1.5, 3.5, 9.0)] == pytest.approx([0.5, 0.501, 0.507, 0.563])
    assert known.score(None) == -math.inf


def test_trees_add_up() -> None:
    """Each has questions and leaves of its own; one may be shallower."""
    known = model.read(written([], trees=[[[0, 1, 1, 1], [-1000, 100, 10, 3000]], [[0, 2.5], [1, 2]]]))
    rows = [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [2.0, 2.0], [3.0, 2.0], [0.0, 2.0]]
    assert [known.score(row) for row in rows] == pytest.approx([-0.499, -0.499, 0.601, 3.501, 3.502, 0.511])


def test_the_shipped_model() -> None:
    """It asks for features that there are, and knows words of each kind."""
    known = model.model()
    assert all(0 <= feature < len(features.NAMES) for feature, _, _ in (*known.asked, *known.once))
    assert all(len(leaves) <= 256 for leaves in known.leaves)
    assert all((known.lexica.own, known.lexica.around, known.lexica.said))


@given(st.lists(NODES, max_size=6).map("".join))
def test_features_of_any_page(body: str) -> None:
    """As many finite numbers as there are names, for each block that is not in a menu."""
    blocks = read(body)
    rows = features.rows(blocks, head.Head({"og:title": "word"}, [], ""), model.model().lexica)
    assert len(rows) == len(blocks.blocks)
    for row in rows:
        assert row is None or (len(row) == len(features.NAMES) and all(map(math.isfinite, row)))


def test_menus_need_no_score() -> None:
    """What stands in a menu or a footer is never the article's."""
    rows = features.rows(read("<nav>a menu</nav><p>An article.</p><footer>a footer</footer>"), head.Head({}, [], ""), NONE)
    assert [row is None for row in rows] == [True, False, True]


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        ("<p>one</p><p>one</p>", [0, 1]),
        (f"<p>{'one ' * 30}</p><p>{'one ' * 30}</p>", [0]),
        ("<p>one two three</p><div class=comments><p>four</p></div>", [0]),
        ("<p>1</p><div class=comments><p>one two three</p></div>", [0, 1]),
        ("<p>one two three</p><div id=respond><p>four</p></div>", [0, 1]),
    ],
)
def test_choice(body: str, taken: list[int]) -> None:
    """Long texts once; comments never, unless the page calls nearly everything so."""
    blocks = read(body)
    features.rows(blocks, head.Head({}, [], ""), NONE)
    assert choose.choose(blocks.blocks, [1.0] * len(blocks.blocks), 0.0) == taken
    assert choose.choose(blocks.blocks, [-1.0] * len(blocks.blocks), 0.0) == []
