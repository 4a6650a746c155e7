"""The client against a running controller with a host hv1, which PythonClientTest starts, and against bad peers."""
import contextlib
import os
import re
import socket
import subprocess
import tempfile
import threading
import unittest

import heddle
from heddle import Client, read_files

NETWORK = """\
heddle: v1
networks:
  red: {vlan: 200}     # tenants
  blue: {vlan: 300}
hosts:
  hv1:
    ovsdb: tcp:172.31.0.1:6640
    bridges:
      br0: {datapath: netdev, ports: {vm1: {access: red}}}
"""
WITH_FOREIGN_FLOWS = NETWORK + "      br9: {datapath: netdev}\n"
ENVIRONMENT = os.environ.copy()


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.client = Client()
        self.client.apply(NETWORK, accept=True)

    def test_has_every_operation(self):
        ids = re.findall(r"operationId: (\w+)", self.client.openapi())
        self.assertGreater(len(ids), 80)
        names = [re.sub(r"([a-z])([A-Z])", r"\1_\2", i).lower() for i in ids]
        self.assertEqual([], [n for n in names if not callable(getattr(Client, n, None))])

    def test_every_list_answers(self):
        lists = [n for n in dir(Client) if n.startswith("list_")]
        self.assertGreater(len(lists), 20)
        for name in lists:
            self.assertIsInstance(getattr(self.client, name)(limit=2), list, name)
        self.assertEqual(["red"], [n["name"] for n in self.client.list_networks(vlan="200")])
        self.assertEqual(200, self.client.ready().status)
        self.assertIn("heddle_", self.client.metrics())

    def test_changes_a_piece(self):
        made = self.client.put_port("hv1", "br0", "vm2", {"access": "red"}, message="a machine")
        self.assertEqual((201, "in-sync"), (made.status, made.value["state"]))
        ping = subprocess.run(["ip", "netns", "exec", "hdl-vm1", "ping", "-c", "1", "-W", "2", "10.0.0.2"],
                              capture_output=True, check=False)
        self.assertEqual(0, ping.returncode, ping.stdout)
        again = self.client.put_port("hv1", "br0", "vm2", {"access": "red"})
        self.assertEqual((200, False), (again.status, again.value["changed"]))
        self.client.patch_port("hv1", "br0", "vm2", {"mac": "52:54:00:00:00:02"})
        self.assertEqual({"access": "red", "mac": "52:54:00:00:00:02"},
                         self.client.get_port("hv1", "br0", "vm2").value)
        plan = self.client.delete_port("hv1", "br0", "vm2", dry_run=True).value
        self.assertIn("- port br0/vm2", str(plan))
        self.client.delete_port("hv1", "br0", "vm2")
        self.assertEqual(NETWORK, self.client.get_files().value["files"]["network.yaml"])

    def test_says_what_is_wrong_where_and_what_would_be_right(self):
        with self.assertRaises(heddle.Invalid) as wrong:
            self.client.put_port("hv1", "br0", "vm2", {"access": "reed"})
        fault = wrong.exception.faults[0]
        self.assertEqual("hosts.hv1.bridges.br0.ports.vm2.access", fault.path)
        self.assertIn("did you mean red?", fault.detail)
        with self.assertRaises(heddle.Invalid) as wrong:
            self.client.apply(NETWORK.replace("200", "5000"))
        self.assertRegex(str(wrong.exception), r"network.yaml:3:\d+: networks.red.vlan: expected a VLAN number")
        with self.assertRaises(heddle.Invalid) as wrong:
            self.client.apply(NETWORK + "expect: [blue can reach red]\n")
        self.assertEqual("error", wrong.exception.findings[0]["severity"])
        with self.assertRaises(heddle.Invalid):
            self.client.put_network("green", {"vlan": 9}, wait=99999)
        with self.assertRaises(heddle.NotFound):
            # One part of the path, not two.
            self.client.get_port("hv1", "br0", "vm1/bond")
        self.assertEqual(NETWORK, self.client.get_files().value["files"]["network.yaml"])

    def test_compares_before_it_sets(self):
        piece = self.client.get_network("red")
        self.client.put_network("red", {**piece.value, "mtu": 1400}, if_match=piece.etag)
        with self.assertRaises(heddle.Conflict) as late:
            self.client.put_network("red", {**piece.value, "mtu": 1300}, if_match=piece.etag)
        self.assertEqual(412, late.exception.status)
        with self.assertRaises(heddle.Conflict):
            self.client.put_network("red", {"vlan": 1}, if_none_match="*")
        self.assertEqual(1400, self.client.get_network("red").value["mtu"])

    def test_many_change_one_piece_at_once_and_none_is_lost(self):
        failed = []

        def label(number):
            def change(port):
                return {**port, "labels": {**port.get("labels", {}), "n%d" % number: "yes"}}
            try:
                self.client.update(lambda: self.client.get_port("hv1", "br0", "vm1"), change,
                                   lambda port, etag: self.client.put_port("hv1", "br0", "vm1", port, if_match=etag),
                                   attempts=50)
            except Exception as e:
                failed.append(e)

        threads = [threading.Thread(target=label, args=(n,)) for n in range(6)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual([], failed)
        self.assertEqual(6, len(self.client.get_port("hv1", "br0", "vm1").value["labels"]))

    def test_applies_a_folder_and_asks_before_what_cannot_be_undone(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "net.yaml"), "w", encoding="utf-8") as f:
                f.write(WITH_FOREIGN_FLOWS + "address-sets: {bad: {file: bad.txt}}   # not file: other.txt\n")
            for name in ("bad.txt", "other.txt"):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                    f.write("192.0.2.1\n")
            self.assertEqual({"net.yaml", "bad.txt"}, set(read_files(folder)))
            with self.assertRaises(heddle.NeedsConfirmation) as asks:
                self.client.apply(folder)
            self.assertIn("br9", asks.exception.confirmations[0])
            self.assertEqual(NETWORK, self.client.get_files().value["files"]["network.yaml"])
            done = self.client.apply(folder, accept=True, message="a folder")
            self.assertEqual((True, "in-sync"), (done.changed, done.operation["state"]))
            self.assertFalse(self.client.apply(folder).changed)
            self.assertIn("a folder", [v["message"] for v in self.client.list_versions()])
            self.assertEqual(self.client.list_events()[-1]["id"], self.client.last_event())

    def test_captures_frames(self):
        pings = subprocess.Popen(["ip", "netns", "exec", "hdl-vm1", "ping", "-i", "0.2", "-c", "30", "10.0.0.9"],
                                 stdout=subprocess.DEVNULL)
        try:
            with self.client.capture("hv1", "vm1", count="2", seconds="10") as stream:
                data = stream.read()
        finally:
            pings.kill()
            pings.wait()
        self.assertIn(data[:4], (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d"))
        self.assertGreaterEqual(len(data), 24 + 2 * (16 + 42))

    def test_comes_by_socket(self):
        client = Client("unix:" + os.environ["TEST_SOCKET"])
        client.put_network("green", {"vlan": 9}, message="by socket")
        self.assertIn("root", [v["author"] for v in client.list_versions()])
        with self.assertRaisesRegex(heddle.Unreachable, "no controller answers at unix:/nowhere"):
            Client("unix:/nowhere").status()
        with self.assertRaisesRegex(ValueError, "not the path of a socket"):
            Client("unix:api.sock")

    def test_comes_by_https_with_a_token(self):
        url, ca = os.environ["TEST_HTTPS"], os.environ["TEST_CA"]
        token = self.client.create_token({"name": "ci", "role": "reader"})["token"]
        client = Client(url, token=token, ca=ca)
        self.assertEqual(("ci", "reader"), (client.who_am_i()["name"], client.who_am_i()["role"]))
        with self.assertRaisesRegex(heddle.NotAllowed, "role reader"):
            client.delete_network("red")
        self.client.delete_token("ci")
        with self.assertRaises(heddle.NotAllowed):
            client.status()
        with self.assertRaises(heddle.NotAllowed):
            Client(url, ca=ca).status()
        with self.assertRaisesRegex(heddle.Unreachable, "name its authority by ca="):
            Client(url, token="x").status()
        with self.assertRaises(heddle.Unreachable):
            # The certificate does not name this address.
            Client(url.replace("localhost", "127.0.0.2"), token="x", ca=ca).status()

    def test_sends_no_token_to_an_address_that_nobody_named(self):
        try:
            os.environ["HEDDLE_TOKEN"] = "secret"
            del os.environ["HEDDLE_API"]
            with self.assertWarnsRegex(UserWarning, "your token is not sent"):
                self.assertIsNone(Client()._token)
            self.assertEqual("secret", Client("http://127.0.0.1:8080")._token)
        finally:
            os.environ.clear()
            os.environ.update(ENVIRONMENT)


class BadPeerTest(unittest.TestCase):
    def peer(self, *answers):
        """A client of a peer that answers its first connections with these texts."""
        server = socket.create_server(("127.0.0.1", 0))
        server.settimeout(5)

        def serve():
            with server, contextlib.suppress(TimeoutError):
                for text in answers:
                    peer, _ = server.accept()
                    with peer:
                        peer.recv(65536)
                        peer.sendall(text)
        thread = threading.Thread(target=serve)
        thread.start()
        self.addCleanup(thread.join)
        return Client("http://127.0.0.1:%d" % server.getsockname()[1], timeout=0.5)

    def answer(self, text, silent=False):
        """What a client says of a peer that answers every connection with this text."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            def serve():
                peer, _ = server.accept()
                with peer:
                    peer.recv(65536)
                    peer.sendall(text)
                    if silent:
                        peer.settimeout(5)
                        peer.recv(1)
            thread = threading.Thread(target=serve)
            thread.start()
            try:
                with self.assertRaises(heddle.HeddleError) as failed:
                    Client("http://127.0.0.1:%d" % server.getsockname()[1], timeout=0.5).status()
            finally:
                thread.join()
            return failed.exception

    def test_no_heddle(self):
        self.assertIsInstance(self.answer(b"SSH-2.0-OpenSSH_9.2\r\n"), heddle.Unreachable)
        self.assertIsInstance(self.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<htm"), heddle.Unreachable)
        self.assertIsInstance(self.answer(b""), heddle.Unreachable)
        proxy = self.answer(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 7\r\n\r\n<html/>")
        self.assertIsInstance(proxy, heddle.Refused)
        self.assertIn("HTTP status 502: <html/>", str(proxy))
        moved = self.answer(b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n")
        self.assertIsInstance(moved, heddle.HeddleError)

    def test_events_go_on_when_a_proxy_finds_no_controller(self):
        event = b"data: {\"id\": 1, \"kind\": \"applied\", \"subject\": \"\"}\n"
        client = self.peer(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
                           b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(event), event))
        self.assertEqual(1, next(client.events(since=0))["id"])
        for refusal in (b"401 Unauthorized", b"403 Forbidden"):
            client = self.peer(b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % refusal)
            with self.assertRaises(heddle.NotAllowed):
                next(client.events(since=0))

    def test_half_a_capture(self):
        client = self.peer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf")
        with client.capture("hv1", "vm1") as stream, self.assertRaisesRegex(heddle.Unreachable, "the stream broke"):
            stream.read()

    def test_half_an_answer(self):
        self.assertIsInstance(self.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{}"), heddle.Unreachable)

    def test_no_answer(self):
        self.assertIn("does not answer", str(self.answer(b"", silent=True)))

    def test_a_limit(self):
        busy = self.answer(b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 22\r\n\r\n"
                           b"{\"detail\": \"too much\"}")
        self.assertIsInstance(busy, heddle.Busy)
        self.assertEqual(7, busy.retry_after)
        self.assertEqual("too much", busy.detail)

    def test_wrong_arguments(self):
        for url in ("127.0.0.1:8080", "ftp://x", "http://", "http://host/api/v1"):
            with self.assertRaisesRegex(ValueError, "expected a URL"):
                Client(url)
        with self.assertRaisesRegex(ValueError, "is its file the right one"):
            Client("http://127.0.0.1:1", token="a\r\nX: y")
        with self.assertRaisesRegex(ValueError, "needs its key"):
            Client("https://127.0.0.1:1", cert="/nowhere")

    def test_no_controller(self):
        with self.assertRaisesRegex(heddle.Unreachable, "start one with heddle controller"):
            Client("http://127.0.0.1:1").status()


if __name__ == "__main__":
    unittest.main()
