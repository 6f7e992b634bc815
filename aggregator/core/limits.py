"""Every bound on what strangers may cost us, in one place."""

from __future__ import annotations

import dataclasses
from typing import Annotated, ClassVar

import pydantic

_Positive = Annotated[int, pydantic.Strict(), pydantic.Field(ge=1)]
_Seconds = Annotated[float, pydantic.Strict(), pydantic.Field(gt=0, allow_inf_nan=False)]


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on fetching, parsing and cleaning; each error names the limit that it met."""

    __pydantic_config__: ClassVar[pydantic.ConfigDict] = pydantic.ConfigDict(extra="forbid", use_attribute_docstrings=True)

    body: _Positive = 10_000_000
    """bytes of one document after decompression; beyond: "larger than …" (TooLarge)"""
    seconds: _Seconds = 30
    """seconds for one fetch in all, redirects included; beyond: "took longer than …" (FetchError, timeout)"""
    redirects: _Positive = 5
    """redirects followed in one fetch; beyond: "more than … redirects" (FetchError, redirect)"""
    headers: _Positive = 65_536
    """bytes of headers in one answer; beyond: "headers larger than …" (TooLarge)"""
    entries: _Positive = 2_000
    """entries read from one document; of more, the newest are read"""
    entry: _Positive = 1_000_000
    """characters of HTML read from one entry; longer texts are cut"""
    job_seconds: _Seconds = 12
    """seconds for parsing or cleaning one document; beyond: "took longer than …" (WorkerKilled)"""
    job_memory: _Positive = 400_000_000
    """bytes for parsing or cleaning one document; beyond: "needed more than …" (WorkerKilled)"""
    concurrency: _Positive = 50
    """fetches at once"""
    per_host: _Positive = 1
    """fetches at once from one public host (all hosts of a registrable domain are one)"""
    spacing: _Seconds = 2
    """seconds between two requests to one public host"""
    per_own_host: _Positive = 16
    """fetches at once from one host in `allow_addresses`"""
