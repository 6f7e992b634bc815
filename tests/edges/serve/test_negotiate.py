"""Content codings and conditions, as tables of cases and as laws."""

import json
import pathlib
import re

import hypothesis
import hypothesis.strategies as st
import pytest

from aggregator.edges.serve import negotiate

_CASES = json.loads((pathlib.Path(__file__).parents[2] / "cases" / "serve" / "accept_encoding.json").read_text("utf-8"))
_WEIGHTS = st.sampled_from(["", ";q=0", ";q=0.001", ";q=0.5", ";q=1", ";q=1.000"])
_NAMES = st.sampled_from(["gzip", "br", "zstd", "identity", "*", "deflate"])
_MEMBERS = st.lists(st.tuples(_NAMES, _WEIGHTS), unique_by=lambda member: member[0], max_size=6)


@pytest.mark.parametrize("case", _CASES, ids=[str(case["accept"]) for case in _CASES])
def test_coding_cases(case: dict[str, str]) -> None:
    """Each way to say what codings are welcome gets the coding that the case names."""
    assert negotiate.coding(case["accept"]) == case["coding"], case["why"]


@hypothesis.given(st.text())
def test_any_field_is_answered(accept: str) -> None:
    """Whatever the field says, the answer is a coding we have."""
    assert negotiate.coding(accept) in (*negotiate.CODINGS, negotiate.IDENTITY)


@hypothesis.given(_MEMBERS)
def test_the_choice_is_welcome_and_none_is_more_so(members: list[tuple[str, str]]) -> None:
    """The chosen coding is acceptable if any is, and no other on offer has a greater weight."""
    weights = {name: float(weight[3:] or "1") for name, weight in members}
    others = weights.get("*", 0.0)
    offered = {name: weights.get(name, others) for name in negotiate.CODINGS}
    offered[negotiate.IDENTITY] = weights.get(negotiate.IDENTITY, weights.get("*", 0.0005))
    chosen = negotiate.coding(", ".join(name + weight for name, weight in members))
    assert offered[chosen] == max(offered.values())


@hypothesis.given(_MEMBERS, st.sampled_from([",", " ,", ",\t", ", ,"]))
def test_spelling_does_not_matter(members: list[tuple[str, str]], comma: str) -> None:
    """Case, white space and empty members change nothing."""
    plain = ", ".join(name + weight for name, weight in members)
    odd = comma.join((name + weight.replace(";", " ; ")).upper().replace("Q=", "q=") for name, weight in members)
    assert negotiate.coding(odd) == negotiate.coding(plain)


@hypothesis.given(st.lists(st.text(st.characters(exclude_characters='"', max_codepoint=255)), min_size=1), st.data())
def test_a_named_tag_is_found_in_any_list(opaque: list[str], data: st.DataObject) -> None:
    """A tag of ours is found wherever it stands among others, strong or weak; no other is."""
    mine = data.draw(st.sampled_from(opaque))
    field = ", ".join(data.draw(st.sampled_from(["", "W/"])) + f'"{tag}"' for tag in opaque)
    assert negotiate.matching(field, ('"never said"', f'"{mine}"')) == f'"{mine}"'
    assert negotiate.matching(field, ('"never" "said"',)) is None


@hypothesis.given(st.text())
def test_any_date_is_judged(field: str) -> None:
    """Whatever stands where a date should, it is judged; what has no digit is never believed."""
    judged = negotiate.unmodified(field, 0, 2e9)
    assert judged is False or re.search(r"\d", field)
