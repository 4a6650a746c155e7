"""Mininet with a Heddle controller: a course's exercise is one Python file.

    from heddle.mininet import HeddleNet
    from mininet.topo import SingleSwitchTopo

    with HeddleNet(SingleSwitchTopo(3), network="lab.yaml") as net:
        net.pingAll()

Needs Mininet, which distributions package, Open vSwitch, and root.
"""
from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import textwrap
import time
import warnings
from functools import partial
from typing import Any, Optional

from mininet.net import Mininet  # type: ignore[import-not-found]
from mininet.node import Controller, Host, OVSSwitch  # type: ignore[import-not-found]

from .client import Applied, Client, texts
from .errors import HeddleError, Unreachable

#: seconds for the controller to start
_START = 60.0
_STOP = 15.0
#: where Open vSwitch listens for the file's ovsdb: tcp:127.0.0.1:6640
_MANAGER = "ptcp:6640:127.0.0.1"


class HeddleController(Controller):  # type: ignore[misc]
    """Starts a controller of Heddle on this machine's loopback, and stops it with the network.

    heddle is the program; by default that of HEDDLE, of the repository, or of the search path. state is the folder for
    the versions of the network; by default a new one, which is removed in the end. api_port is that of the admin API.
    """

    def __init__(self, name: str = "c0", *, heddle: Optional[str] = None, state: Optional[str] = None,
                 port: int = 6653, api_port: int = 8080, **params: Any) -> None:
        self._program = heddle or _program()
        self._state = state
        self._own = ""
        self._api_port = api_port
        self._process: Optional["subprocess.Popen[bytes]"] = None
        #: the controller's admin API
        self.client = Client("http://127.0.0.1:%d" % api_port)
        super().__init__(name, ip="127.0.0.1", port=port, **params)

    def checkListening(self) -> None:
        """Done by start."""

    def start(self) -> None:
        """Starts the controller and waits until it is ready. Raises HeddleError with its last lines if it ends."""
        for port, option in ((self.port, "port"), (self._api_port, "api_port")):
            _must_be_free(port, option)
        if not self._state and not self._own:
            self._own = tempfile.mkdtemp(prefix="heddle-mininet-")
        folder = self._state or self._own
        os.makedirs(folder, exist_ok=True)
        log = os.path.join(folder, "controller.log")
        command = [self._program, "controller", "--state", os.path.join(folder, "state"), "--openflow",
                   "127.0.0.1:%d" % self.port, "--ovsdb", "none", "--api", "127.0.0.1:%d" % self._api_port]
        # What is configured for an installed service is not for this one. Ctrl-C is for Mininet.
        with open(log, "ab") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                             start_new_session=True,
                                             env={**os.environ, "HEDDLE_CONTROLLER_CONF": "/dev/null"})
        # A script that ends by an exception leaves no controller behind.
        atexit.register(self._end)
        deadline = time.monotonic() + _START
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                with open(log, encoding="utf-8", errors="replace") as lines:
                    last = "".join(lines.readlines()[-20:])
                self._end()
                raise HeddleError("the controller did not start:\n" + last)
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        try:
            return self.client.ready().status == 200
        except Unreachable:
            return False

    def stop(self, *args: Any, **kwargs: Any) -> None:
        """Stops the controller. Switches keep their entries until Mininet removes them."""
        self._end()
        super(Controller, self).stop(*args, **kwargs)

    def kill(self) -> None:
        """Kills the controller at once, as a crash would. start() starts it again."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def _end(self) -> None:
        atexit.unregister(self._end)
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(_STOP)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None
        if self._own:
            shutil.rmtree(self._own, ignore_errors=True)
            self._own = ""


class HeddleSwitch(OVSSwitch):  # type: ignore[misc]
    """Open vSwitch with OpenFlow 1.3. datapath is user or kernel, which is faster and needs a module."""

    def __init__(self, name: str, *, datapath: str = "user", **params: Any) -> None:
        super().__init__(name, datapath=datapath, protocols="OpenFlow13", **params)


class HeddleHost(Host):  # type: ignore[misc]
    """A host without checksum offloading: the userspace datapath would forward unfinished checksums."""

    def config(self, **params: Any) -> Any:
        result = super().config(**params)
        for name in self.intfNames():
            self.cmd("ethtool -K %s tx off" % name)
        return result


class HeddleNet(Mininet):  # type: ignore[misc]
    """Mininet with a Heddle controller. start() also applies the network file, stop() also takes it back.

    network is the name of a file or folder, or a text. In it, the host ovsdb: tcp:127.0.0.1:6640 is this machine, its
    bridges are Mininet's switches, with datapath: netdev, and their ports have Mininet's names, such as s1-eth1. A
    switch that no file names learns MACs at once. datapath is that of the switches: user, or kernel, for which the file
    names no datapath. All else is as for Mininet.
    """

    def __init__(self, topo: Any = None, network: Any = None, *, datapath: str = "user", **params: Any) -> None:
        self._network = network
        self._managers: Optional[str] = None
        chosen = {"switch": partial(HeddleSwitch, datapath=datapath), "host": HeddleHost,
                  "controller": HeddleController, "waitConnected": 30, **params}
        super().__init__(topo=topo, **chosen)

    def __enter__(self) -> "HeddleNet":
        self.start()
        return self

    def __exit__(self, kind: Any, *failure: Any) -> None:
        if kind is None:
            self.stop()
        else:
            self._stop_after_failure()

    @property
    def heddle(self) -> Client:
        """The admin API of the controller."""
        for controller in self.controllers:
            if isinstance(controller, HeddleController):
                return controller.client
        raise HeddleError("this network has no HeddleController")

    def start(self) -> None:
        try:
            super().start()
            if self._network is not None:
                self.apply(self._network)
        except BaseException:
            self._stop_after_failure()
            raise

    def apply(self, network: Any, **options: Any) -> Applied:
        """Applies a network file, and waits until the switches confirm. Raises HeddleError if it is wrong or if they do
        not. options are those of Client.apply. A text may be indented as a whole."""
        if self._managers is None:
            self._managers = _ovs("get-manager")
            if _MANAGER not in self._managers.split():
                _ovs("set-manager", *self._managers.split(), _MANAGER)
        if isinstance(network, str) and "\n" in network:
            network = textwrap.dedent(network)
        files = texts(network)
        changed = [line for lines in self.heddle.plan(files).get("hosts", {}).values() for line in lines
                   if line.startswith("~ bridge ") and " datapath_type=" in line]
        if changed:
            # The switch would connect as another one.
            raise HeddleError("nothing was changed: the file gives a switch another datapath; give its bridge "
                              "datapath: netdev, or HeddleNet datapath=\"kernel\": " + changed[0])
        done = self.heddle.apply(files, accept=True, **options)
        if done.operation.get("state") != "in-sync":
            raise HeddleError("the network is not as the file says: %s" % done.operation)
        return done

    def stop(self) -> None:
        """Stops everything. Raises HeddleError in the end if Open vSwitch does not take the network file back."""
        try:
            if self._managers is not None:
                self._take_back(self._managers)
                self._managers = None
        finally:
            super().stop()

    def _stop_after_failure(self) -> None:
        """Stops everything, and lets the failure be what the exercise reports."""
        try:
            self.stop()
        except HeddleError as e:
            warnings.warn("not everything was taken back: %s" % e, stacklevel=3)

    def _take_back(self, managers: str) -> None:
        try:
            # Removes what the file has created beside Mininet's own switches.
            self.heddle.apply("heddle: v1\n", accept=True, wait=10)
        except HeddleError:
            # An exercise may have killed the controller.
            pass
        _ovs(*(["set-manager", *managers.split()] if managers.split() else ["del-manager"]))


def _ovs(*words: str) -> str:
    done = subprocess.run(["ovs-vsctl", "--timeout=10", *words], check=False, capture_output=True, text=True)
    if done.returncode:
        raise HeddleError("ovs-vsctl %s: %s; is Open vSwitch running?" % (
            words[0], done.stderr.strip() or "no answer within 10 s"))
    return done.stdout


def _program() -> str:
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "heddle")
    found = os.environ.get("HEDDLE") or (beside if os.path.isfile(beside) else shutil.which("heddle"))
    if not found:
        raise HeddleError("no program heddle: install it, or name it by heddle= or HEDDLE")
    return os.path.abspath(found)


def _must_be_free(port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as e:
            raise HeddleError("port %d is taken: stop what listens there (a controller that runs as a service?), or "
                              "choose another port by %s=" % (port, option)) from e
