"""The values of the admin API, generated from openapi.yaml. No key is required by its type."""
from __future__ import annotations

from typing import Any, Dict, List, Literal, TypedDict


# An access list.
Acl = TypedDict(
    "Acl",
    {
        # a comment for people; it has no effect
        "description": "str",
        # the name that drops and traces show
        "name": "str",
        "on": "Scope",
        # whether the list judges connections: replies to what it allows pass, in both directions
        "stateful": "bool",
        # where the frames or connections that the list judges begin: from the ports of on, or on their way to them; by
        # default to for a stateful list. A stateless list judges only from
        "direction": "Literal['from', 'to', 'both']",
        # rules in order
        "rules": "List[Rule]",
        # the action for frames that no rule matches: drop, reject, or allow, which passes them to the next list
        "default": "Literal['allow', 'drop', 'reject']",
        # whether what default decides is logged, as by log of a rule
        "log-default": "bool",
        # what happens to packets of no connection; allow them where answers take another way than requests
        "invalid": "Literal['drop', 'allow']",
        # protocols that agree on further connections, which a rule for their first one then allows, too: ftp at TCP
        # port 21, tftp at UDP port 69
        "helpers": "List[Literal['ftp', 'tftp']]",
        # the most connections of each port that the list judges, in each of its networks, 1 to 4294967295; needs Open
        # vSwitch 3.3
        "connection-limit": "int",
    },
    total=False,
)


class AclRow(TypedDict, total=False):
    """AclRow of the admin API."""
    switch: str
    # the kind of reason, such as acl-rule; a stable identifier
    kind: str
    reason: str
    # the access list; empty for other reasons
    acl: str
    # the number of its rule, or default
    rule: str
    action: str
    packets: int
    bytes: int


class AddressFile(TypedDict, total=False):
    """A file of addresses, such as {file: blocklist.txt}."""
    # the name of a file beside the network file, such as blocklist.txt, with one address or prefix a line, # before
    # comments
    file: str


class AddressRow(TypedDict, total=False):
    """AddressRow of the admin API."""
    network: str
    address: str
    # declared, shared, gateway, service or server (from the network file), reserved, or leased (by DHCP)
    source: str
    mac: str
    host: str
    # the port that declares it, or by which the host asked for it
    port: str
    # the name, MAC or port for which it is reserved
    reservedFor: str
    # offered, bound or declined, if there is a DHCP lease
    lease: str
    # the address with the prefix length of the subnet; only in the answer to a reservation
    cidr: str


class AddressWish(TypedDict, total=False):
    """AddressWish of the admin API."""
    # who gets the address, such as the name of a machine
    name: str
    # the MAC to which DHCP gives the address; it identifies the reservation instead of the name
    mac: str
    # the wanted address; by default the next free one
    address: str
    # the IP version, 4 or 6; by default that of address, or else 4 if the network has an IPv4 subnet
    version: int


# A bond, such as {members: [enp2s0, enp3s0], mode: active-backup}.
Bond = TypedDict(
    "Bond",
    {
        # two or more device names
        "members": "List[str]",
        # the way in which OVS distributes frames over the members
        "mode": "Any",
        # the use of LACP: off, wait for the other end (passive), or start by itself (active)
        "lacp": "Literal['off', 'passive', 'active']",
        # the interval of LACP frames, 1 second (fast) or 30 seconds (slow)
        "lacp-time": "Literal['fast', 'slow']",
        # whether the bond works as active-backup while the other end speaks no LACP, true or false
        "lacp-fallback-ab": "bool",
        # the MAC address that identifies this end in LACP
        "lacp-system-id": "str",
        # LACP system priority, 1 to 65535; the end with the lower value decides
        "lacp-system-priority": "int",
        # LACP key: only links with the same key are bundled, 1 to 65535
        "lacp-aggregation-key": "int",
        # LACP port priority of the members, 1 to 65535
        "lacp-port-priority": "int",
        # the member that active-backup uses whenever it is up
        "bond-primary": "str",
        # milliseconds that a link must be up before OVS uses it
        "bond-updelay": "int",
        # milliseconds that a link must be down before OVS abandons it
        "bond-downdelay": "int",
        # the way in which OVS notices a lost link: the kernel reports it (carrier), or OVS polls the device (miimon)
        "bond-detect-mode": "Literal['carrier', 'miimon']",
        # milliseconds between two polls of the device, 20 to 10000
        "bond-miimon-interval": "int",
        # milliseconds between two checks of the members' load, 0 for never, otherwise 1000 to 600000
        "bond-rebalance-interval": "int",
    },
    total=False,
)


