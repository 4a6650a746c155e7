"""Requests to the admin API by http, https or a Unix socket."""
from __future__ import annotations

import http.client
import io
import json
import os
import socket
import ssl
import warnings
from typing import Any, Dict, Generic, Mapping, Optional, Tuple, TypeVar, Union
from urllib.parse import quote, urlencode, urlsplit

from .errors import Unreachable, refusal

SOCKET = "/run/heddle/api.sock"
HERE = "http://127.0.0.1:8080"
#: seconds for a connection
_CONNECT = 10.0

T = TypeVar("T")
PathPart = Union[str, int]
#: the text of one network file, or texts by file name
Texts = Union[str, Mapping[str, str]]


class Answer(Generic[T]):
    """The value of an answer, and what its head says."""

    def __init__(self, value: T, status: int, etag: str) -> None:
        self.value = value
        #: of HTTP: 200, 201 for a new piece, 202 if not everything is confirmed yet, 503 for health
        self.status = status
        #: identifies what was read, for if_match; empty if the answer has none
        self.etag = etag

    def __repr__(self) -> str:
        return "Answer(%r, status=%d, etag=%r)" % (self.value, self.status, self.etag)


class Stream(io.RawIOBase):
    """An answer that the controller still writes to. Close it, or use it in a with statement.

    Reading raises Unreachable when the connection breaks.
    """

    def __init__(self, connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> None:
        super().__init__()
        self._connection = connection
        self._answer = answer

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._answer.read1(len(buffer))
        except (OSError, http.client.HTTPException) as e:
            raise Unreachable("the stream broke: %s" % (e or type(e).__name__)) from e
        buffer[:len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._answer.close()
            self._connection.close()
        super().close()


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_CONNECT)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(_CONNECT)
        try:
            self.sock.connect(self._path)
        except OSError:
            self.sock.close()
            raise


def path(template: str, *parts: PathPart) -> str:
    """A path whose {} are filled with parts. A part with a slash stays one part."""
    return template.format(*(quote(str(p), safe="") for p in parts))


class Transport:
    """Sends requests, each by a connection of its own: a client may be shared by threads.

    url is http://ADDRESS:PORT, https://ADDRESS:PORT or unix:PATH. Without it HEDDLE_API counts, then this machine's
    socket, if this user may write to it, then http://127.0.0.1:8080. token, ca, cert and key are what HEDDLE_TOKEN (or
    the file that HEDDLE_TOKEN_FILE names), HEDDLE_CACERT, HEDDLE_CERT and HEDDLE_KEY say otherwise; the last three are
    names of PEM files. timeout is how many seconds an answer may pause. Raises ValueError if these do not fit.
    """

    def __init__(self, url: Optional[str] = None, *, token: Optional[str] = None, ca: Optional[str] = None,
                 cert: Optional[str] = None, key: Optional[str] = None, timeout: float = 660.0) -> None:
        named = url or os.environ.get("HEDDLE_API")
        self.url = (named or _here()).rstrip("/")
        self.timeout = timeout
        self._token = token or _token(bool(named) or self.url.startswith("unix:"))
        if self._token and any(c < "!" or c > "~" for c in self._token):
            raise ValueError("the token has a blank or control character: is its file the right one?")
        self._target, self._tls = _target(
            self.url, ca or os.environ.get("HEDDLE_CACERT"), cert or os.environ.get("HEDDLE_CERT"),
            key or os.environ.get("HEDDLE_KEY"))

    def _connection(self) -> http.client.HTTPConnection:
        if isinstance(self._target, str):
            return _UnixConnection(self._target)
        host, port = self._target
        if self._tls:
            return http.client.HTTPSConnection(host, port, timeout=_CONNECT, context=self._tls)
        return http.client.HTTPConnection(host, port, timeout=_CONNECT)

    def _open(self, method: str, target: str, *, query: Optional[Mapping[str, Any]] = None,
              headers: Optional[Mapping[str, Any]] = None, body: Any = None, media: str = "",
              files: Optional[Texts] = None, accept: str = "", timeout: Optional[float] = None,
              expected: Tuple[int, ...] = ()) -> Stream:
        """Sends a request and reads the head of its answer. Raises Refused or Unreachable."""
        head = {name: str(value) for name, value in (headers or {}).items() if value is not None}
        data = None
        if isinstance(files, str):
            data, media = files.encode(), "application/yaml"
        elif files is not None:
            data, media = json.dumps({"files": dict(files)}).encode(), "application/json"
        elif media:
            data = json.dumps(body).encode()
        if media:
            head["Content-Type"] = media
        if accept:
            head["Accept"] = accept
        if self._token:
            head["Authorization"] = "Bearer " + self._token
        asked = {name: _word(value) for name, value in (query or {}).items() if value is not None}
        if asked:
            target += "?" + urlencode(asked)
        connection = self._connection()
        try:
            connection.connect()
            connection.sock.settimeout(timeout or self.timeout)
            answer = _exchange(connection, method, target, data, head)
            if answer.status >= 400 and answer.status not in expected:
                raise refusal(answer.status, answer.read(), answer.getheader("Retry-After", ""))
            return Stream(connection, answer)
        except (OSError, http.client.HTTPException) as e:
            connection.close()
            raise Unreachable(self._why(e)) from e
        except BaseException:
            connection.close()
            raise

    def _why(self, e: Exception) -> str:
        if isinstance(e, ssl.SSLCertVerificationError):
            return "%s: %s; name its authority by ca= or HEDDLE_CACERT" % (self.url, e.verify_message)
        if isinstance(e, PermissionError):
            return "%s: only root and the group heddle may use this socket (adduser USER heddle)" % self.url
        if isinstance(e, (socket.timeout, TimeoutError)):
            return "the controller at %s does not answer" % self.url
        if isinstance(e, (ConnectionRefusedError, FileNotFoundError)):
            return "no controller answers at %s: start one with heddle controller, or name another by url= or " \
                   "HEDDLE_API" % self.url
        return "the controller at %s does not answer: %s" % (self.url, e or type(e).__name__)

    def _read(self, stream: Stream) -> bytes:
        with stream:
            try:
                return stream._answer.read()
            except (OSError, http.client.HTTPException) as e:
                raise Unreachable(self._why(e)) from e

    def _json(self, method: str, target: str, **more: Any) -> Any:
        return self._answer(method, target, **more).value

    def _answer(self, method: str, target: str, **more: Any) -> Answer[Any]:
        # Health answers 503 in its own form.
        expected = (503,) if target.startswith("/health/") else ()
        stream = self._open(method, target, expected=expected, **more)
        head = stream._answer
        body = self._read(stream)
        try:
            return Answer(json.loads(body), head.status, head.getheader("ETag", ""))
        except ValueError as e:
            raise Unreachable("%s does not answer as Heddle does: %r" % (self.url, body[:80])) from e

    def _text(self, method: str, target: str, **more: Any) -> str:
        return self._read(self._open(method, target, **more)).decode()

    def _stream(self, method: str, target: str, **more: Any) -> Stream:
        return self._open(method, target, **more)


def _exchange(connection: http.client.HTTPConnection, method: str, target: str, data: Optional[bytes],
              head: Dict[str, str]) -> http.client.HTTPResponse:
    try:
        connection.request(method, target, data, head)
    except (BrokenPipeError, ConnectionResetError):
        # A controller that does not read the whole request may still have said why.
        try:
            return connection.getresponse()
        except http.client.HTTPException:
            pass
        raise
    return connection.getresponse()


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _here() -> str:
    return "unix:" + SOCKET if os.access(SOCKET, os.W_OK) else HERE


def _token(trusted: bool) -> Optional[str]:
    """The token of the environment. Any user of this machine may listen at the address that nobody has named."""
    token = os.environ.get("HEDDLE_TOKEN")
    file = os.environ.get("HEDDLE_TOKEN_FILE")
    if not token and not file:
        return None
    if not trusted:
        warnings.warn("your token is not sent to %s, where any user of this machine may listen; to send it, name the "
                      "controller: Client(%r)" % (HERE, HERE), stacklevel=4)
        return None
    if not token and file:
        with open(file, encoding="utf-8") as f:
            token = f.read().strip()
    return token


def _target(url: str, ca: Optional[str], cert: Optional[str], key: Optional[str]) \
        -> Tuple[Union[str, Tuple[str, int]], Optional[ssl.SSLContext]]:
    if url.startswith("unix:"):
        name = url[len("unix:"):]
        if not name.startswith("/"):
            raise ValueError("%s is not the path of a socket such as unix:%s" % (url, SOCKET))
        return name, None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username:
        raise ValueError("%s: expected a URL such as https://net.example:8443, or unix:%s" % (url, SOCKET))
    if parts.scheme == "http":
        return (parts.hostname, parts.port or 80), None
    if bool(cert) != bool(key):
        raise ValueError("a certificate needs its key, and a key its certificate: give both cert and key")
    context = ssl.create_default_context(cafile=ca)
    if cert:
        context.load_cert_chain(cert, key)
    return (parts.hostname, parts.port or 443), context
