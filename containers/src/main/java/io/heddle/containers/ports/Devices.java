package io.heddle.containers.ports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The devices of containers: pairs of virtual Ethernet devices, one end on the host and one in the container. It runs
 * {@code ip}, {@code nsenter} and {@code ethtool}. Methods block. Any thread.
 */
public final class Devices {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Configures a container's end. The first default route of a container wins, as with other plugins. IPv6 addresses
     * need no duplicate address detection: Heddle gives none to two containers.
     */
    private static final String CONFIGURE = """
            set -e
            dev=$1 v6=$2 tx=$3 gateway4=$4 gateway6=$5
            # Router advertisements would add addresses and routes of which the runtime knows nothing.
            if [ "$v6" = yes ]; then
              echo 0 >"/proc/sys/net/ipv6/conf/$dev/disable_ipv6"
              echo 0 >"/proc/sys/net/ipv6/conf/$dev/accept_ra"
            fi
            [ "$tx" = keep ] || ethtool -K "$dev" tx off >/dev/null
            ip -batch -
            [ -z "$gateway4" ] || [ -n "$(ip -4 route show default)" ] || ip -4 route add default via "$gateway4" dev "$dev"
            [ -z "$gateway6" ] || [ -n "$(ip -6 route show default)" ] || ip -6 route add default via "$gateway6" dev "$dev"
            """;

    /** A device. @param alias what the daemon has written there, "" for nothing */
    public record Device(String name, String mac, int mtu, String alias, List<String> addresses) {
        /** Whether it is that of an attachment, or none that is finished. */
        boolean isOf(String id) {
            return alias.isEmpty() || alias.startsWith("heddle ") && alias.endsWith(" " + id);
        }
    }

    /**
     * A container's end.
     *
     * @param namespace the path of the container's network namespace
     * @param device the name of the interface there
     */
    public record End(String namespace, String device) {}

    /**
     * What a container's end gets.
     *
     * @param mtu empty for the kernel's
     * @param completesChecksums whether the sender must complete checksums, since the bridge does not
     * @param gateways default routes; none of IP versions without an address
     */
    public record Setting(
            OptionalInt mtu,
            boolean completesChecksums,
            List<String> addresses,
            List<String> gateways,
            List<NetworkFacts.Route> routes) {}

    private final Commands.Runner runner;

    public Devices() {
        this(Commands::attempt);
    }

    Devices(Commands.Runner runner) {
        this.runner = runner;
    }

    /** Whether a pair is there whose other end is a container's. */
    public boolean isConnected(String name, End end, String mac) throws Refusal {
        return find(name).isPresent()
                && find(end).filter(d -> d.mac().equals(mac)).isPresent();
    }

    /** Makes a pair whose other end is in a container. It replaces what a request has left that was cut off. */
    public void connect(String name, End end, String mac) throws Refusal {
        remove(name);
        run(
                "",
                List.of(
                        "ip",
                        "link",
                        "add",
                        name,
                        "type",
                        "veth",
                        "peer",
                        "name",
                        end.device(),
                        "address",
                        mac,
                        "netns",
                        end.namespace()));
        raise(name);
    }

    /** Whether a pair is there whose other end is on the host. */
    public boolean isPaired(String name, String peer, String mac) throws Refusal {
        return find(name).isPresent()
                && find(peer).filter(d -> d.mac().equals(mac)).isPresent();
    }

    /** Makes a pair whose other end stays on the host, until a runtime takes it. */
    public void pair(String name, String peer, String mac, OptionalInt mtu, boolean completesChecksums) throws Refusal {
        remove(name);
        List<String> add = new ArrayList<>(
                List.of("ip", "link", "add", name, "type", "veth", "peer", "name", peer, "address", mac));
        mtu.ifPresent(m -> add.addAll(List.of("mtu", String.valueOf(m))));
        run("", add);
        if (completesChecksums) {
            run("", List.of("ethtool", "-K", peer, "tx", "off"));
        }
        raise(name);
    }

    private void raise(String name) throws Refusal {
        run("", List.of("ip", "link", "set", "dev", name, "up"));
    }