class BondRow(TypedDict, total=False):
    """BondRow of the admin API."""
    host: str
    bridge: str
    bond: str
    mode: str
    members: List[str]
    up: List[str]
    active: str
    lacp: str
    partner: List[str]


# A bridge and its ports.
Bridge = TypedDict(
    "Bridge",
    {
        # a comment for people; it has no effect
        "description": "str",
        # the datapath of the kernel (system) or of userspace (netdev)
        "datapath": "Literal['system', 'netdev']",
        # the behaviour without a controller: secure keeps the flows; standalone lets OVS forward by itself, without
        # ACLs
        "fail-mode": "Literal['secure', 'standalone']",
        # 16 hexadecimal digits; by default derived from the names of host and bridge
        "datapath-id": "str",
        # seconds until a silent MAC is forgotten, 15 to 3600
        "mac-aging-time": "int",
        # the most MACs that Heddle learns from one access port, 1 to 1000000
        "mac-limit": "int",
        # the highest rate of frames from unknown hosts that the switch copies to Heddle, in frames per second, 10 to
        # 100000; the switch forwards the frames in any case
        "learning-rate": "int",
        # the most MACs that OVS itself remembers, 10 to 1000000
        "mac-table-size": "int",
        # rapid spanning tree (IEEE 802.1D-2004), true or false
        "rstp": "bool",
        # bridge priority, 0 to 61440 in steps of 4096; the lowest is the root
        "rstp-priority": "int",
        # seconds until OVS forgets a MAC while RSTP runs, 10 to 1000000
        "rstp-ageing-time": "int",
        # seconds for which received RSTP information stays valid, 6 to 40
        "rstp-max-age": "int",
        # seconds between RSTP port states, 4 to 30
        "rstp-forward-delay": "int",
        # RSTP frames per second and port, 1 to 10
        "rstp-transmit-hold-count": "int",
        # the protocol: 0 for STP, 2 for RSTP
        "rstp-force-protocol-version": "int",
        # spanning tree (IEEE 802.1D-1998), true or false; rstp converges faster
        "stp": "bool",
        # bridge priority, 0 to 65535; the lowest is the root
        "stp-priority": "int",
        # seconds between STP frames, 1 to 10
        "stp-hello-time": "int",
        # seconds for which received STP information stays valid, 6 to 40
        "stp-max-age": "int",
        # seconds in each of listening and learning, 4 to 30
        "stp-forward-delay": "int",
        # IGMP and MLD snooping, which sends multicast only to ports with members of the group, true or false
        "mcast-snooping": "bool",
        # the most groups that OVS remembers, 1 to 1000000
        "mcast-snooping-table-size": "int",
        # seconds until OVS forgets a silent group, 1 to 3600
        "mcast-snooping-aging-time": "int",
        # whether OVS sends multicast of groups without members only to multicast routers, true or false
        "mcast-snooping-disable-flood-unregistered": "bool",
        # mirrors by name, which copy frames for observers
        "mirrors": "Dict[str, Mirror]",
        "sflow": "Sflow",
        "netflow": "Netflow",
        "ipfix": "Ipfix",
        # ports by name
        "ports": "Dict[str, Port]",
    },
    total=False,
)


class BridgeRow(TypedDict, total=False):
    """BridgeRow of the admin API."""
    host: str
    name: str
    datapathId: str
    state: str
    ports: int
    networks: List[str]
    flows: int


class ControllerRow(TypedDict, total=False):
    """ControllerRow of the admin API."""
    name: str
    # leads, ready to take over, or away
    state: str
    # by which hosts and switches and the other controllers reach it
    address: str
    # its port for switches
    openFlow: int
    # its port of this API
    api: int
    # the number by which it leads: no later leader has a lower one; or empty
    term: int


# Addresses by DHCP, such as {range: 10.0.200.100-199, dns: [10.0.200.1], lease: 1h}.
Dhcp = TypedDict(
    "Dhcp",
    {
        # addresses for hosts that no port declares, such as 10.0.200.100-199 or "fd00:200::100-1ff"; several as a list
        "range": "Any",
        # the DHCP servers, in networks that the router reaches, that hand out the addresses in place of Heddle, for the
        # IP version of each; without any other key
        "relay": "List[str]",
        # how long a host may keep its address without asking again: 60s to 365d
        "lease": "str",
        # the addresses of name servers; by default the gateway, if the network has dns
        "dns": "List[str]",
        # the addresses of time servers
        "ntp": "List[str]",
        # the domain of the hosts; by default the domain of the network's dns
        "domain": "str",
        # domains in which hosts look for short names
        "search": "List[str]",
        # routes that hosts get besides the one by the gateway
        "routes": "List[Dict[str, Any]]",
        # the server that hosts boot from, by name or address
        "boot-server": "str",
        # the file that hosts boot from
        "boot-file": "str",
    },
    total=False,
)


