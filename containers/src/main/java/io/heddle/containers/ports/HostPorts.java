package io.heddle.containers.ports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The ports of containers in the network file. The file is the only place that says which containers have ports: a
 * daemon that starts again knows as much as before. Methods block. Any thread.
 */
public final class HostPorts {
    /** The label that says by which runtime a port came. Only ports with it belong to the daemon. */
    public static final String RUNTIME = "runtime";
    /** The label with what the runtime calls the network. */
    public static final String RUNTIME_NETWORK = "runtime-network";
    /** The label with what identifies the attachment. */
    public static final String ATTACHMENT = "attachment";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WAIT_SECONDS = 20;
    /** What {@code underlay-mtu} is by default. */
    private static final int UNDERLAY_MTU = 1500;
    /** The bytes that VXLAN and Geneve add. GRE adds less. */
    private static final int OVERHEAD_V4 = 50;

    private static final int OVERHEAD_V6 = 70;

    private final Answers answers;
    private final Place place;

    /** A port as the network file declares it. */
    public record Declared(
            String name, String network, String mac, List<String> addresses, Map<String, String> labels) {
        static Declared read(String name, JsonNode port) {
            List<String> addresses = new ArrayList<>();
            JsonNode address = port.path("address");
            if (address.isTextual()) {
                addresses.add(address.asText());
            }
            address.forEach(a -> addresses.add(a.asText()));
            Map<String, String> labels = new LinkedHashMap<>();
            port.path("labels")
                    .properties()
                    .forEach(l -> labels.put(l.getKey(), l.getValue().asText()));
            return new Declared(
                    name, port.path("access").asText(), port.path("mac").asText(), addresses, labels);
        }

        /** The value of a label, "" for none. */
        public String label(String key) {
            return labels.getOrDefault(key, "");
        }

        /** Whether a runtime's container is behind the port. */
        public boolean isContainer() {
            return labels.containsKey(RUNTIME) && labels.containsKey(ATTACHMENT);
        }

        boolean isOf(String id) {
            return label(ATTACHMENT).equals(id);
        }
    }

    /** What Open vSwitch says of the device of a port. @param isOpen whether it forwards frames by the device */
    public record DeviceState(boolean isOpen, boolean isMissing, String mac, String error) {}

    public HostPorts(Api api, Place place) {
        this.answers = new Answers(api);
        this.place = place;
    }

    public Place place() {
        return place;
    }

    private String bridgePath() {
        return "hosts/" + Answers.part(place.host()) + "/bridges/" + Answers.part(place.bridge());
    }

    private String path(String port) {
        return bridgePath() + "/ports/" + Answers.part(port);
    }

    /**
     * The declaration of the bridge.
     *
     * @throws Refusal if there is none: a port there would make a bridge that nobody has asked for
     */
    public JsonNode bridge() throws Refusal {
        return answers.find(bridgePath())
                .orElseThrow(() -> new Refusal(
                        Refusal.Kind.CONFIGURATION,
                        "the network file declares no bridge " + place
                                + ": declare it there, or start heddle containers with another --host or --bridge"));
    }

    /** Whether the bridge is on the userspace datapath, which does not complete checksums. */
    public static boolean isUserspace(JsonNode bridge) {
        return bridge.path("datapath").asText().equals("netdev");
    }

    /** The names of all networks, with their declarations. */
    public Map<String, NetworkFacts> networks() throws Refusal {
        Map<String, NetworkFacts> all = new LinkedHashMap<>();
        for (JsonNode row : answers.get("networks?limit=10000")) {
            String name = row.path("name").asText();
            answers.find("networks/" + Answers.part(name)).ifPresent(n -> all.put(name, NetworkFacts.read(name, n)));
        }
        return all;
    }

    /** @throws Refusal if there is no such network */
    public NetworkFacts network(String name) throws Refusal {
        Optional<JsonNode> declared = answers.find("networks/" + Answers.part(name));
        if (declared.isEmpty()) {
            List<String> names = new ArrayList<>();
            answers.get("networks?limit=20")
                    .forEach(n -> names.add(n.path("name").asText()));
            throw new Refusal(
                    Refusal.Kind.CONFIGURATION,
                    "the network file declares no network \"" + name + "\": expected one of "
                            + String.join(", ", names));
        }
        return NetworkFacts.read(name, declared.get());
    }

    /**
     * The largest IP packet of a container in a network; empty if nothing limits it.
     *
     * <p>A network that is on one host only has no tunnel yet. It may get one at any time, and nobody can change the
     * MTU in a container then. So the overhead of a tunnel counts as soon as the network may have one.
     */
    public OptionalInt mtu(NetworkFacts network) throws Refusal {
        JsonNode mtu = answers.get("networks/" + Answers.part(network.name()) + "/state")
                .path("mtu");
        if (mtu.isInt()) {
            return OptionalInt.of(mtu.asInt());
        }
        JsonNode host = network.isOverlay()
                ? answers.find("hosts/" + Answers.part(place.host())).orElse(mtu)
                : mtu;
        String tunnel = host.path("tunnel-ip").asText();
        return tunnel.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(host.path("underlay-mtu").asInt(UNDERLAY_MTU)
                        - (Subnets.isV4(tunnel) ? OVERHEAD_V4 : OVERHEAD_V6));
    }

    /** The declaration of a port. */
    public Optional<Declared> find(String name) throws Refusal {
        return answers.find(path(name)).map(p -> Declared.read(name, p));
    }

