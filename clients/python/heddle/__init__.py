"""Client of Heddle's admin API.

    from heddle import Client

    client = Client()
    client.put_port("hv1", "br0", "vm17", {"access": "red"})
    for event in client.events():
        print(event["time"], event["kind"], event["subject"], event["text"])
"""
from .client import Applied, Client
from .errors import (
    Busy, Conflict, Fault, HeddleError, Invalid, NeedsConfirmation, NotAllowed, NotFound, Refused, Unreachable,
)
from .files import read_files
from .transport import Answer, Stream

__version__ = "0.1.0"

__all__ = [
    "Answer", "Applied", "Busy", "Client", "Conflict", "Fault", "HeddleError", "Invalid", "NeedsConfirmation",
    "NotAllowed", "NotFound", "Refused", "Stream", "Unreachable", "read_files",
]