Diff = TypedDict(
    "Diff",
    {
        "from": "int",
        "to": "int",
        "lines": "List[str]",
    },
    total=False,
)


class Dns(TypedDict, total=False):
    """A name server, such as {domain: red.example, forward: [9.9.9.9]}."""
    # the domain of the hosts, such as red.example: port vm1 becomes vm1.red.example
    domain: str
    # the name servers to which the controller forwards queries for other names, [] for none; by default those in
    # /etc/resolv.conf of its own host
    forward: List[str]
    # how long hosts may cache an answer, in seconds, 0 to 86400
    ttl: int


class DropHistory(TypedDict, total=False):
    """DropHistory of the admin API."""
    # seconds
    step: int
    until: str
    reasons: Dict[str, List[int]]


class DropRow(TypedDict, total=False):
    """DropRow of the admin API."""
    switch: str
    # the kind of reason, such as acl-rule; a stable identifier
    kind: str
    reason: str
    # the access list; empty for other reasons
    acl: str
    # the number of its rule, or default
    rule: str
    action: str
    packets: int
    bytes: int
    rate: float
    lastSeen: str
    lastPort: str
    lastFrame: str


class EventRow(TypedDict, total=False):
    """EventRow of the admin API."""
    id: int
    time: str
    kind: str
    subject: str
    text: str


# An expectation, such as {from: red, to: hv1/db, reach: false, match: "tcp,tp_dst=22"}.
Expected = TypedDict(
    "Expected",
    {
        # the sender: any, a network, a host, a port or an address
        "from": "str",
        # the receiver: any, a network, a host, a port or an address
        "to": "str",
        # whether the frames must get through, true or false
        "reach": "bool",
        # the frames, as in access lists; all IP packets by default
        "match": "Any",
    },
    total=False,
)


class Files(TypedDict, total=False):
    """Files of the admin API."""
    # the version in force
    version: int
    # the texts by file name
    files: Dict[str, str]


class FlowRow(TypedDict, total=False):
    """FlowRow of the admin API."""
    switch: str
    table: str
    packets: int
    bytes: int
    flow: str
    # the kind of reason, such as acl-rule; a stable identifier
    kind: str
    reason: str


class Group(TypedDict, total=False):
    """A group of ports, such as {labels: {app: web}}."""
    # a comment for people; it has no effect
    description: str
    # ports that belong to the group, as PORT or HOST/BRIDGE/PORT
    ports: List[str]
    # labels such as {app: web}; ports that carry all of them belong to the group
    labels: Dict[str, Any]
    # networks: of the ports with the labels, only those in one of these networks belong; without labels, all ports in
    # them but uplinks, patches and tunnels
    networks: List[str]


class GroupRow(TypedDict, total=False):
    """GroupRow of the admin API."""
    switch: str
    group: int
    type: str
    buckets: int


# A host: the address of its database, and its bridges.
Host = TypedDict(
    "Host",
    {
        # a comment for people; it has no effect
        "description": "str",
        # the address at which Heddle dials the host's database, such as tcp:172.31.0.1:6640, or ssl:172.31.0.1:6640 by
        # TLS
        "ovsdb": "str",
        # the external_ids:system-id of a host that dials in
        "system-id": "str",
        # the IP address of the host's VTEP, such as 172.31.0.1 or fd00::1
        "tunnel-ip": "str",
        # the addresses or prefixes that the host's switches and database connect from; without it, any address by TLS,
        # and otherwise the address of its OVSDB session, that of ovsdb, and tunnel-ip
        "connects-from": "List[str]",
        # the largest IP packet in bytes that the network between the VTEPs carries, 576 to 65535
        "underlay-mtu": "int",
        # the OpenFlow target of the host's bridges, such as tcp:192.0.2.1:6653, or ssl:192.0.2.1:6654 by TLS; by
        # default Heddle's address in the host's database session, by TLS if that session uses TLS. With none, Open
        # vSwitch alone forwards frames, and Heddle manages only the rows in OVSDB
        "controller": "str",
        # bridges by name
        "bridges": "Dict[str, Bridge]",
    },
    total=False,
)


