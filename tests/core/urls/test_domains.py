"""Whose a host is."""

from __future__ import annotations

import pytest

from aggregator.core import urls


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("feeds.paper.example", "paper.example"),
        ("paper.example", "paper.example"),
        ("feeds.bbci.co.uk", "bbci.co.uk"),
        ("www.bbci.co.uk.", "bbci.co.uk"),
        ("co.uk", "co.uk"),
        ("ann.github.io", "ann.github.io"),
        ("github.io", "github.io"),
        ("a.b.c.kobe.jp", "b.c.kobe.jp"),
        ("news.xn--85x722f.com.cn", "xn--85x722f.com.cn"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("", ""),
    ],
)
def test_registrable_domains(host: str, domain: str) -> None:
    """By the Public Suffix List, its private part included; addresses and what has none are themselves."""
    assert urls.domain(host) == domain
