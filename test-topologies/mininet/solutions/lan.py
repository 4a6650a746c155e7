#!/usr/bin/python3
"""Exercise 1. Red and blue on a switch: the controller learns where they are, and goes on when it has died."""
from heddle.mininet import HeddleNet
from mininet.topo import Topo


class Lan(Topo):
    def build(self):
        switch = self.addSwitch("s1")
        self.addLink(self.addHost("red", mac="00:00:00:00:00:01"), switch)
        self.addLink(self.addHost("blue", mac="00:00:00:00:00:02"), switch)


with HeddleNet(Lan()) as net:
    assert net.pingAll() == 0
    macs = {row["mac"]: row["port"] for row in net.heddle.list_macs()}
    assert macs == {"00:00:00:00:00:01": "s1-eth1", "00:00:00:00:00:02": "s1-eth2"}, macs

    # Traffic needs no controller.
    net.controllers[0].kill()
    assert net.pingAll() == 0