class HostRow(TypedDict, total=False):
    """HostRow of the admin API."""
    name: str
    ovsdb: str
    state: str
    bridges: int
    address: str
    # devices that its ports wait for
    waiting: List[str]
    trouble: str


# IPFIX records, such as {targets: ["192.0.2.9:4739"], sampling: 400}.
Ipfix = TypedDict(
    "Ipfix",
    {
        # collectors as ADDRESS:PORT
        "targets": "List[str]",
        # the sampling rate, one packet in N, 1 to 4294967295
        "sampling": "int",
        # observation domain, 0 to 4294967295
        "obs-domain-id": "int",
        # observation point, 0 to 4294967295
        "obs-point-id": "int",
        # seconds that OVS caches a flow before it exports the flow, 0 to 4200
        "cache-active-timeout": "int",
        # the most flows that OVS keeps at once, 0 to 4294967295
        "cache-max-flows": "int",
    },
    total=False,
)


class LeaseRow(TypedDict, total=False):
    """LeaseRow of the admin API."""
    network: str
    address: str
    mac: str
    host: str
    # the port behind which the host asked
    port: str
    # what the host calls itself
    name: str
    # offered, bound or declined
    state: str
    # declared, or range
    origin: str
    # the identifier of the client, in hexadecimal
    client: str
    ends: str


class LogRow(TypedDict, total=False):
    """LogRow of the admin API."""
    time: str
    switch: str
    # the access list
    acl: str
    # the number of its rule, or default
    rule: str
    # allow, drop or reject
    action: str
    # the port that the frame came in by
    port: str
    # the headers of the frame
    frame: str


class Logger(TypedDict, total=False):
    """Logger of the admin API."""
    name: str
    level: str
    effective: str


class MacRow(TypedDict, total=False):
    """MacRow of the admin API."""
    switch: str
    network: str
    mac: str
    port: str
    via: str
    address: str


class Me(TypedDict, total=False):
    """Me of the admin API."""
    # as the history and the audit log show it
    name: str
    # nobody, reader, operator or admin
    role: str
    # the part of the network that you may change
    scope: str


class MemberRow(TypedDict, total=False):
    """MemberRow of the admin API."""
    mac: str
    address: str
    switch: str
    port: str
    # frames for this member
    reachedFrom: Dict[str, int]


class MeterRow(TypedDict, total=False):
    """MeterRow of the admin API."""
    switch: str
    meter: int
    unit: str
    rate: int
    burst: int
    dropped: int
    reason: str


# A mirror, such as {select-all: true, output-port: mon0}.
Mirror = TypedDict(
    "Mirror",
    {
        # whether the mirror copies every frame of the bridge, true or false
        "select-all": "bool",
        # ports whose incoming frames the mirror copies
        "select-src": "List[str]",
        # ports whose outgoing frames the mirror copies
        "select-dst": "List[str]",
        # the only networks whose frames the mirror copies
        "select-vlan": "List[str]",
        # the port that receives the copies and carries nothing else
        "output-port": "str",
        # the network into whose VLAN OVS floods the copies (RSPAN)
        "output-network": "str",
        "output-tunnel": "MirrorTunnel",
        # the length of a copy in bytes, 14 to 65535; by default the whole frame
        "snaplen": "int",
    },
    total=False,
)


# The tunnel for a mirror's copies, such as {type: gre, remote-ip: 172.31.0.9, key: 55}.
MirrorTunnel = TypedDict(
    "MirrorTunnel",
    {
        # the encapsulation
        "type": "Literal['gre', 'erspan', 'vxlan']",
        # the IPv4 address of the observer
        "remote-ip": "str",
        # the GRE key, VNI or ERSPAN session, 0 to 16777215
        "key": "int",
    },
    total=False,
)


# NetFlow 5 records, such as {targets: ["192.0.2.9:2055"]}.
Netflow = TypedDict(
    "Netflow",
    {
        # collectors as ADDRESS:PORT
        "targets": "List[str]",
        # seconds between two records of a long flow, 0 for OVS's default of 600
        "active-timeout": "int",
        # engine id in the records, 0 to 255
        "engine-id": "int",
        # engine type in the records, 0 to 255
        "engine-type": "int",
    },
    total=False,
)


