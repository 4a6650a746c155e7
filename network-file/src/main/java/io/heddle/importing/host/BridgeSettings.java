package io.heddle.importing.host;

import java.util.Map;

/** The settings of a bridge, by the kernel's names or Open vSwitch's, as a network file has them. */
final class BridgeSettings {
    private static final int LEAST_AGING = 15;
    private static final int MOST_AGING = 3600;

    private final Device d;
    private final BridgeDraft bridge;
    private final Machine machine;

    BridgeSettings(Device d, BridgeDraft bridge, Machine machine) {
        this.d = d;
        this.bridge = bridge;
        this.machine = machine;
    }

    void read() throws HostFileException {
        boolean bonded = bridge.ports.values().stream().anyMatch(p -> p.head.containsKey("bond"));
        for (Map.Entry<String, Value> e : d.bridge.entrySet()) {
            Value v = e.getValue();
            switch (e.getKey()) {
                case "stp", "rstp" -> {
                    if (v.isYes() && bonded) {
                        machine.left(
                                v.place(), "spanning tree of " + d.name, "Open vSwitch lets no bond take part in one");
                    } else if (v.isYes() && !bridge.settings.containsKey("rstp")) {
                        bridge.settings.put(e.getKey(), true);
                    }
                }
                case "ageing" -> aging(v);
                case "mcast_snooping" -> {
                    if (v.isYes()) {
                        bridge.settings.put("mcast-snooping", true);
                    }
                }
                case "stp-priority", "rstp-priority" -> priority(e.getKey(), v);
                case "datapath" -> {
                    if (v.text().equals("netdev")) {
                        bridge.settings.put("datapath", "netdev");
                    }
                }
                case "fail-mode" -> {
                    if (v.text().equals("standalone")) {
                        bridge.settings.put("fail-mode", "standalone");
                    }
                }
                default -> {
                    // What the ports have to do with.
                }
            }
        }
    }

    /** A priority counts only where the spanning tree runs. */
    private void priority(String key, Value v) throws HostFileException {
        int number = v.number("priority", 0, 0xffff);
        String protocol = key.replace("-priority", "");
        boolean runs = d.bridge.containsKey(protocol)
                && d.bridge.get(protocol).isYes()
                && bridge.ports.values().stream().noneMatch(p -> p.head.containsKey("bond"));
        if (runs) {
            bridge.settings.put(key, protocol.equals("rstp") ? Math.min(number, 0xf000) / 0x1000 * 0x1000 : number);
        }
    }

    private void aging(Value v) throws HostFileException {
        int seconds = (int) Double.parseDouble(v.text().matches("\\d{1,9}(\\.\\d{1,9})?") ? v.text() : "-1");
        if (seconds >= LEAST_AGING && seconds <= MOST_AGING) {
            if (seconds != 300) {
                bridge.settings.put("mac-aging-time", seconds);
            }
        } else if (seconds < 0) {
            throw v.place().error("ageing: expected seconds, found \"" + v.text() + "\"");
        } else {
            machine.left(
                    v.place(),
                    "ageing " + v.text() + " of " + d.name,
                    seconds == 0
                            ? "Heddle drops frames that an upstream reflects, see docs/linux/vlan.md"
                            : "mac-aging-time is " + LEAST_AGING + " to " + MOST_AGING);
        }
    }
}
