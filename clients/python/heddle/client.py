"""The client: every operation of the admin API, and what programs make of several of them."""
from __future__ import annotations

import http.client
import json
import os
import time
from typing import Any, Callable, Dict, Iterator, NamedTuple, Optional, TypeVar, Union, cast

from .errors import Conflict, NeedsConfirmation, Refused, Unreachable
from .files import read_files
from .models import EventRow, Operation, Plan
from .operations import Operations
from .transport import Answer, Stream, Texts

T = TypeVar("T")
#: The controller writes at least every 15 seconds.
_SILENCE = 45.0
_LONGEST_PAUSE = 10.0


class Applied(NamedTuple):
    """What apply has done."""

    plan: Plan
    operation: Operation
    #: whether the plan or the text of the files changed anything
    changed: bool


class Client(Operations):
    """A controller's admin API. The methods have the names of openapi.yaml's operations: listPorts is list_ports.

    Raises HeddleError when the controller refuses or does not answer; see heddle.errors.
    """

    def apply(self, source: Union["os.PathLike[str]", Texts], *, accept: bool = False, message: Optional[str] = None,
              author: Optional[str] = None, wait: int = 30, trial: Optional[int] = None) -> Applied:
        """Plans network files, applies them, and waits until hosts and switches confirm.

        source is the name of a file or folder, texts by file name, or one text, which has a line break. accept is
        whether to accept what the plan needs confirmation for. wait and trial are in seconds. Raises NeedsConfirmation,
        and Conflict if somebody else changes the network meanwhile.
        """
        files = texts(source)
        before = self.get_files().value.get("files", {})
        plan = self.plan(files)
        if plan.get("confirmations") and not accept:
            raise NeedsConfirmation(cast(Dict[str, Any], plan))
        done = self.put_files(files, base=plan.get("base"), message=message, author=author, wait=wait, trial=trial)
        same = list(before.values()) == [files] if isinstance(files, str) else dict(files) == before
        return Applied(plan, done.value, not same or not plan.get("empty", False))

    def update(self, read: Callable[[], Answer[T]], change: Callable[[T], T],
               write: Callable[[T, str], Answer[Operation]], attempts: int = 10) -> Answer[Operation]:
        """Reads, changes and writes a piece, and again if somebody else has changed it meanwhile.

            client.update(lambda: client.get_network("red"),
                          lambda red: {**red, "mtu": 1400},
                          lambda red, etag: client.put_network("red", red, if_match=etag))
        """
        for left in range(attempts - 1, -1, -1):
            piece = read()
            try:
                return write(change(piece.value), piece.etag)
            except Conflict as e:
                if e.status != 412 or not left:
                    raise
        raise ValueError("attempts must be at least 1")

    def last_event(self) -> int:
        """The id of the newest event, 0 if there is none."""
        stream = self._open("GET", "/api/v1/events", query={"limit": 0})
        total = int(stream._answer.getheader("X-Total-Count", "0"))
        stream.close()
        rows = self.list_events(offset=max(0, total - 1))
        return rows[-1]["id"] if rows else 0

    def events(self, since: Optional[int] = None, *, kind: Optional[str] = None,
               subject: Optional[str] = None, resume: bool = True) -> Iterator[EventRow]:
        """Events as they happen, for ever. since is the id of the last one that is known already, 0 for all that the
        controller keeps; by default only events from now on.

        When the connection breaks, the stream resumes after the last event, and none is missed, unless the controller
        has had more than 10,000 meanwhile. With resume=False it raises Unreachable instead.
        """
        last = self.last_event() if since is None else since
        return self._follow(last, kind, subject, resume)

    def _follow(self, last: int, kind: Optional[str], subject: Optional[str], resume: bool) -> Iterator[EventRow]:
        pause = 0.2
        while True:
            try:
                stream = self._open("GET", "/api/v1/events", headers={"Last-Event-ID": last},
                                    accept="text/event-stream", timeout=_SILENCE)
                with stream:
                    for event in _sent(stream):
                        last = event["id"]
                        pause = 0.2
                        if kind in (None, event["kind"]) and subject in (None, event["subject"]):
                            yield event
                raise Unreachable("the controller at %s has ended the stream of events" % self.url)
            except (Unreachable, Refused) as e:
                # A proxy answers 502 or 504 while the controller is away.
                if not resume or isinstance(e, Refused) and e.status < 500:
                    raise
                pause = max(pause, getattr(e, "retry_after", 0.0))
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


def _sent(stream: Stream) -> Iterator[EventRow]:
    """The events of a stream. Source: WHATWG HTML, server-sent events."""
    while True:
        try:
            line = stream._answer.readline()
        except (OSError, http.client.HTTPException) as e:
            raise Unreachable("the stream of events broke: %s" % (e or type(e).__name__)) from e
        if not line:
            return
        if line.startswith(b"data: ") and line.endswith(b"\n"):
            yield json.loads(line[len(b"data: "):])


def texts(source: Union["os.PathLike[str]", Texts]) -> Texts:
    """What apply takes: a text with line breaks or texts by file name as they are, or those of a file or folder."""
    if isinstance(source, str):
        return source if "\n" in source else read_files(source)
    return read_files(source) if isinstance(source, os.PathLike) else source