class Network(TypedDict, total=False):
    """A network, such as {vlan: 200, vni: 10200}."""
    # a comment for people; it has no effect
    description: str
    # a VLAN number, 1 to 4094, or 0 for untagged
    vlan: int
    # a VXLAN network identifier of 24 bits, 1 to 16777215
    vni: int
    # the largest IP packet in bytes, 68 to 65535; by default what the tunnels between its hosts can carry
    mtu: int
    # an IP prefix such as 10.0.200.0/24, or one of IPv4 and one of IPv6 as a list
    subnet: Any
    # the address within the subnet by which hosts reach other networks, or one of IPv4 and one of IPv6 as a list; a
    # router of routers answers at it
    gateway: Any
    # assigns addresses of the subnets to hosts by DHCP and DHCPv6; {} assigns only those that ports declare by mac and
    # address; or relays to other servers
    dhcp: Dhcp
    # a name server at the gateway, for the names of ports and of hosts with a DHCP lease
    dns: Dns


class NetworkRow(TypedDict, total=False):
    """NetworkRow of the admin API."""
    name: str
    vlan: int
    # a number, or empty
    vni: Any
    # a number, or empty
    mtu: Any
    subnet: str
    hosts: List[str]
    ports: int
    macs: int
    # the router that joins it to others, or empty
    router: str
    gateways: List[str]
    # the ranges, declared addresses, or the servers of a relay; empty without DHCP
    dhcp: str
    # the domain of its hosts' names, or empty
    domain: str
    # how many addresses of its IPv4 subnet are in use, or empty
    addressesUsed: Any
    # how many addresses of hosts its IPv4 subnet has, or empty
    addresses: Any


class NewToken(TypedDict, total=False):
    """NewToken of the admin API."""
    # who has it
    name: str
    # reader, operator or admin
    role: str
    # the only networks that it may change; * stands for any characters
    networks: List[str]
    # likewise hosts
    hosts: List[str]
    # likewise ports
    ports: List[str]
    # true for the user of a certificate with this common name, without a token
    certificate: bool
    # the subject (sub) of tokens of the OpenID Connect issuer, without a token
    oidcSubject: str
    # a group in tokens of the OpenID Connect issuer, without a token
    oidcGroup: str
    # when it ends, such as 2027-01-31T00:00:00Z
    expires: str


class Operation(TypedDict, total=False):
    """Operation of the admin API."""
    version: int
    # in-sync, changing, pending (some hosts are not connected), refused, failed (the controller cannot compile the
    # desired state) or superseded
    state: str
    # the state of each host and switch
    parts: Dict[str, str]
    # increases with each change of the operation
    step: int
    errors: List[str]
    # devices that ports wait for
    waiting: List[str]
    # whether the content of the file changed
    changed: bool
    trial: Trial


class Plan(TypedDict, total=False):
    """Plan of the admin API."""
    base: int
    # whether the plan contains no changes
    empty: bool
    # changes to rows by host
    hosts: Dict[str, List[str]]
    # changes to flow entries by bridge
    switches: Dict[str, List[str]]
    counts: Dict[str, Any]
    # conversations that the change disturbs
    disturbs: List[str]
    # changes that need confirmation because Heddle cannot undo them
    confirmations: List[str]
    # hosts that are not connected
    pending: List[str]
    # rows that Heddle does not create because foreign rows are in their place
    conflicts: List[str]
    findings: List[Dict[str, Any]]
    notes: List[str]
    fingerprint: str


