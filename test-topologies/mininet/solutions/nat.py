#!/usr/bin/python3
"""Exercise 5. A network whose hosts share one address outside, and get their own from the network by DHCP."""
from heddle.mininet import HeddleNet
from mininet.topo import Topo

NETWORK = """
    heddle: v1
    networks:
      lan: {vlan: 10, subnet: 10.0.1.0/24, gateway: 10.0.1.254, dhcp: {range: 10.0.1.100-199, lease: 1h}}
      uplink: {vlan: 0}
    routers:
      edge:
        networks: [lan]
        outside: {network: uplink, addresses: [192.0.2.10/24], gateway: 192.0.2.1, hosts: [lab]}
        nat:
          - {snat: lan}
    hosts:
      lab:
        ovsdb: tcp:127.0.0.1:6640
        bridges:
          s1: {datapath: netdev, ports: {s1-eth1: {access: lan}, s1-eth2: {access: uplink, uplink: true}}}
    """


class Home(Topo):
    def build(self):
        switch = self.addSwitch("s1")
        self.addLink(self.addHost("red"), switch)
        self.addLink(self.addHost("isp", ip="192.0.2.1/24"), switch)


with HeddleNet(Home(), NETWORK) as net:
    red, isp = net["red"], net["isp"]
    isp.cmd("ip addr add 203.0.113.5/32 dev lo")
    offer = red.cmd("busybox udhcpc -i red-eth0 -f -q -n -s /bin/true")
    lease = net.heddle.list_leases(network="lan")
    assert [row["address"] for row in lease] == ["10.0.1.100"], (offer, lease)
    red.cmd("ip addr flush dev red-eth0; ip addr add 10.0.1.100/24 dev red-eth0")
    red.cmd("ip route add default via 10.0.1.254")
    # The provider has no route to 10.0.1.0/24: it sees the router's address.
    assert " 0% packet loss" in red.cmd("ping -c 1 -W 3 203.0.113.5")
