"""What may go wrong, as exceptions."""
from __future__ import annotations

import json
from typing import Any, Dict, List, NamedTuple


class Fault(NamedTuple):
    """An error in a network file: where it is, and what would be right."""

    file: str
    #: lines and columns count from 1; 0 in a piece that was sent without its file
    line: int
    column: int
    #: the key, such as hosts.hv1.bridges.br0.ports.vm1.access
    path: str
    detail: str

    def __str__(self) -> str:
        place = "%s:%d:%d: " % (self.file, self.line, self.column) if self.file else ""
        return place + (self.path + ": " if self.path else "") + self.detail


class HeddleError(Exception):
    """The base of all errors of this package."""


class Unreachable(HeddleError):
    """No controller answers, the connection broke, or the peer is not whom its certificate should name."""


class NeedsConfirmation(HeddleError):
    """The plan contains what Heddle cannot undo. Nothing was changed."""

    def __init__(self, plan: Dict[str, Any]) -> None:
        self.plan = plan
        #: what cannot be undone, a sentence each
        self.confirmations: List[str] = plan.get("confirmations", [])
        super().__init__("nothing was changed: the plan needs confirmation; pass accept=True to accept\n"
                         + "\n".join(self.confirmations))


class Refused(HeddleError):
    """The controller refuses. Nothing was changed, unless the detail says otherwise."""

    def __init__(self, status: int, detail: str, faults: List[Fault], findings: List[Dict[str, Any]],
                 retry_after: float) -> None:
        #: of HTTP
        self.status = status
        self.detail = detail
        self.faults = faults
        #: what a check of the file found, with severity, place and text
        self.findings = findings
        #: seconds after which the controller asks to be tried again, 0 if it says nothing
        self.retry_after = retry_after
        lines = [detail] + [str(f) for f in faults] + [_finding(f) for f in findings]
        super().__init__("\n".join(lines))


class Invalid(Refused):
    """The request or the network file is wrong (400, 422)."""


class NotAllowed(Refused):
    """Nobody knows who asks (401), or their role or scope is too small (403)."""


class NotFound(Refused):
    """There is no such piece (404)."""


class Conflict(Refused):
    """Somebody else has changed it meanwhile, or it exists already (409, 412)."""


class Busy(Refused):
    """A limit of the controller, or it cannot change anything at the moment (503)."""


_BY_STATUS = {400: Invalid, 422: Invalid, 401: NotAllowed, 403: NotAllowed, 404: NotFound, 409: Conflict,
              412: Conflict, 503: Busy}


def refusal(status: int, body: bytes, retry_after: str) -> Refused:
    """The exception for an answer with an error's status."""
    try:
        problem = json.loads(body)
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        # A proxy in between, or no Heddle at all.
        problem = {"detail": "HTTP status %d: %s" % (status, body[:200].decode("utf-8", "replace").strip())}
    faults = [Fault(e.get("file", ""), e.get("line", 0), e.get("column", 0), e.get("path", ""), e.get("detail", ""))
              for e in problem.get("errors", [])]
    seconds = float(retry_after) if retry_after.isdigit() else 0.0
    kind = _BY_STATUS.get(status, Refused)
    return kind(status, problem.get("detail", "the controller refuses"), faults, problem.get("findings", []), seconds)


def _finding(finding: Dict[str, Any]) -> str:
    place = finding.get("place", "")
    return "%s: %s%s" % (finding.get("severity", ""), place + ": " if place else "", finding.get("text", ""))