# A port, such as {access: red}.
Port = TypedDict(
    "Port",
    {
        # a comment for people; it has no effect
        "description": "str",
        # the kind of device: system for a device that the host has, internal for a device that OVS creates, tap for a
        # device that OVS creates for a virtual machine (userspace datapath only), patch for a cable to another bridge;
        # vxlan, geneve or gre for a tunnel to one remote end, which need not be Heddle's
        "type": "Literal['system', 'internal', 'patch', 'tap', 'vxlan', 'geneve', 'gre']",
        # external_ids:iface-id of the interface of a port without a host, such as a UUID; virtualisation platforms
        # write it
        "iface-id": "str",
        # external_ids:attached-mac of the interface of a port without a host, the MAC address of its guest; also its
        # mac, unless that is given
        "attached-mac": "str",
        # the name of the interface of a port without a host, such as tap100i0
        "interface": "str",
        # the hosts that may have a port without a host; all by default
        "hosts": "List[str]",
        # the patch port at the other end
        "peer": "str",
        # the network whose frames the port carries untagged
        "access": "str",
        # the networks whose frames the port carries, such as [red, blue, 200-299], or all
        "trunk": "Any",
        # the network of a trunk's untagged frames
        "native": "str",
        # the form in which frames of the native network leave, without or with a tag
        "vlan-mode": "Literal['native-untagged', 'native-tagged']",
        # the network that carries all incoming frames, with its own VLAN as the outer tag (QinQ)
        "dot1q-tunnel": "str",
        # the customer VLANs that a dot1q-tunnel port accepts; all by default
        "cvlans": "List[int]",
        # the Ethernet type of the outer tag
        "qinq-ethtype": "Literal['802.1ad', '802.1q']",
        # when untagged frames leave with a tag that holds only their priority
        "priority-tags": "Literal['never', 'if-nonzero', 'always']",
        # the MAC address of the host behind the port; for an internal port, of the port itself
        "mac": "str",
        # the IP address of the host behind the port, such as 10.0.200.11/24, or a list of them; with auto, Heddle
        # chooses one of each subnet of the network and reserves it. With mac, every host answers ARP and neighbour
        # discovery for them
        "address": "Any",
        # IP addresses that move between hosts, such as VRRP's; the host may use them with its own and with VRRP's MAC
        # addresses. Several ports may list the same address; bridges do not answer requests for it
        "shared-addresses": "List[str]",
        # the guards of the port: addresses (drops MAC and IP addresses that are not declared), neighbours (drops only
        # ARP and neighbour discovery that claim them; for routers), ra (drops router advertisements and redirects),
        # dhcp-server (drops messages to DHCP clients); [] for none. By default [addresses, ra, dhcp-server] for an
        # access port with mac and address, except for uplinks and the bridge's own port. addresses and neighbours check
        # only IP versions with a declared address
        "guard": "List[Literal['addresses', 'neighbours', 'ra', 'dhcp-server']]",
        # whether other switches are behind the port, true or false; by default bonds and trunks of the host's own
        # devices are uplinks
        "uplink": "bool",
        # the port's policy towards its siblings: bridge (reaches all), private (does not reach other private ports),
        # vepa (reaches siblings through the upstream switch), passthru (is alone with the uplink in its network),
        # source (accepts only the MACs in source)
        "macvlan": "Literal['bridge', 'private', 'vepa', 'passthru', 'source']",
        # the MAC addresses that may send through this port
        "source": "List[str]",
        # the highest rate of incoming frames, such as 10mbit or 1000pps
        "ingress-rate": "str",
        # the largest incoming burst after a silence, such as 1mbit or 100pps; by default what the rate allows in one
        # second
        "ingress-burst": "str",
        # the highest rate of outgoing frames, such as 20mbit
        "egress-rate": "str",
        # the highest rate of incoming broadcast frames, such as 100pps
        "broadcast-limit": "str",
        # the highest rate of incoming multicast frames, such as 100pps
        "multicast-limit": "str",
        # the highest rate of incoming frames for unknown hosts, such as 100pps
        "unknown-unicast-limit": "str",
        # the MTU to request for the interface, 68 to 65535; by default what the network's tunnels can carry
        "mtu-request": "int",
        # the IP address of a tunnel port's remote end
        "remote-ip": "str",
        # the IP address that a tunnel port sends from
        "local-ip": "str",
        # the VNI or GRE key of a tunnel port, 0 to 4294967295
        "key": "int",
        # the UDP port of a tunnel port, 1 to 65535; by default 4789 for VXLAN, 6081 for Geneve
        "dst-port": "int",
        # the outer TOS byte of a tunnel port, or inherit to copy the inner packet's
        "tos": "Any",
        # the outer TTL of a tunnel port, or inherit to copy the inner packet's
        "ttl": "Any",
        # whether a tunnel port sets the DF (don't fragment) bit of outer packets, true or false
        "df-default": "bool",
        # whether a tunnel port computes outer checksums, true or false
        "csum": "bool",
        # the OpenFlow port number to request, 1 to 65279
        "ofport-request": "int",
        # whether the port takes part in RSTP, true or false
        "rstp-enable": "bool",
        # RSTP port priority, 0 to 240 in steps of 16
        "rstp-port-priority": "int",
        # RSTP path cost, by default from the link's speed
        "rstp-path-cost": "int",
        # whether the port forwards at once, because no switch is behind it, true or false
        "rstp-port-admin-edge": "bool",
        # whether RSTP detects by itself that no switch is behind the port, true or false
        "rstp-port-auto-edge": "bool",
        # whether the port takes part in STP, true or false
        "stp-enable": "bool",
        # STP port priority, 0 to 255
        "stp-port-priority": "int",
        # STP path cost, by default from the link's speed
        "stp-path-cost": "int",
        # whether OVS sends all multicast out of the port, true or false
        "mcast-snooping-flood": "bool",
        # whether OVS always sends membership reports out of the port, such as towards a silent querier, true or false
        "mcast-snooping-flood-reports": "bool",
        "bond": "Bond",
        # labels such as {app: web, tier: front}, by which groups choose ports
        "labels": "Dict[str, Any]",
    },
    total=False,
)


