package io.heddle.controller.metrics;

import java.util.Map;

/** The help texts of the metrics. */
final class Help {
    private static final Map<String, String> TEXTS = Map.ofEntries(
            Map.entry("openflow_connections_total", "OpenFlow connections that switches have opened."),
            Map.entry(
                    "openflow_bad_connections_total",
                    "Connections closed because the other end does not speak OpenFlow properly."),
            Map.entry(
                    "openflow_guest_ports_ignored_total",
                    "Ports ignored because a switch that the network file does not name has too many."),
            Map.entry("openflow_errors_received_total", "OpenFlow error messages received from switches."),
            Map.entry("openflow_messages_received_total", "OpenFlow messages received, by type."),
            Map.entry("openflow_packet_ins_total", "Packet-ins received."),
            Map.entry(
                    "openflow_packet_ins_unanswered_total",
                    "Packet-ins left unanswered because the switch does not drain its replies."),
            Map.entry(
                    "openflow_reading_paused_total",
                    "Pauses in reading from a switch that exceeded its share of packet-ins."),
            Map.entry(
                    "event_loop_allocated_bytes_total",
                    "Bytes of heap that the event loops of switches have allocated."),
            Map.entry("openflow_bad_packet_ins_total", "Packet-ins that could not be decoded."),
            Map.entry("openflow_flow_mods_total", "FLOW_MODs sent to give switches their desired entries."),
            Map.entry("openflow_learnt_flow_mods_total", "FLOW_MODs sent for learnt MACs."),
            Map.entry("openflow_meter_mods_total", "METER_MODs sent."),
            Map.entry("openflow_bundles_total", "Bundles sent."),
            Map.entry("macs_learnt_total", "MACs learnt."),
            Map.entry("mac_moves_total", "MACs that have moved to another port."),
            Map.entry("mac_limit_reached_total", "Times that a port reached its MAC limit."),
            Map.entry("ovsdb_transactions_total", "OVSDB transactions that hosts have committed."),
            Map.entry("ovsdb_rows_total", "Rows changed by committed OVSDB transactions."),
            Map.entry("ovsdb_refused_total", "OVSDB transactions that hosts have refused."),
            Map.entry("ovsdb_claims_refused_total", "Sessions closed because they may not speak for a host."),
            Map.entry("ovsdb_drift_total", "External changes of rows that Heddle owns."),
            Map.entry(
                    "ovsdb_bad_connections_total",
                    "Connections closed because the other end does not speak JSON-RPC properly."),
            Map.entry("packet_in_batch_seconds", "Time from reading packet-ins until their replies are flushed."),
            Map.entry(
                    "switch_reconcile_seconds",
                    "Time from pushing a switch's desired state until the switch confirms or refuses it."),
            Map.entry("host_reconcile_seconds", "Time from pushing a host's desired state until the host confirms it."),
            Map.entry(
                    "capture_frames_left_out_total",
                    "Frames left out of captures because the client or the API is too slow."),
            Map.entry("dhcp_messages_total", "Messages of DHCP clients read."),
            Map.entry("dhcp_answers_total", "Answers to DHCP clients sent."),
            Map.entry(
                    "dhcp_messages_left_out_total",
                    "Messages of DHCP clients left unread because there are too many, or because they are too long."),
            Map.entry("dhcp_relayed_total", "Messages of DHCP clients relayed to other servers."),
            Map.entry("dhcp_relayed_answers_total", "Answers of other servers relayed to DHCP clients."),
            Map.entry(
                    "dhcp_relay_refused_total",
                    "Messages that a DHCP relay ignores: malformed ones, those that pretend to be relayed already, and"
                            + " answers that nobody waits for."),
            Map.entry("dns_answered_total", "DNS queries answered by Heddle itself."),
            Map.entry("dns_forwarded_total", "DNS queries answered by another name server."),
            Map.entry("dns_unanswered_total", "DNS queries that no other name server answered in time."),
            Map.entry(
                    "dns_refused_total",
                    "DNS queries refused: malformed ones, and those for other names that Heddle does not forward."),
            Map.entry("dns_left_out_total", "DNS queries dropped because there are too many."),
            Map.entry("dhcp_range_used", "Addresses from the IPv4 ranges that hosts have by DHCP, by network."),
            Map.entry("dhcp_range_size", "Addresses that hosts can get from the IPv4 ranges by DHCP, by network."),
            Map.entry("dhcp6_range_used", "Addresses from the IPv6 ranges that hosts have by DHCPv6, by network."),
            Map.entry("dhcp6_range_size", "Addresses that hosts can get from the IPv6 ranges by DHCPv6, by network."),
            Map.entry(
                    "subnet_addresses_used",
                    "Addresses of the IPv4 subnet that are declared, reserved or leased, by network."),
            Map.entry("subnet_addresses", "Addresses of hosts that the IPv4 subnet has, by network."),
            Map.entry("service_backends", "Backends of services, by router and service."),
            Map.entry("service_backends_up", "Backends that are not known to be down, by router and service."),
            Map.entry("next_routers", "Next routers, by router and route, where a route has several."),
            Map.entry("next_routers_up", "Next routers that are not known to be silent, by router and route."),
            Map.entry("cluster_state", "Whether this controller leads, is ready to lead, or cannot use etcd."),
            Map.entry("cluster_controllers", "Controllers of the cluster, by state, as this one sees them."),
            Map.entry("cluster_term", "The term of the controller that leads, 0 if none does."),
            Map.entry("cluster_leader_changes", "Changes of the controller that leads, since this controller's start."),
            Map.entry("etcd_quorum", "Whether a majority of etcd has answered within the last 5 seconds."),
            Map.entry("etcd_silent_seconds", "Seconds since a majority of etcd has last answered this controller."),
            Map.entry("etcd_request_seconds", "Time from a request to etcd until its answer."),
            Map.entry("etcd_requests_failed_total", "Requests that etcd has refused or not answered in time."),
            Map.entry("network_version", "The version of the network in force."),
            Map.entry("hosts", "Hosts of the network file, by state; a host may be in several states."),
            Map.entry("switches_connected", "Connected switches, including those that the network file does not name."),
            Map.entry("certificate_days_left", "Days until the controller's certificate for TLS ends."),
            Map.entry("model_queue_tasks", "Tasks that wait for the model thread."),
            Map.entry("journal_queue_events", "Events that wait to be written to disk."),
            Map.entry("openflow_unsent_bytes", "Bytes that wait to be sent to a switch."),
            Map.entry("learnt_macs", "MACs known on a switch."),
            Map.entry("flow_entries", "Flow entries that a switch should have, by table and app, without learnt ones."),
            Map.entry("dropped_frames", "Frames dropped, by switch and reason."),
            Map.entry("dropped_bytes", "Bytes dropped, by switch and reason."),
            Map.entry("acl_hits", "Frames that rules of access lists have matched, dropped and allowed."));

    private Help() {}

    static String of(String name) {
        return TEXTS.getOrDefault(name, name.replace('_', ' ').replaceFirst(" total$", "") + ".");
    }
}
