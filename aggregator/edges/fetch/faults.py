"""What other people's libraries raise, in our words: never their texts, which may hold headers or whatever a server sent."""

from __future__ import annotations

import contextlib
import http
from collections.abc import Callable, Iterator

import httpx

from aggregator.core import errors

FOREIGN = (
    httpx.InvalidURL,
    OSError,
    ValueError,
)
_ADVICE = {
    204: ", which is no feed",
    206: ", which is not the whole document",
    304: " although it was not asked what changed",
    401: "; check the password or the headers of this source",
    403: "; it may want a password or headers, or none like us",
    404: "; check the address",
    407: "; check the password of the proxy",
    410: ", gone for good; remove the source",
    429: "; it is asked too often",
}


@contextlib.contextmanager
def at(place: Callable[[], str]) -> Iterator[None]:
    """Whatever goes wrong inside leaves as a FetchError whose text begins with the place, which is asked for only then."""
    try:
        yield
    except errors.FetchError as error:
        error.args = (f"{place()}: {error}",)
        raise
    except FOREIGN as error:
        raise _translated(error, place()) from None


def _translated(error: Exception, place: str) -> errors.FetchError:
    match error:
        case httpx.InvalidURL():
            return errors.AddressRefused(f"{place}: no address that can be asked")
        case _:
            return errors.FetchError(f"{place}: the connection broke ({type(error).__name__})")


def challenged(code: int, whose: str, retry_after: float | None, url: str) -> errors.Challenged:
    """The error of a bot check."""
    said = f"answered {code} with a bot check ({whose}) that only browsers pass; ask its people to let feed readers in"
    return errors.Challenged(said, status=code, retry_after=retry_after, url=url)


def status(code: int, retry_after: float | None, url: str) -> errors.StatusError:
    """The error of a status that is no success."""
    phrase = f" ({http.HTTPStatus(code).phrase})" if code in set(http.HTTPStatus) else ""
    return errors.StatusError(f"answered {code}{phrase}{_ADVICE.get(code, '')}", status=code, retry_after=retry_after, url=url)
