#!/usr/bin/python3
"""Exercise 2. Two VLANs over two switches and a trunk between them. Then the cable is cut, and the controller dies."""
from heddle.mininet import HeddleNet
from mininet.topo import Topo

NETWORK = """
    heddle: v1
    networks:
      red: {vlan: 10}
      blue: {vlan: 20}
    hosts:
      lab:
        ovsdb: tcp:127.0.0.1:6640
        bridges:
          s1:
            datapath: netdev
            ports: {s1-eth1: {access: red}, s1-eth2: {access: blue}, s1-eth3: {trunk: [red, blue]}}
          s2:
            datapath: netdev
            ports: {s2-eth1: {access: red}, s2-eth2: {access: blue}, s2-eth3: {trunk: [red, blue]}}
    links: [[lab/s1/s1-eth3, lab/s2/s2-eth3]]
    """


class Vlans(Topo):
    def build(self):
        s1, s2 = self.addSwitch("s1"), self.addSwitch("s2")
        for name, switch in (("red1", s1), ("blue1", s1), ("red2", s2), ("blue2", s2)):
            self.addLink(self.addHost(name), switch)
        self.addLink(s1, s2)


def reaches(a, b):
    return net.ping([net[a], net[b]], timeout="1") == 0


with HeddleNet(Vlans(), NETWORK) as net:
    assert reaches("red1", "red2") and reaches("blue1", "blue2")
    assert not reaches("red1", "blue1") and not reaches("red1", "blue2")

    net.configLinkStatus("s1", "s2", "down")
    assert not reaches("red1", "red2")
    net.configLinkStatus("s1", "s2", "up")
    assert reaches("red1", "red2")

    # A controller that starts again knows the network file.
    net.controllers[0].kill()
    net.controllers[0].start()
    names = {n["name"] for n in net.heddle.list_networks()}
    assert names == {"red", "blue"}, names
    assert reaches("blue1", "blue2") and not reaches("red1", "blue1")
