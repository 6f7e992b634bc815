"""A connection that can be found overdue, and that answers what is no HTTP without falling over."""

from __future__ import annotations

import contextlib

import h11
from uvicorn.protocols.http import h11_impl

from aggregator.edges.serve import answers


class Connection(h11_impl.H11Protocol):
    """uvicorn's connection over h11.

    uvicorn's own clock runs only between two requests: it waits for ever for the first head, for the end of a head, and for a
    client that does not take its answer. So connections are asked from time to time whether anything was finished.
    """

    _stage: tuple[object, bool] | None = None
    _since = 0.0

    def overdue(self, now: float, patience: float, longest: float) -> bool:
        """Whether the client has been sending one head for `patience` seconds, or taking one answer for `longest`.

        The last piece of an answer counts with the head that follows.
        """
        answering = self.cycle is not None and not self.cycle.response_complete
        stage = (self.cycle, answering)
        if stage != self._stage:
            self._stage, self._since = stage, now
        return now - self._since > (longest if answering else patience)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; when an answer is already on its way nothing can be said but goodbye."""
        if self.cycle is not None:
            self.cycle.disconnected = True  # the application must not answer after us
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        refusal = answers.text(400, "this is no HTTP request", {"connection": "close"})
        head = h11.Response(status_code=400, headers=refusal.raw_headers, reason=b"Bad Request")
        events = (head, h11.Data(data=bytes(refusal.body)), h11.EndOfMessage())
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def shutdown(self) -> None:
        """Close once the answer under way is out; a connection already broken must not stop the others from closing."""
        with contextlib.suppress(h11.LocalProtocolError):
            super().shutdown()
