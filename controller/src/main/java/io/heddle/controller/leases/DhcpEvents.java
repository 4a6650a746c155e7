package io.heddle.controller.leases;

import io.heddle.controller.dhcp.Responder;
import io.heddle.events.Journal;
import io.heddle.flows.program.FlowText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Reports what operators should know of DHCP, each thing once in ten minutes. Confined to one thread at a time. */
final class DhcpEvents {
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(10);
    /** Things to remember as reported; guests could make up ever new ones. */
    private static final int MOST = 1000;

    private final Journal journal;
    private final Map<String, Long> reported = new LinkedHashMap<>();

    DhcpEvents(Journal journal) {
        this.journal = journal;
    }

    /** @param address that the host has declined */
    void trouble(Places.Place place, Responder.Trouble trouble, String address) {
        String network = place.network();
        switch (trouble) {
            case EXHAUSTED ->
                report(
                        "exhausted " + network,
                        "exhausted",
                        network,
                        "all addresses that DHCP can give are in use, and a host behind " + place.port()
                                + " gets none: widen the range");
            case PORT_LIMIT ->
                report(
                        "limit " + network + " " + place.port(),
                        "exhausted",
                        place.port(),
                        "hosts behind this port have " + Responder.MOST_PER_PORT + " addresses of " + network
                                + " by DHCP, and get no more");
            case DECLINED ->
                report(
                        "declined " + network + " " + place.port(),
                        "declined",
                        place.port(),
                        "the host finds that another one already uses the address " + address + " of " + network);
            case NONE -> {}
        }
    }

    /** Another server has answered in a network of Heddle's. */
    void otherServer(Places.Place place, String address, long mac) {
        report(
                "server " + place.network() + " " + place.port() + " " + address,
                "dhcp-server",
                place.port(),
                "another DHCP server answers in " + place.network() + ": " + address + ", "
                        + FlowText.mac(mac)
                        + (place.uplink() ? ", behind an uplink" : ", behind this port"));
    }

    /** The leases cannot be stored, or were not all readable. */
    void store(String text) {
        report("store", "failed", "leases", text);
    }

    private void report(String key, String kind, String subject, String text) {
        long now = System.nanoTime();
        Long last = reported.get(key);
        if (last != null && now - last < PAUSE_NANOS) {
            return;
        }
        reported.remove(key);
        if (reported.size() >= MOST) {
            reported.remove(reported.keySet().iterator().next());
        }
        reported.put(key, now);
        journal.add(kind, subject, text);
    }
}
