#!/usr/bin/python3
"""Exercise 3. A router between two networks, and why a packet does not arrive."""
from heddle.mininet import HeddleNet
from mininet.topo import Topo

NETWORK = """
    heddle: v1
    networks:
      lan: {vlan: 10, subnet: 10.0.1.0/24, gateway: 10.0.1.254}
      twenty: {vlan: 20, subnet: 10.0.20.0/24, gateway: 10.0.20.254}
    routers:
      edge: {networks: [lan, twenty]}
    hosts:
      lab:
        ovsdb: tcp:127.0.0.1:6640
        bridges:
          s1: {datapath: netdev, ports: {s1-eth1: {access: lan}, s1-eth2: {access: twenty}}}
    """


class Routed(Topo):
    def build(self):
        switch = self.addSwitch("s1")
        self.addLink(self.addHost("red", ip="10.0.1.1/24", defaultRoute="via 10.0.1.254"), switch)
        self.addLink(self.addHost("blue", ip="10.0.20.2/24", defaultRoute="via 10.0.20.254"), switch)


with HeddleNet(Routed(), NETWORK) as net:
    red = net["red"]
    assert " 0% packet loss" in red.cmd("ping -c 1 -W 2 10.0.1.254")
    assert " 0% packet loss" in red.cmd("ping -c 1 -W 2 10.0.20.2")
    assert "Time to live exceeded" in red.cmd("ping -c 1 -W 2 -t 1 10.0.20.2")

    # Without the router, the trace says why.
    net.apply(NETWORK.replace("edge: {networks: [lan, twenty]}", "edge: {networks: [lan]}"))
    assert "100% packet loss" in red.cmd("ping -c 1 -W 1 10.0.20.2")
    trace = net.heddle.trace({"from": "lab/s1-eth1", "match": "icmp,nw_src=10.0.1.1,nw_dst=10.0.20.2"})
    assert "no route" in str(trace), trace
