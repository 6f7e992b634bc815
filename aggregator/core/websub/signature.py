"""Whether a delivery comes from who knows the secret (WebSub 8)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence

_METHODS = ("sha1", "sha256", "sha384", "sha512")  # the weakest first
_SIGNATURE = re.compile(r"\s*(sha1|sha256|sha384|sha512)=([0-9a-f]{40,128})\s*", re.IGNORECASE)


def signed(given: Sequence[str], secret: str, body: bytes) -> bool:
    """Whether the strongest of the signatures of a delivery, `method=hexdigest` each, is right.

    All four methods of the recommendation count: SHA-1 too is safe in an HMAC, and hubs in use know no other.
    """
    read = [(found[1].lower(), found[2].lower()) for one in given if (found := _SIGNATURE.fullmatch(one))]
    if not read:
        return False
    method, digest = max(read, key=lambda pair: _METHODS.index(pair[0]))
    return hmac.compare_digest(hmac.digest(secret.encode(), body, method).hex(), digest)