class PortRow(TypedDict, total=False):
    """PortRow of the admin API."""
    host: str
    bridge: str
    port: str
    interface: str
    networks: List[str]
    mode: str
    # of a port without a host, unbound (no host has it), bound, moving (another host has it too) or standby (this one
    # has it too); empty for other ports
    state: str
    ofport: str
    link: str
    mac: str
    mtu: str
    error: str
    rxPackets: int
    txPackets: int
    rxBytes: int
    txBytes: int
    rxDropped: int
    txDropped: int
    rxErrors: int
    txErrors: int
    rxRate: int
    txRate: int


class PortState(TypedDict, total=False):
    """PortState of the admin API."""
    host: str
    bridge: str
    port: str
    # in-sync, changing or pending
    state: str
    interfaces: List[PortRow]


class Problem(TypedDict, total=False):
    """Problem of the admin API."""
    type: str
    status: int
    detail: str
    errors: List[Dict[str, Any]]
    findings: List[Dict[str, Any]]


class Router(TypedDict, total=False):
    """A router, such as {networks: [red, blue]}."""
    # a comment for people; it has no effect
    description: str
    # the networks that it joins; each needs subnet and gateway, and may be in one router only
    networks: List[str]
    # the way out, such as {network: uplink, addresses: [192.0.2.10/24], gateway: 192.0.2.1, hosts: [hv1]}
    outside: Dict[str, Any]
    # translations between the inside and the outside; the first that fits holds
    nat: List[Dict[str, Any]]
    # services by name, each spread over several hosts inside
    services: Dict[str, Dict[str, Any]]
    # routes to what is in none of these networks
    routes: List[Dict[str, Any]]


class RouterRow(TypedDict, total=False):
    """RouterRow of the admin API."""
    name: str
    networks: List[str]
    # its addresses in the networks
    gateways: List[str]
    # such as 10.99.0.0/24 via 10.0.30.9
    routes: List[str]
    # the network of its way out, or empty
    outside: str
    # its own addresses outside
    addresses: List[str]
    # the next router outside, or empty
    nextRouter: str
    # the hosts that may have the way out, the preferred one first
    hosts: List[str]
    # the first of them that is alive, or empty
    activeHost: str
    # such as snat red to 192.0.2.10
    nat: List[str]


class Rule(TypedDict, total=False):
    """A rule, such as {match: "ip,nw_src=10.0.0.66", action: drop}."""
    # ovs-ofctl match syntax, or the same in words
    match: Any
    # the action: allow the frame, drop it, or reject it, which tells its sender
    action: Literal["drop", "allow", "reject"]
    # whether to log what the rule decides: the first packets of connections or, in a stateless list, frames; up to 100
    # a second for each bridge
    log: bool
    # how many of these the rule allows on each bridge, such as 50/s; it drops the rest
    rate: str


class Scope(TypedDict, total=False):
    """The scope of the list; by default everywhere, including switches that the network file does not name."""
    networks: List[str]
    # ports, as PORT or HOST/BRIDGE/PORT
    ports: List[str]
    # groups, in addition to ports: the list holds for their ports
    groups: List[str]
    # bridges, as BRIDGE or HOST/BRIDGE
    bridges: List[str]
    hosts: List[str]


class ServiceRow(TypedDict, total=False):
    """ServiceRow of the admin API."""
    router: str
    service: str
    # the address and port by which clients know it
    address: str
    # tcp or udp
    protocol: str
    # the address and port of a host that serves
    backend: str
    # the port that declares the address of the backend, as host/bridge/port
    port: str
    # up, down, or unchecked
    state: str
    # client or none
    affinity: str


class Sflow(TypedDict, total=False):
    """SFlow samples, such as {targets: ["192.0.2.9:6343"], sampling: 400}."""
    # collectors as ADDRESS:PORT
    targets: List[str]
    # the interface whose address identifies this host in the samples
    agent: str
    # the sampling rate, one packet in N, 1 to 16777215
    sampling: int
    # seconds between two reports of the ports' counters, 0 to 3600
    polling: int
    # the length of a sample in bytes, 16 to 256
    header: int


