#!/usr/bin/python3
"""Mininet topologies for a Heddle controller at 127.0.0.1:6653.

By hand:   mn --custom topologies.py --topo vlan --switch user13 --host plain --controller remote,ip=127.0.0.1,port=6653
As tests:  topologies.py NAME      prints the results as one line of JSON

Names: one (a switch, three hosts), line (three switches), tree (two levels), vlan (tags set by ovs-vsctl),
acl (h3 is 10.0.0.66), trunk (two bridges, two VLANs, a trunk between them).
"""
import json
import re
import subprocess
import sys
from functools import partial

from mininet.net import Mininet
from mininet.node import Host, OVSSwitch, RemoteController
from mininet.topo import LinearTopo, SingleSwitchTopo, Topo
from mininet.topolib import TreeTopo


class PlainHost(Host):
    """A host without checksum offloading: the userspace datapath would forward unfinished checksums."""

    def config(self, **params):
        result = super().config(**params)
        for name in self.intfNames():
            self.cmd('ethtool -K %s tx off' % name)
        return result


class User13(OVSSwitch):
    """Open vSwitch with the userspace datapath, OpenFlow 1.3, and ports with VLAN tags set by ovs-vsctl."""

    def __init__(self, name, tags=None, **params):
        params.update(datapath='user', protocols='OpenFlow13')
        super().__init__(name, **params)
        self.tags = tags or {}

    def start(self, controllers):
        super().start(controllers)
        for port, tag in self.tags.items():
            self.vsctl('-- set port %s tag=%d' % (port, tag))


class VlanTopo(Topo):
    """One switch; h1 and h2 in VLAN 10, h3 and h4 in VLAN 20."""

    def build(self):
        switch = self.addSwitch('s1', cls=User13, tags={'s1-eth1': 10, 's1-eth2': 10, 's1-eth3': 20, 's1-eth4': 20})
        for n in range(1, 5):
            self.addLink(self.addHost('h%d' % n), switch)


class AclTopo(Topo):
    """One switch; h3 is the bad neighbour, 10.0.0.66."""

    def build(self):
        switch = self.addSwitch('s1')
        for n, ip in ((1, '10.0.0.1/8'), (2, '10.0.0.2/8'), (3, '10.0.0.66/8')):
            self.addLink(self.addHost('h%d' % n, ip=ip), switch)


class TrunkTopo(Topo):
    """Two switches joined by a trunk; h1 and h3 in VLAN 10, h2 and h4 in VLAN 20."""

    def build(self):
        s1 = self.addSwitch('s1', cls=User13, tags={'s1-eth1': 10, 's1-eth2': 20})
        s2 = self.addSwitch('s2', cls=User13, tags={'s2-eth1': 10, 's2-eth2': 20})
        for host, switch in (('h1', s1), ('h2', s1), ('h3', s2), ('h4', s2)):
            self.addLink(self.addHost(host), switch)
        self.addLink(s1, s2)


topos = {'one': lambda: SingleSwitchTopo(3), 'line': lambda: LinearTopo(3), 'tree': lambda: TreeTopo(2, 2),
         'vlan': VlanTopo, 'acl': AclTopo, 'trunk': TrunkTopo}
switches = {'user13': User13}
hosts = {'plain': PlainHost}


def reached(net):
    """The hosts that each host reaches; all hosts ping all others at once."""
    pairs = [(a, b) for a in net.hosts for b in net.hosts if a != b]
    ping = ['ping', '-c', '2', '-i', '0.2', '-W', '1']
    pings = {(a.name, b.name): a.popen(ping + [b.IP()], stderr=subprocess.STDOUT) for a, b in pairs}
    answers = {pair: p.communicate()[0] for pair, p in pings.items()}
    texts = {pair: out.decode() if isinstance(out, bytes) else out for pair, out in answers.items()}
    answered = {pair for pair, text in texts.items() if ' 0% packet loss' in text}
    return {a.name: [b.name for b in net.hosts if (a.name, b.name) in answered] for a in net.hosts}


def tcp(a, b):
    """The TCP rate from a to b in Mbit/s, 0 if nothing got through."""
    # The server ends after one client. With its pid from -I, we can kill it if no client came.
    pid_file = '/tmp/heddle-iperf3-%s.pid' % b.name
    b.cmd('iperf3 -s -1 -D -I %s; sleep 0.3' % pid_file)
    # Longer than a second: after a first frame that is not an answer, the controller gets no copy for a second.
    out = a.cmd('iperf3 -c %s -t 2 -J' % b.IP())
    b.cmd('[ ! -f %s ] || kill $(tr -d "\\0" < %s); rm -f %s' % (pid_file, pid_file, pid_file))
    found = re.search(r'"sum_received":\s*{[^}]*"bits_per_second":\s*([0-9.e+]+)', out)
    return float(found.group(1)) / 1e6 if found else 0


def static_arp(net):
    """Enters all MACs on all hosts, which reveals hosts that were separated only because ARP failed."""
    for a in net.hosts:
        for b in net.hosts:
            if a != b:
                a.cmd('ip neigh replace %s lladdr %s dev %s' % (b.IP(), b.MAC(), a.defaultIntf()))


def main(name):
    net = Mininet(topo=topos[name](), host=PlainHost, switch=User13,
                  controller=partial(RemoteController, ip='127.0.0.1', port=6653), waitConnected=True)
    net.start()
    try:
        matrix = reached(net)
        static_arp(net)
        again = reached(net)
        reachable = [b for b in net.hosts if b.name in matrix[net.hosts[0].name]]
        mbps = tcp(net.hosts[0], reachable[-1]) if reachable else 0
        flows = {s.name: s.cmd('ovs-ofctl -O OpenFlow13 dump-flows %s' % s.name) for s in net.switches}
        print(json.dumps({'reached': matrix, 'reachedWithStaticArp': again, 'mbps': mbps, 'flows': flows}))
    finally:
        net.stop()


if __name__ == '__main__':
    main(sys.argv[1])
