package io.heddle.containers.ports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A host and a controller in memory, in which a test may do something at any moment of a request. One thread. */
public final class FakeHost implements Api, Commands.Runner {
    public static final Place PLACE = new Place("hv1", "br0", "c-");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BRIDGE = "hosts/hv1/bridges/br0";

    /** The declared ports. */
    public final Map<String, JsonNode> ports = new TreeMap<>();
    /** The devices of the host; what containers have is not counted. */
    public final Map<String, ObjectNode> devices = new TreeMap<>();
    /** Whether Open vSwitch has the devices. */
    public boolean isOpen = true;
    /** Sees each request to the controller before its answer, such as {@code PUT hosts/hv1/bridges/br0/ports/c-1}. */
    public Consumer<String> before = request -> {};
    /** The requests that begin like this are answered with 503. */
    public String failing = "none";

    private String inside = "";

    public HostPorts hostPorts() {
        return new HostPorts(this, PLACE);
    }

    public Devices devices() {
        return new Devices(this);
    }

    /** Adds a device, to which Open vSwitch opens its port. */
    public void addDevice(String name, String alias) {
        devices.put(
                name,
                JSON.createObjectNode()
                        .put("ifname", name)
                        .put("address", "02:00:00:00:00:01")
                        .put("ifalias", alias));
    }

    /** Declares the port of a container. @param network what its runtime calls the network */
    public void addPort(String name, String network, String id) {
        ObjectNode port = JSON.createObjectNode().put("access", "red").put("mac", "02:00:00:00:00:02");
        port.putObject("labels")
                .put(HostPorts.RUNTIME, "cni")
                .put(HostPorts.RUNTIME_NETWORK, network)
                .put(HostPorts.ATTACHMENT, id);
        ports.put(name, port);
    }

    @Override
    public Answer ask(String method, String path, JsonNode body) {
        String request = method + " " + path.replaceFirst("[?].*", "");
        before.accept(request);
        if (request.startsWith(failing)) {
            return new Answer(503, null);
        }
        String name = request.replaceFirst(".*/ports/([^/]*).*", "$1");
        if (method.equals("PUT")) {
            ObjectNode port = body.deepCopy();
            ports.put(name, port.put("address", "10.0.200.1/24"));
            return new Answer(200, JSON.createObjectNode().put("state", "in-sync"));
        } else if (method.equals("DELETE")) {
            ports.remove(name);
            return new Answer(200, JSON.createObjectNode());
        }
        JsonNode answer = answer(request, name);
        return new Answer(answer == null ? 404 : 200, answer);
    }

    private JsonNode answer(String request, String name) {
        switch (request) {
            case "GET " + BRIDGE:
                ObjectNode bridge = JSON.createObjectNode();
                bridge.putObject("ports").setAll(ports);
                return bridge;
            case "GET networks/red":
                return JSON.createObjectNode().put("subnet", "10.0.200.0/24");
            case "GET networks/red/state":
                return JSON.createObjectNode().put("mtu", 1450);
            case "GET hosts/hv1/state":
                return JSON.createObjectNode().put("state", "in-sync");
            case "GET ports":
                ArrayNode rows = JSON.createArrayNode();
                ports.keySet().forEach(p -> rows.add(row(p)));
                return rows;
            default:
                break;
        }
        if (!ports.containsKey(name)) {
            return null;
        }
        if (!request.endsWith("/state")) {
            return ports.get(name);
        }
        ObjectNode state = JSON.createObjectNode();
        state.putArray("interfaces").add(row(name));
        return state;
    }

    private ObjectNode row(String name) {
        ObjectNode row = JSON.createObjectNode().put("port", name);
        if (isOpen && devices.containsKey(name)) {
            row.put("ofport", 7).put("mac", devices.get(name).path("address").asText());
        }
        return row;
    }

    @Override
    public Commands.Result run(String input, List<String> command) {
        String line = String.join(" ", command);
        String last = command.get(command.size() - 1);
        if (line.contains(" addr show dev ")) {
            boolean isInside = line.startsWith("nsenter");
            if (isInside ? inside.isEmpty() : !devices.containsKey(last)) {
                return new Commands.Result(1, "", "Device \"" + last + "\" does not exist.");
            }
            ObjectNode there = JSON.createObjectNode().put("ifname", last).put("address", inside);
            return ok(List.of(isInside ? there : devices.get(last)));
        } else if (line.contains(" addr show type veth")) {
            return ok(List.copyOf(devices.values()));
        } else if (line.startsWith("ip link add ")) {
            addDevice(command.get(3), "");
            inside = command.get(command.indexOf("address") + 1);
        } else if (line.startsWith("ip link del ") && devices.remove(last) == null) {
            return new Commands.Result(1, "", "Cannot find device \"" + last + "\"");
        } else if (line.contains(" alias ")) {
            devices.get(command.get(4)).put("ifalias", last);
        }
        return ok(List.of());
    }

    private static Commands.Result ok(List<ObjectNode> rows) {
        return new Commands.Result(0, rows.toString(), "");
    }
}
