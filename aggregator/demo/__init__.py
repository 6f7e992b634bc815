"""The demo newsroom: a local web server of made-up sources that publish while you watch; it imports nothing of the aggregator."""

from aggregator.demo import expectations, newsroom

Expected = expectations.Expected
Trouble = expectations.Trouble
Newsroom = newsroom.Newsroom

__all__ = ["Expected", "Newsroom", "Trouble"]
