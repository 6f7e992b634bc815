"""Pages that would keep a parser busy are told from those that are only large."""

from __future__ import annotations

import pytest

from aggregator.core.extract import bounds


@pytest.mark.parametrize(
    "page",
    [
        "<p>x" * 100_000,
        "<div>x</div>" * 100_000,
        "<br><img src=x>" * 50_000,
        f'<img src="data:image/png;base64,{"A" * 1_000_000}">',
        f"<script>{'a b=c ' * 100_000}</script>",
        "a < b " * 100_000,
        f"<p title='{'a=b ' * 10_000}'>",
    ],
)
def test_large_pages(page: str) -> None:
    """Many elements, long values and scripts are what pages have."""
    assert bounds.bounded(page)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000,
        "<b><i>" * 50_000,
        "<DIV a=1>" * 5_000,
        f"<p {' '.join(f'a{i}' for i in range(50_000))}>",
        f"<p {' '.join(f'a{i}=1' for i in range(50_000))}>",
        f"<p a='>' {'/'.join(f'a{i}' for i in range(50_000))}>",
    ],
)
def test_floods(page: str) -> None:
    """Elements nested by the thousand, or attributes by the thousand, are an attack."""
    assert not bounds.bounded(page)
