#!/usr/bin/python3
"""Exercise 4. A server that offers one service, and may itself ask anybody."""
import time

from heddle.mininet import HeddleNet
from mininet.topo import Topo

NETWORK = """
    heddle: v1
    networks:
      lan: {vlan: 10, subnet: 10.0.0.0/24}
    hosts:
      lab:
        ovsdb: tcp:127.0.0.1:6640
        bridges:
          s1:
            datapath: netdev
            ports:
              s1-eth1: {access: lan}
              s1-eth2: {access: lan, mac: "00:00:00:00:00:02", address: [10.0.0.2/24]}
    acls:
      - name: server
        "on": {ports: [s1-eth2]}
        stateful: true
        rules:
          - {match: {proto: tcp, dst-port: 80}, action: allow}
        default: drop
    """


class Server(Topo):
    def build(self):
        switch = self.addSwitch("s1")
        self.addLink(self.addHost("client", ip="10.0.0.1/24"), switch)
        self.addLink(self.addHost("server", ip="10.0.0.2/24", mac="00:00:00:00:00:02"), switch)


def listen(host, port):
    return host.popen(["socat", "TCP-LISTEN:%d,fork,reuseaddr" % port, "SYSTEM:echo hello"])


def connects(host, ip, port):
    return "hello" in host.cmd("socat -T 2 - TCP:%s:%d,connect-timeout=1 < /dev/null" % (ip, port))


with HeddleNet(Server(), NETWORK) as net:
    client, server = net["client"], net["server"]
    listeners = [listen(server, 80), listen(server, 2222), listen(client, 2222)]
    time.sleep(0.5)
    assert connects(client, "10.0.0.2", 80)
    assert not connects(client, "10.0.0.2", 2222)
    assert connects(server, "10.0.0.1", 2222)
    for listener in listeners:
        listener.terminate()
    # Which rule has decided what.
    for row in net.heddle.list_acls():
        print(row["acl"], row["rule"], row["action"], row["packets"])
