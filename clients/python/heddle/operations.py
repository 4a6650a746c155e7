"""Every operation of the admin API, generated from openapi.yaml."""
from __future__ import annotations

from typing import Any, Dict, List, Optional

from .models import (
    Acl,
    AclRow,
    AddressRow,
    AddressWish,
    Bond,
    BondRow,
    Bridge,
    BridgeRow,
    ControllerRow,
    Diff,
    DropHistory,
    DropRow,
    EventRow,
    Files,
    FlowRow,
    GroupRow,
    Host,
    HostRow,
    LeaseRow,
    LogRow,
    Logger,
    MacRow,
    Me,
    MemberRow,
    MeterRow,
    Network,
    NetworkRow,
    NewToken,
    Operation,
    Plan,
    Port,
    PortRow,
    PortState,
    RouterRow,
    Rule,
    ServiceRow,
    SwitchRow,
    Token,
    TraceQuestion,
    TunnelRow,
    Version,
    VersionRow,
)
from .transport import Answer, PathPart, Stream, Texts, Transport, path


class Operations(Transport):
    """The operations by their names in openapi.yaml, in Python's spelling."""

    def status(self) -> Dict[str, Any]:
        """The network in a few numbers."""
        return self._json("GET", "/api/v1/status")

    def list_networks(
        self,
        *,
        name: Optional[str] = None,
        vlan: Optional[str] = None,
        vni: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[NetworkRow]:
        """Networks, with the number of their ports and MACs."""
        return self._json(
            "GET",
            "/api/v1/networks",
            query={"name": name, "vlan": vlan, "vni": vni, "limit": limit, "offset": offset},
        )

    def list_routers(
        self,
        *,
        name: Optional[str] = None,
        networks: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[RouterRow]:
        """Routers, with their ways out and translations."""
        return self._json(
            "GET",
            "/api/v1/routers",
            query={"name": name, "networks": networks, "limit": limit, "offset": offset},
        )

    def list_controllers(
        self,
        *,
        name: Optional[str] = None,
        state: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[ControllerRow]:
        """Controllers of the cluster, and which of them leads. None if the controller is alone."""
        return self._json(
            "GET",
            "/api/v1/controllers",
            query={"name": name, "state": state, "limit": limit, "offset": offset},
        )

    def list_hosts(
        self,
        *,
        name: Optional[str] = None,
        state: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[HostRow]:
        """Hosts, and whether they match the network file."""
        return self._json(
            "GET",
            "/api/v1/hosts",
            query={"name": name, "state": state, "limit": limit, "offset": offset},
        )

    def list_bridges(
        self,
        *,
        host: Optional[str] = None,
        name: Optional[str] = None,
        state: Optional[str] = None,
        networks: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[BridgeRow]:
        """Bridges, and whether their switches have confirmed the version in force."""
        return self._json(
            "GET",
            "/api/v1/bridges",
            query={
                "host": host,
                "name": name,
                "state": state,
                "networks": networks,
                "limit": limit,
                "offset": offset,
            },
        )

    def list_ports(
        self,
        *,
        host: Optional[str] = None,
        bridge: Optional[str] = None,
        port: Optional[str] = None,
        interface: Optional[str] = None,
        networks: Optional[str] = None,
        mode: Optional[str] = None,
        link: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[PortRow]:
        """Interfaces of ports, with link, counters and rates."""
        return self._json(
            "GET",
            "/api/v1/ports",
            query={
                "host": host,
                "bridge": bridge,
                "port": port,
                "interface": interface,
                "networks": networks,
                "mode": mode,
                "link": link,
                "limit": limit,
                "offset": offset,
            },
        )

    def list_switches(
        self,
        *,
        datapath_id: Optional[str] = None,
        bridge: Optional[str] = None,
        state: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[SwitchRow]:
        """Connected switches, including those that the network file does not name."""
        return self._json(
            "GET",
            "/api/v1/switches",
            query={"datapathId": datapath_id, "bridge": bridge, "state": state, "limit": limit, "offset": offset},
        )

    def list_macs(
        self,
        *,
        switch: Optional[str] = None,
        network: Optional[str] = None,
        mac: Optional[str] = None,
        port: Optional[str] = None,
        via: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[MacRow]:
        """Learnt MACs."""
        return self._json(
            "GET",
            "/api/v1/macs",
            query={
                "switch": switch,
                "network": network,
                "mac": mac,
                "port": port,
                "via": via,
                "limit": limit,
                "offset": offset,
            },
        )

    def list_leases(
        self,
        *,
        network: Optional[str] = None,
        address: Optional[str] = None,
        mac: Optional[str] = None,
        host: Optional[str] = None,
        port: Optional[str] = None,
        state: Optional[str] = None,
        origin: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[LeaseRow]:
        """Addresses that hosts have by DHCP."""
        return self._json(
            "GET",
            "/api/v1/leases",
            query={
                "network": network,
                "address": address,
                "mac": mac,
                "host": host,
                "port": port,
                "state": state,
                "origin": origin,
                "limit": limit,
                "offset": offset,
            },
        )

    def list_services(
        self,
        *,
        router: Optional[str] = None,
        service: Optional[str] = None,
        backend: Optional[str] = None,
        state: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[ServiceRow]:
        """Services of routers, with the backends that share each one."""
        return self._json(
            "GET",
            "/api/v1/services",
            query={
                "router": router,
                "service": service,
                "backend": backend,
                "state": state,
                "limit": limit,
                "offset": offset,
            },
        )

    def list_addresses(
        self,
        *,
        network: Optional[str] = None,
        address: Optional[str] = None,
        source: Optional[str] = None,
        mac: Optional[str] = None,
        host: Optional[str] = None,
        port: Optional[str] = None,
        reserved_for: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[AddressRow]:
        """Lists the addresses in use in each network, and who uses them."""
        return self._json(
            "GET",
            "/api/v1/addresses",
            query={
                "network": network,
                "address": address,
                "source": source,
                "mac": mac,
                "host": host,
                "port": port,
                "reservedFor": reserved_for,
                "limit": limit,
                "offset": offset,
            },
        )

    def list_flows(
        self,
        *,
        switch: Optional[str] = None,
        table: Optional[str] = None,
        reason: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[FlowRow]:
        """Flow entries with reasons and counters, read from the switches."""
        return self._json(
            "GET",
            "/api/v1/flows",
            query={"switch": switch, "table": table, "reason": reason, "limit": limit, "offset": offset},
        )

    def list_meters(
        self,
        *,
        switch: Optional[str] = None,
        unit: Optional[str] = None,
        reason: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[MeterRow]:
        """Meters, with their reasons and the frames that they have dropped."""
        return self._json(
            "GET",
            "/api/v1/meters",
            query={"switch": switch, "unit": unit, "reason": reason, "limit": limit, "offset": offset},
        )

    def list_groups(
        self,
        *,
        switch: Optional[str] = None,
        type: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[GroupRow]:
        """Groups on the switches; Heddle makes none."""
        return self._json(
            "GET",
            "/api/v1/groups",
            query={"switch": switch, "type": type, "limit": limit, "offset": offset},
        )

    def list_log(
        self,
        *,
        switch: Optional[str] = None,
        acl: Optional[str] = None,
        action: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[LogRow]:
        """The last 1,000 decisions of access lists that log them, the oldest first."""
        return self._json(
            "GET",
            "/api/v1/log",
            query={"switch": switch, "acl": acl, "action": action, "limit": limit, "offset": offset},
        )

    def list_drops(
        self,
        *,
        switch: Optional[str] = None,
        reason: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[DropRow]:
        """Dropped frames by reason, with the last sample."""
        return self._json(
            "GET",
            "/api/v1/drops",
            query={"switch": switch, "reason": reason, "limit": limit, "offset": offset},
        )

    def drop_history(self) -> DropHistory:
        """Dropped frames of the last hour by reason, in steps of ten seconds."""
        return self._json("GET", "/api/v1/drops/history")

    def list_acls(
        self,
        *,
        switch: Optional[str] = None,
        reason: Optional[str] = None,
        action: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[AclRow]:
        """Hits of access lists by rule."""
        return self._json(
            "GET",
            "/api/v1/acls",
            query={"switch": switch, "reason": reason, "action": action, "limit": limit, "offset": offset},
        )

    def list_tunnels(
        self,
        *,
        host: Optional[str] = None,
        bridge: Optional[str] = None,
        peer: Optional[str] = None,
        networks: Optional[str] = None,
        state: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[TunnelRow]:
        """Tunnels from host to host."""
        return self._json(
            "GET",
            "/api/v1/tunnels",
            query={
                "host": host,
                "bridge": bridge,
                "peer": peer,
                "networks": networks,
                "state": state,
                "limit": limit,
                "offset": offset,
            },
        )

    def list_bonds(
        self,
        *,
        host: Optional[str] = None,
        bridge: Optional[str] = None,
        bond: Optional[str] = None,
        mode: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[BondRow]:
        """Bonds, with the members that are up and the one that is active."""
        return self._json(
            "GET",
            "/api/v1/bonds",
            query={"host": host, "bridge": bridge, "bond": bond, "mode": mode, "limit": limit, "offset": offset},
        )

    def list_events(
        self,
        *,
        kind: Optional[str] = None,
        subject: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        since: Optional[int] = None,
        last_event_id: Optional[int] = None,
    ) -> List[EventRow]:
        """Events, oldest first. With Accept: text/event-stream, a stream of events as they happen."""
        return self._json(
            "GET",
            "/api/v1/events",
            query={"kind": kind, "subject": subject, "limit": limit, "offset": offset, "since": since},
            headers={"Last-Event-ID": last_event_id},
        )

    def get_network(self, network: PathPart) -> Answer[Network]:
        """Returns the declaration of a network in the network file."""
        return self._answer("GET", path("/api/v1/networks/{}", network))

    def put_network(
        self,
        network: PathPart,
        value: Network,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        if_none_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Creates or replaces a network."""
        return self._answer(
            "PUT",
            path("/api/v1/networks/{}", network),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match, "If-None-Match": if_none_match},
            body=value, media="application/json",
        )

    def patch_network(
        self,
        network: PathPart,
        value: Dict[str, Any],
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Changes a network by a merge patch (RFC 7396)."""
        return self._answer(
            "PATCH",
            path("/api/v1/networks/{}", network),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
            body=value, media="application/merge-patch+json",
        )

    def delete_network(
        self,
        network: PathPart,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Removes a network."""
        return self._answer(
            "DELETE",
            path("/api/v1/networks/{}", network),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
        )

    def get_host(self, host: PathPart) -> Answer[Host]:
        """Returns the declaration of a host in the network file."""
        return self._answer("GET", path("/api/v1/hosts/{}", host))

    def put_host(
        self,
        host: PathPart,
        value: Host,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        if_none_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Creates or replaces a host."""
        return self._answer(
            "PUT",
            path("/api/v1/hosts/{}", host),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match, "If-None-Match": if_none_match},
            body=value, media="application/json",
        )

    def patch_host(
        self,
        host: PathPart,
        value: Dict[str, Any],
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Changes a host by a merge patch (RFC 7396)."""
        return self._answer(
            "PATCH",
            path("/api/v1/hosts/{}", host),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
            body=value, media="application/merge-patch+json",
        )

    def delete_host(
        self,
        host: PathPart,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Removes a host."""
        return self._answer(
            "DELETE",
            path("/api/v1/hosts/{}", host),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
        )

    def get_bridge(self, host: PathPart, bridge: PathPart) -> Answer[Bridge]:
        """Returns the declaration of a bridge in the network file."""
        return self._answer("GET", path("/api/v1/hosts/{}/bridges/{}", host, bridge))

    def put_bridge(
        self,
        host: PathPart,
        bridge: PathPart,
        value: Bridge,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        if_none_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Creates or replaces a bridge."""
        return self._answer(
            "PUT",
            path("/api/v1/hosts/{}/bridges/{}", host, bridge),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match, "If-None-Match": if_none_match},
            body=value, media="application/json",
        )

    def patch_bridge(
        self,
        host: PathPart,
        bridge: PathPart,
        value: Dict[str, Any],
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Changes a bridge by a merge patch (RFC 7396)."""
        return self._answer(
            "PATCH",
            path("/api/v1/hosts/{}/bridges/{}", host, bridge),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
            body=value, media="application/merge-patch+json",
        )

    def delete_bridge(
        self,
        host: PathPart,
        bridge: PathPart,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Removes a bridge."""
        return self._answer(
            "DELETE",
            path("/api/v1/hosts/{}/bridges/{}", host, bridge),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
        )

    def get_port(self, host: PathPart, bridge: PathPart, port: PathPart) -> Answer[Port]:
        """Returns the declaration of a port in the network file."""
        return self._answer("GET", path("/api/v1/hosts/{}/bridges/{}/ports/{}", host, bridge, port))

    def put_port(
        self,
        host: PathPart,
        bridge: PathPart,
        port: PathPart,
        value: Port,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        if_none_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Creates or replaces a port."""
        return self._answer(
            "PUT",
            path("/api/v1/hosts/{}/bridges/{}/ports/{}", host, bridge, port),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match, "If-None-Match": if_none_match},
            body=value, media="application/json",
        )

    def patch_port(
        self,
        host: PathPart,
        bridge: PathPart,
        port: PathPart,
        value: Dict[str, Any],
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Changes a port by a merge patch (RFC 7396)."""
        return self._answer(
            "PATCH",
            path("/api/v1/hosts/{}/bridges/{}/ports/{}", host, bridge, port),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
            body=value, media="application/merge-patch+json",
        )

    def delete_port(
        self,
        host: PathPart,
        bridge: PathPart,
        port: PathPart,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Removes a port."""
        return self._answer(
            "DELETE",
            path("/api/v1/hosts/{}/bridges/{}/ports/{}", host, bridge, port),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
        )

    def get_bond(self, host: PathPart, bridge: PathPart, port: PathPart) -> Answer[Bond]:
        """Returns the declaration of a bond in the network file."""
        return self._answer("GET", path("/api/v1/hosts/{}/bridges/{}/ports/{}/bond", host, bridge, port))

    def put_bond(
        self,
        host: PathPart,
        bridge: PathPart,
        port: PathPart,
        value: Bond,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        if_none_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Creates or replaces a bond."""
        return self._answer(
            "PUT",
            path("/api/v1/hosts/{}/bridges/{}/ports/{}/bond", host, bridge, port),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match, "If-None-Match": if_none_match},
            body=value, media="application/json",
        )

    def patch_bond(
        self,
        host: PathPart,
        bridge: PathPart,
        port: PathPart,
        value: Dict[str, Any],
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Changes a bond by a merge patch (RFC 7396)."""
        return self._answer(
            "PATCH",
            path("/api/v1/hosts/{}/bridges/{}/ports/{}/bond", host, bridge, port),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
            body=value, media="application/merge-patch+json",
        )

    def delete_bond(
        self,
        host: PathPart,
        bridge: PathPart,
        port: PathPart,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Removes a bond."""
        return self._answer(
            "DELETE",
            path("/api/v1/hosts/{}/bridges/{}/ports/{}/bond", host, bridge, port),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
        )

    def get_acl(self, acl: PathPart) -> Answer[Acl]:
        """Returns the declaration of an access list in the network file."""
        return self._answer("GET", path("/api/v1/acls/{}", acl))

    def put_acl(
        self,
        acl: PathPart,
        value: Acl,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        if_none_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Creates or replaces an access list."""
        return self._answer(
            "PUT",
            path("/api/v1/acls/{}", acl),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match, "If-None-Match": if_none_match},
            body=value, media="application/json",
        )

    def patch_acl(
        self,
        acl: PathPart,
        value: Dict[str, Any],
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Changes an access list by a merge patch (RFC 7396)."""
        return self._answer(
            "PATCH",
            path("/api/v1/acls/{}", acl),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
            body=value, media="application/merge-patch+json",
        )

    def delete_acl(
        self,
        acl: PathPart,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Removes an access list."""
        return self._answer(
            "DELETE",
            path("/api/v1/acls/{}", acl),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
        )

    def get_acl_rule(self, acl: PathPart, rule: PathPart) -> Answer[Rule]:
        """Returns the declaration of a rule of an access list in the network file. Rules count from 1."""
        return self._answer("GET", path("/api/v1/acls/{}/rules/{}", acl, rule))

    def put_acl_rule(
        self,
        acl: PathPart,
        rule: PathPart,
        value: Rule,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        if_none_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Creates or replaces a rule of an access list. Rules count from 1."""
        return self._answer(
            "PUT",
            path("/api/v1/acls/{}/rules/{}", acl, rule),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match, "If-None-Match": if_none_match},
            body=value, media="application/json",
        )

    def patch_acl_rule(
        self,
        acl: PathPart,
        rule: PathPart,
        value: Dict[str, Any],
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Changes a rule of an access list by a merge patch (RFC 7396). Rules count from 1."""
        return self._answer(
            "PATCH",
            path("/api/v1/acls/{}/rules/{}", acl, rule),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
            body=value, media="application/merge-patch+json",
        )

    def delete_acl_rule(
        self,
        acl: PathPart,
        rule: PathPart,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Removes a rule of an access list. Rules count from 1."""
        return self._answer(
            "DELETE",
            path("/api/v1/acls/{}/rules/{}", acl, rule),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
        )

    def get_section(self, section: PathPart) -> Answer[Any]:
        """Returns the declaration of a section of the file, such as tunnels, links or expect in the network file."""
        return self._answer("GET", path("/api/v1/network/{}", section))

    def put_section(
        self,
        section: PathPart,
        value: Any,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        if_none_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Creates or replaces a section of the file, such as tunnels, links or expect."""
        return self._answer(
            "PUT",
            path("/api/v1/network/{}", section),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match, "If-None-Match": if_none_match},
            body=value, media="application/json",
        )

    def patch_section(
        self,
        section: PathPart,
        value: Dict[str, Any],
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Changes a section of the file, such as tunnels, links or expect, by a merge patch (RFC 7396)."""
        return self._answer(
            "PATCH",
            path("/api/v1/network/{}", section),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
            body=value, media="application/merge-patch+json",
        )

    def delete_section(
        self,
        section: PathPart,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Removes a section of the file, such as tunnels, links or expect."""
        return self._answer(
            "DELETE",
            path("/api/v1/network/{}", section),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
        )

    def network_state(self, network: PathPart) -> NetworkRow:
        """Returns the actual state of a network."""
        return self._json("GET", path("/api/v1/networks/{}/state", network))

    def network_members(
        self,
        network: PathPart,
        *,
        mac: Optional[str] = None,
        switch: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[MemberRow]:
        """The members of a network, with their ports and the switches that forwarded frames to them."""
        return self._json(
            "GET",
            path("/api/v1/networks/{}/members", network),
            query={"mac": mac, "switch": switch, "limit": limit, "offset": offset},
        )

    def reserve_address(self, network: PathPart, value: AddressWish) -> AddressRow:
        """Reserves an address for a name or a MAC. The same request gets the same address again."""
        return self._json("POST", path("/api/v1/networks/{}/addresses", network), body=value, media="application/json")

    def free_address(self, network: PathPart, address: PathPart) -> AddressRow:
        """Frees a reserved address."""
        return self._json("DELETE", path("/api/v1/networks/{}/addresses/{}", network, address))

    def host_state(self, host: PathPart) -> HostRow:
        """Returns the actual state of a host."""
        return self._json("GET", path("/api/v1/hosts/{}/state", host))

    def bridge_state(self, host: PathPart, bridge: PathPart) -> BridgeRow:
        """Returns the actual state of a bridge."""
        return self._json("GET", path("/api/v1/hosts/{}/bridges/{}/state", host, bridge))

    def port_state(self, host: PathPart, bridge: PathPart, port: PathPart) -> PortState:
        """Returns the actual state of a port."""
        return self._json("GET", path("/api/v1/hosts/{}/bridges/{}/ports/{}/state", host, bridge, port))

    def get_files(self) -> Answer[Files]:
        """The files in force."""
        return self._answer("GET", "/api/v1/network")

    def put_files(
        self,
        files: Texts,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        if_match: Optional[str] = None,
        base: Optional[int] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Applies the given files as the network in force."""
        return self._answer(
            "PUT",
            "/api/v1/network",
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "base": base,
                "fingerprint": fingerprint,
                "trial": trial,
            },
            headers={"If-Match": if_match},
            files=files,
        )

    def plan(self, files: Texts) -> Plan:
        """Plans the changes that the given files would make on every host and switch, and lists the conversations
        that they disturb.
        """
        return self._json("POST", "/api/v1/plan", files=files)

    def check(self) -> Dict[str, Any]:
        """Checks the network in force. Returns which networks reach each other, and contradictions in the file."""
        return self._json("GET", "/api/v1/check")

    def check_files(self, files: Texts) -> Dict[str, Any]:
        """Checks the given files in the same way."""
        return self._json("POST", "/api/v1/check", files=files)

    def trace(self, value: TraceQuestion) -> Dict[str, Any]:
        """Traces a frame through every table on every host, and returns the reason for its end."""
        return self._json("POST", "/api/v1/trace", body=value, media="application/json")

    def list_versions(
        self,
        *,
        author: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[VersionRow]:
        """The accepted versions, oldest first."""
        return self._json("GET", "/api/v1/history", query={"author": author, "limit": limit, "offset": offset})

    def get_version(self, version: PathPart) -> Version:
        """The files of a version."""
        return self._json("GET", path("/api/v1/versions/{}", version))

    def version_state(
        self,
        version: PathPart,
        *,
        wait: Optional[int] = None,
        after: Optional[int] = None,
    ) -> Answer[Operation]:
        """The progress of a version: the operation that an answer of 202 refers to."""
        return self._answer("GET", path("/api/v1/versions/{}/state", version), query={"wait": wait, "after": after})

    def diff(self, from_: int, to: int) -> Diff:
        """The differences between the files of two versions."""
        return self._json("GET", "/api/v1/diff", query={"from": from_, "to": to})

    def rollback(
        self,
        version: PathPart,
        *,
        wait: Optional[int] = None,
        dry_run: Optional[bool] = None,
        author: Optional[str] = None,
        message: Optional[str] = None,
        base: Optional[int] = None,
        fingerprint: Optional[str] = None,
        trial: Optional[int] = None,
    ) -> Answer[Operation]:
        """Puts the files of an earlier version in force again, as a new version."""
        return self._answer(
            "POST",
            path("/api/v1/rollback/{}", version),
            query={
                "wait": wait,
                "dryRun": dry_run,
                "author": author,
                "message": message,
                "base": base,
                "fingerprint": fingerprint,
                "trial": trial,
            },
        )

    def confirm_version(self, version: PathPart, *, author: Optional[str] = None) -> Answer[Operation]:
        """Keeps the version on trial, which would otherwise go back to the one before it."""
        return self._answer("POST", path("/api/v1/versions/{}/confirm", version), query={"author": author})

    def capture(
        self,
        host: str,
        port: str,
        *,
        seconds: Optional[str] = None,
        count: Optional[str] = None,
        rate: Optional[str] = None,
        snaplen: Optional[str] = None,
        match: Optional[str] = None,
    ) -> Stream:
        """Captures the frames of a port, as a pcap stream."""
        return self._stream(
            "GET",
            "/api/v1/capture",
            query={
                "host": host,
                "port": port,
                "seconds": seconds,
                "count": count,
                "rate": rate,
                "snaplen": snaplen,
                "match": match,
            },
        )

    def list_loggers(
        self,
        *,
        name: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[Logger]:
        """Loggers and their levels."""
        return self._json("GET", "/api/v1/loggers", query={"name": name, "limit": limit, "offset": offset})

    def put_logger(self, logger: PathPart, value: Dict[str, Any]) -> Logger:
        """Changes the level of a logger until the controller ends."""
        return self._json("PUT", path("/api/v1/loggers/{}", logger), body=value, media="application/json")

    def who_am_i(self) -> Me:
        """Who the controller takes you for, and what you may do."""
        return self._json("GET", "/api/v1/me")

    def sign_in(self, value: Dict[str, Any]) -> Me:
        """Signs a browser in with a token, by HTTPS only."""
        return self._json("POST", "/api/v1/session", body=value, media="application/json")

    def sign_out(self) -> Dict[str, Any]:
        """Ends the session of a browser."""
        return self._json("DELETE", "/api/v1/session")

    def list_tokens(
        self,
        *,
        name: Optional[str] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
    ) -> List[Token]:
        """Tokens, without their secrets."""
        return self._json("GET", "/api/v1/tokens", query={"name": name, "limit": limit, "offset": offset})

    def create_token(self, value: NewToken) -> Dict[str, Any]:
        """Makes a token, or registers the name of a certificate, or of a subject or a group of an issuer. The secret
        of a token is in the answer, and nowhere else.
        """
        return self._json("POST", "/api/v1/tokens", body=value, media="application/json")

    def delete_token(self, token: PathPart) -> Dict[str, Any]:
        """Deletes the token of this name. Sessions that began with it end."""
        return self._json("DELETE", path("/api/v1/tokens/{}", token))

    def live(self) -> Answer[Dict[str, Any]]:
        """Whether the process works. If not, a restart would help."""
        return self._answer("GET", "/health/live")

    def ready(self) -> Answer[Dict[str, Any]]:
        """Whether the stored network is in force."""
        return self._answer("GET", "/health/ready")

    def metrics(self) -> str:
        """Metrics in the Prometheus text format. Without TLS, a controller that follows answers with its own."""
        return self._text("GET", "/metrics")

    def openapi(self) -> str:
        """This document."""
        return self._text("GET", "/openapi.yaml")