    /**
     * The ports of containers at this bridge. Labels alone prove nothing: anybody who may declare ports may write them.
     * The name must follow from the attachment too, since the daemon removes the device of that name.
     */
    public List<Declared> containers() throws Refusal {
        List<Declared> all = new ArrayList<>();
        bridge().path("ports").properties().forEach(p -> {
            Declared port = Declared.read(p.getKey(), p.getValue());
            if (port.isContainer() && place.isNameOf(port.name(), port.label(ATTACHMENT))) {
                all.add(port);
            }
        });
        return all;
    }

    /**
     * Declares a port, and waits until the host has it. The same wish gets the same addresses again.
     *
     * @param settled whether to wait for the host and its switch; otherwise the port is declared, and follows
     */
    public Declared declare(Wish wish, NetworkFacts network, boolean settled) throws Refusal {
        List<String> wanted = new ArrayList<>();
        for (String address : wish.addresses()) {
            wanted.add(network.withLength(address));
        }
        Optional<Declared> before = find(wish.name());
        if (before.isPresent() && !before.get().isOf(wish.id())) {
            throw new Refusal(
                    Refusal.Kind.CONFIGURATION,
                    "the port " + place + "/" + wish.name() + " exists, and is not this container's: remove it from"
                            + " the network file");
        }
        boolean isRepeated = !wish.isExact()
                && before.filter(b ->
                                b.network().equals(wish.network()) && b.mac().equals(wish.mac()))
                        .filter(b -> !b.addresses().isEmpty() && b.addresses().containsAll(wanted))
                        .isPresent();
        try {
            put(wish, isRepeated ? before.orElseThrow().addresses() : completed(wish, network, wanted), settled);
        } catch (Refusal e) {
            if (before.isEmpty()) {
                remove(wish.name(), wish.id());
            }
            throw e;
        }
        return find(wish.name()).orElseThrow(() -> gone(wish.name()));
    }

    /** The wanted addresses, and the one that Heddle chooses for the other IP version; empty if it chooses all. */
    private List<String> completed(Wish wish, NetworkFacts network, List<String> wanted) throws Refusal {
        if (wish.isExact()
                || wanted.isEmpty()
                || wanted.size() == network.subnets().size()) {
            return wanted;
        }
        put(wish, List.of(), false);
        List<String> all = new ArrayList<>();
        for (String chosen :
                find(wish.name()).orElseThrow(() -> gone(wish.name())).addresses()) {
            String subnet = network.subnetOf(chosen).orElse("");
            all.add(wanted.stream()
                    .filter(w -> network.subnetOf(w).orElse("").equals(subnet))
                    .findFirst()
                    .orElse(chosen));
        }
        return all;
    }

    private Refusal gone(String name) {
        return new Refusal(
                Refusal.Kind.TRY_LATER,
                "somebody has removed the port " + place + "/" + name + " meanwhile; try again");
    }

    /** @param addresses empty for those that Heddle chooses */
    private void put(Wish wish, List<String> addresses, boolean settled) throws Refusal {
        ObjectNode port = JSON.createObjectNode();
        port.put("access", wish.network());
        port.put("mac", wish.mac());
        if (addresses.isEmpty()) {
            port.put("address", "auto");
        } else {
            ArrayNode list = port.putArray("address");
            addresses.forEach(list::add);
        }
        wish.rates().forEach(port::put);
        ObjectNode labels = port.putObject("labels");
        wish.labels().forEach(labels::put);
        labels.put(ATTACHMENT, wish.id());
        JsonNode progress = answers.put(path(wish.name()) + "?wait=" + (settled ? WAIT_SECONDS : 0), port);
        String state = progress.path("state").asText();
        if (settled && !state.equals("in-sync")) {
            List<String> why = new ArrayList<>();
            progress.path("errors").forEach(e -> why.add(e.asText()));
            progress.path("parts").properties().forEach(p -> {
                if (!p.getValue().asText().equals("in-sync")) {
                    why.add(p.getKey() + " is " + p.getValue().asText());
                }
            });
            throw new Refusal(
                    Refusal.Kind.TRY_LATER,
                    "the port " + place + "/" + wish.name() + " is not in force: " + String.join("; ", why));
        }
    }

    /** Removes a port, if it is that of the attachment. Nothing waits for the host. */
    public void remove(String name, String id) throws Refusal {
        if (find(name).filter(p -> p.isOf(id)).isPresent()) {
            answers.delete(path(name) + "?wait=0");
        }
    }

    /** What Open vSwitch says of the device of a port. */
    public DeviceState device(String name) throws Refusal {
        JsonNode state = answers.find(path(name) + "/state").orElseThrow(() -> gone(name));
        return device(state.path("interfaces").path(0));
    }

    private static DeviceState device(JsonNode row) {
        String mac = row.path("mac").asText();
        return new DeviceState(
                row.path("ofport").asInt() > 0 && !mac.isEmpty(),
                // A device that goes keeps its number on the userspace datapath, without an error.
                mac.isEmpty(),
                mac,
                row.path("error").asText());
    }

    /** The names of the ports at this bridge of which Open vSwitch has no device. */
    public List<String> missing() throws Refusal {
        List<String> missing = new ArrayList<>();
        String query = "ports?host=" + Answers.part(place.host()) + "&bridge=" + Answers.part(place.bridge());
        for (JsonNode row : answers.get(query + "&limit=10000")) {
            if (device(row).isMissing()) {
                missing.add(row.path("port").asText());
            }
        }
        return missing;
    }

    /** The state of the host: {@code in-sync} if all is well. */
    public String hostState() throws Refusal {
        return answers.find("hosts/" + Answers.part(place.host()) + "/state")
                .map(h -> h.path("state").asText())
                .orElseThrow(() -> new Refusal(
                        Refusal.Kind.CONFIGURATION,
                        "the network file declares no host " + place.host()
                                + ": declare it there, or start heddle containers with another --host"));
    }
}
