package io.heddle.controller.metrics;

import java.util.Map;

/** The help texts of the metrics. */
final class Help {
    private static final Map<String, String> TEXTS = Map.ofEntries(
            Map.entry("openflow_connections_total", "Connections that switches have opened."),
            Map.entry(
                    "openflow_bad_connections_total",
                    "Connections closed because the other end does not speak OpenFlow properly."),
            Map.entry("openflow_errors_received_total", "Errors that switches have answered."),
            Map.entry("openflow_messages_received_total", "OpenFlow messages received, by type."),
            Map.entry("openflow_packet_ins_total", "Packet-ins received."),
            Map.entry(
                    "openflow_packet_ins_unanswered_total",
                    "Packet-ins not answered because the switch does not read its answers."),
            Map.entry(
                    "openflow_reading_paused_total",
                    "Times that a switch was not read for a moment because it had more packet-ins than its share."),
            Map.entry(
                    "event_loop_allocated_bytes_total",
                    "Bytes of heap that the threads which serve switches have allocated."),
            Map.entry("openflow_bad_packet_ins_total", "Packet-ins that could not be read."),
            Map.entry("openflow_flow_mods_total", "FLOW_MODs sent to make switches what they should be."),
            Map.entry("openflow_learnt_flow_mods_total", "FLOW_MODs sent because of what was learnt."),
            Map.entry("openflow_meter_mods_total", "METER_MODs sent."),
            Map.entry("openflow_bundles_total", "Bundles sent."),
            Map.entry("macs_learnt_total", "MACs learnt."),
            Map.entry("mac_moves_total", "MACs that have moved to another port."),
            Map.entry("mac_limit_reached_total", "Times that a port had as many MACs as it may."),
            Map.entry("ovsdb_transactions_total", "Transactions that hosts have taken."),
            Map.entry("ovsdb_rows_total", "Rows altered by them."),
            Map.entry("ovsdb_refused_total", "Transactions that hosts have refused."),
            Map.entry("ovsdb_drift_total", "Times that somebody else had changed rows that are Heddle's."),
            Map.entry(
                    "ovsdb_bad_connections_total",
                    "Connections closed because the other end does not speak JSON-RPC properly."),
            Map.entry(
                    "packet_in_batch_seconds",
                    "Time from a read that brings packet-ins until what answers them is flushed."),
            Map.entry(
                    "switch_reconcile_seconds",
                    "Time from telling a switch what it should have until it has confirmed or refused."),
            Map.entry(
                    "host_reconcile_seconds",
                    "Time from telling a host what it should have until it has confirmed or refused."),
            Map.entry("network_version", "The version of the network in force."),
            Map.entry("hosts", "Hosts of the network file, by state; one may be in several."),
            Map.entry("switches_connected", "Switches that are connected, those that no file names too."),
            Map.entry("model_queue_tasks", "Tasks that wait for the thread that every change goes through."),
            Map.entry("journal_queue_events", "Events that wait to be written to disk."),
            Map.entry("openflow_unsent_bytes", "Bytes that wait to be sent to a switch."),
            Map.entry("learnt_macs", "MACs known on a switch."),
            Map.entry("flow_entries", "Flow entries that a switch should have, by table and app; learnt ones apart."),
            Map.entry("dropped_frames", "Frames discarded, by switch and reason."),
            Map.entry("dropped_bytes", "Bytes discarded, by switch and reason."),
            Map.entry("acl_hits", "Frames that rules of access lists have taken, dropped or let through."));

    private Help() {}

    static String of(String name) {
        return TEXTS.getOrDefault(name, name.replace('_', ' ').replaceFirst(" total$", "") + ".");
    }
}