class SwitchRow(TypedDict, total=False):
    """SwitchRow of the admin API."""
    datapathId: str
    bridge: str
    address: str
    ports: int
    state: str
    flows: int
    trouble: str


class Token(TypedDict, total=False):
    """Token of the admin API."""
    # who has it
    name: str
    # reader, operator or admin
    role: str
    # the part of the network that it may change
    scope: str
    # what proves who it is: token, certificate, OIDC subject or OIDC group
    proof: str
    # the common name, subject or group that has the name; empty for a token
    subject: str
    created: str
    # when it ends
    expires: str


TraceQuestion = TypedDict(
    "TraceQuestion",
    {
        # the port where the frame enters, such as hv1/vm1
        "from": "str",
        # the destination port, such as hv2/vm3
        "to": "str",
        # the headers of the frame, such as icmp,nw_dst=10.0.0.7
        "match": "str",
        # also follow the answer to the frame, under reply
        "reply": "bool",
        # also send the frame with a mark, and report the ports where it leaves
        "real": "bool",
    },
    total=False,
)


class Trial(TypedDict, total=False):
    """A version that goes back by itself unless somebody confirms it."""
    version: int
    # the version to which it goes back, 0 for an empty network
    before: int
    # who applied it
    author: str
    # when it goes back
    until: str


class TunnelRow(TypedDict, total=False):
    """TunnelRow of the admin API."""
    host: str
    bridge: str
    port: str
    type: str
    local: str
    peer: str
    remote: str
    mtu: int
    networks: List[str]
    state: str
    packets: int
    bytes: int
    rate: int


# The tunnels that carry networks with a vni between hosts, such as {type: vxlan, dst-port: 4789}.
Tunnels = TypedDict(
    "Tunnels",
    {
        # the encapsulation
        "type": "Literal['vxlan', 'geneve', 'gre']",
        # the UDP port, 1 to 65535; by default 4789 for VXLAN, 6081 for Geneve
        "dst-port": "int",
        # the outer TOS byte, or inherit to copy the inner packet's
        "tos": "Any",
        # the outer TTL, or inherit to copy the inner packet's
        "ttl": "Any",
        # whether tunnels set the DF (don't fragment) bit of outer packets, true or false
        "df-default": "bool",
        # whether tunnels compute outer checksums, true or false
        "csum": "bool",
        # whether every pair of hosts monitors its path by BFD (RFC 5880), true or false
        "bfd": "bool",
        # the shortest interval between two sent BFD messages in milliseconds, 100 to 60000
        "bfd-min-tx": "int",
        # the shortest interval between two BFD messages from the other end in milliseconds, 100 to 60000
        "bfd-min-rx": "int",
    },
    total=False,
)


class Version(TypedDict, total=False):
    """Version of the admin API."""
    version: int
    time: str
    author: str
    message: str
    files: Dict[str, str]


class VersionRow(TypedDict, total=False):
    """VersionRow of the admin API."""
    version: int
    time: str
    author: str
    message: str


# A match in words, such as {proto: tcp, dst-port: 23}.
Words = TypedDict(
    "Words",
    {
        # the protocol; tcp, udp and sctp mean both IPv4 and IPv6 unless the match has an address; by default that of
        # the services in src-port and dst-port
        "proto": "Literal['ip', 'ipv6', 'arp', 'tcp', 'udp', 'sctp', 'icmp', 'icmp6']",
        # source: an address or prefix, IPv4 or IPv6, the name of a network, an address set or a group, any, or a list
        # of them
        "src": "Any",
        # destination: an address or prefix, IPv4 or IPv6, the name of a network, an address set or a group, any, or a
        # list of them
        "dst": "Any",
        # source port: a port of 0 to 65535, a range such as 8000-8100, a service such as https, or a list of them
        "src-port": "Any",
        # destination port: a port of 0 to 65535, a range such as 8000-8100, a service such as https, or a list of them
        "dst-port": "Any",
        # source MAC address
        "src-mac": "str",
        # destination MAC address
        "dst-mac": "str",
        # Ethernet type, such as 0x0800
        "ethertype": "int",
        # the VLAN that the frame is in, 1 to 4094
        "vlan": "int",
        # the name of the port that received the frame
        "in-port": "str",
        # ICMP type, 0 to 255
        "icmp-type": "int",
        # ICMP code, 0 to 255
        "icmp-code": "int",
        # ARP operation, 1 for a request, 2 for a reply
        "arp-op": "int",
    },
    total=False,
)