    /** Writes on a device that its port is in force. One without an alias is what a killed daemon has left. */
    public void mark(String name, String alias) throws Refusal {
        run("", List.of("ip", "link", "set", "dev", name, "alias", alias));
    }

    /** Gives a container's end its addresses and routes. What it has already stays. */
    public void configure(End end, Setting setting) throws Refusal {
        StringBuilder batch = new StringBuilder("link set dev " + end.device());
        setting.mtu().ifPresent(m -> batch.append(" mtu ").append(m));
        batch.append(" up\n");
        for (String a : setting.addresses()) {
            batch.append("addr replace ").append(a).append(" dev ").append(end.device());
            batch.append(Subnets.isV4(a) ? "\n" : " nodad\n");
        }
        for (NetworkFacts.Route r : setting.routes()) {
            batch.append("route replace ").append(r.to()).append(" via ").append(r.via());
            batch.append(" dev ").append(end.device()).append('\n');
        }
        boolean v6 = setting.addresses().stream().anyMatch(a -> !Subnets.isV4(a));
        run(
                batch.toString(),
                inside(
                        end,
                        "sh",
                        "-c",
                        CONFIGURE,
                        "sh",
                        end.device(),
                        v6 ? "yes" : "no",
                        setting.completesChecksums() ? "off" : "keep",
                        gateway(setting, true),
                        gateway(setting, false)));
    }

    private static String gateway(Setting setting, boolean v4) {
        return setting.gateways().stream()
                .filter(g -> Subnets.isV4(g) == v4)
                .findFirst()
                .orElse("");
    }

    /** Removes a device, and with it the other end. It may be gone already. */
    public void remove(String name) throws Refusal {
        Commands.Result r = runner.run("", List.of("ip", "link", "del", "dev", name));
        if (!r.ok() && !r.error().contains("Cannot find device")) {
            throw failed("ip link del dev " + name, r);
        }
    }

    /** A device of the host. */
    public Optional<Device> find(String name) throws Refusal {
        return device(runner.run("", List.of("ip", "-j", "-d", "addr", "show", "dev", name)), name);
    }

    /** A container's end. */
    public Optional<Device> find(End end) throws Refusal {
        return device(runner.run("", inside(end, "ip", "-j", "-d", "addr", "show", "dev", end.device())), end.device());
    }

    private static Optional<Device> device(Commands.Result r, String name) throws Refusal {
        if (!r.ok()) {
            if (r.error().contains("does not exist")) {
                return Optional.empty();
            }
            throw failed("ip addr show dev " + name, r);
        }
        return read(r.output()).stream().findFirst();
    }

    /** The devices of the host that are pairs. */
    public List<Device> pairs() throws Refusal {
        return read(run("", List.of("ip", "-j", "-d", "addr", "show", "type", "veth")));
    }

    private static List<Device> read(String json) throws Refusal {
        List<Device> all = new ArrayList<>();
        try {
            for (JsonNode row : JSON.readTree(json)) {
                // With filters, some versions of ip print empty objects for what does not match.
                if (row.has("ifname")) {
                    List<String> addresses = new ArrayList<>();
                    row.path("addr_info")
                            .forEach(a -> addresses.add(a.path("local").asText() + "/"
                                    + a.path("prefixlen").asText()));
                    all.add(new Device(
                            row.path("ifname").asText(),
                            row.path("address").asText(),
                            row.path("mtu").asInt(),
                            row.path("ifalias").asText(),
                            addresses));
                }
            }
        } catch (IOException e) {
            throw new Refusal(Refusal.Kind.BROKEN, "ip -j prints no JSON: " + e.getMessage());
        }
        return all;
    }

    private static List<String> inside(End end, String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + end.namespace()));
        all.addAll(List.of(command));
        return all;
    }

    private String run(String input, List<String> command) throws Refusal {
        Commands.Result r = runner.run(input, command);
        if (!r.ok()) {
            throw failed(String.join(" ", command.subList(0, Math.min(command.size(), 4))), r);
        }
        return r.output();
    }

    private static Refusal failed(String what, Commands.Result r) {
        return new Refusal(
                Refusal.Kind.BROKEN, "\"" + what + " …\" failed: " + r.error().strip());
    }
}
