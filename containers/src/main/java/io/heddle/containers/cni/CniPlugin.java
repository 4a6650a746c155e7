package io.heddle.containers.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heddle.containers.ports.Attacher;
import io.heddle.containers.ports.Attachment;
import io.heddle.containers.ports.Devices;
import io.heddle.containers.ports.HostPorts;
import io.heddle.containers.ports.Refusal;
import io.heddle.containers.ports.Subnets;
import io.heddle.containers.ports.Wish;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operations of a CNI plugin. Source: CNI specification 1.1.0, "CNI operations". Methods block. Any thread. */
public final class CniPlugin {
    /** The value of the label {@link HostPorts#RUNTIME}. */
    public static final String RUNTIME = "cni";

    private static final Logger LOG = LoggerFactory.getLogger(CniPlugin.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HostPorts ports;
    private final Devices devices;
    private final Attacher attacher;

    /** What the plugin prints, and whether it is an error. */
    public record Output(boolean ok, String text) {}

    public CniPlugin(HostPorts ports, Devices devices, Attacher attacher) {
        this.ports = ports;
        this.devices = devices;
        this.attacher = attacher;
    }

    /** Serves a request. @param form the environment variables by their names, and standard input as {@code config} */
    public Output serve(Map<String, String> form) {
        String version = CniVersion.DEFAULT;
        try {
            CniRequest request = CniRequest.read(form);
            if (request.command().equals("VERSION")) {
                return new Output(true, versions(request).toString());
            }
            if (!CniVersion.isSupported(request.version())) {
                throw new CniFault(
                        CniFault.INCOMPATIBLE_VERSION,
                        "cniVersion: expected one of " + String.join(", ", CniVersion.SUPPORTED) + ", found \""
                                + request.version() + "\"");
            }
            version = request.version();
            return new Output(true, run(request).map(ObjectNode::toString).orElse(""));
        } catch (CniFault e) {
            return failed(form, version, e);
        } catch (Refusal e) {
            return failed(form, version, CniFault.of(e));
        } catch (RuntimeException e) {
            // A runtime can only read an answer of CNI, even to what nobody has expected.
            LOG.error("{} of {} failed", form.get("CNI_COMMAND"), form.get("CNI_CONTAINERID"), e);
            return failed(form, version, new CniFault(CniFault.IO, "an error of the daemon, see its log: " + e));
        }
    }

    private static Output failed(Map<String, String> form, String version, CniFault fault) {
        LOG.warn("{} of {}: {}", form.get("CNI_COMMAND"), form.get("CNI_CONTAINERID"), fault.getMessage());
        return new Output(false, fault.json(version).toString());
    }

    private static ObjectNode versions(CniRequest request) {
        ObjectNode json = JSON.createObjectNode();
        json.put("cniVersion", CniVersion.isSupported(request.version()) ? request.version() : CniVersion.DEFAULT);
        CniVersion.SUPPORTED.forEach(json.putArray("supportedVersions")::add);
        return json;
    }

    private Optional<ObjectNode> run(CniRequest request) throws CniFault, Refusal {
        switch (request.command()) {
            case "ADD":
                return Optional.of(add(request));
            case "DEL":
                delete(request);
                return Optional.empty();
            case "CHECK":
                check(request);
                return Optional.empty();
            case "GC":
                since(request, "1.1.0");
                collect(request);
                return Optional.empty();
            case "STATUS":
                since(request, "1.1.0");
                status(request);
                return Optional.empty();
            default:
                throw new CniFault(
                        CniFault.ENVIRONMENT,
                        "CNI_COMMAND: expected ADD, DEL, CHECK, GC, STATUS or VERSION, found \"" + request.command()
                                + "\"");
        }
    }

    private static void since(CniRequest request, String least) throws CniFault {
        if (!CniVersion.isAtLeast(request.version(), least)) {
            throw new CniFault(
                    CniFault.INCOMPATIBLE_VERSION,
                    request.command() + " needs cniVersion " + least + " or later, found " + request.version());
        }
    }

    private ObjectNode add(CniRequest request) throws CniFault, Refusal {
        request.checkContainer();
        request.checkNamespace();
        CniConfig config = CniConfig.read(request);
        if (request.config().has("prevResult")) {
            throw new CniFault(
                    CniFault.CONFIGURATION, "prevResult: heddle-cni must be the first plugin of its network");
        }
        if (!Files.exists(Path.of(request.namespace()))) {
            throw new CniFault(
                    CniFault.UNKNOWN_CONTAINER, "CNI_NETNS: there is no network namespace " + request.namespace());
        }
        Attachment attachment = request.attachment();
        Wish wish = new Wish(
                attachment.port(ports.place().prefix()),
                attachment.id(),
                config.network(),
                config.mac().isEmpty() ? attachment.mac() : config.mac(),
                config.addresses(),
                false,
                config.labels(),
                config.rates());
        Attacher.Attached attached =
                attacher.attach(wish, new Devices.End(request.namespace(), request.device()), config.hasDefaultRoute());
        LOG.info(
                "{} of container {} is {}/{} in {} with {}",
                request.device(),
                request.containerId(),
                ports.place(),
                wish.name(),
                config.network(),
                attached.port().addresses());
        return CniResult.of(request, config, attached);
    }

    /** Succeeds if there is nothing: runtimes repeat DEL. */
    private void delete(CniRequest request) throws CniFault, Refusal {
        request.checkContainer();
        Attachment attachment = request.attachment();
        attacher.detach(attachment.port(ports.place().prefix()), attachment.id());
        LOG.info("{} of container {} is gone", request.device(), request.containerId());
    }

    private void check(CniRequest request) throws CniFault, Refusal {
        request.checkContainer();
        request.checkNamespace();
        Attachment attachment = request.attachment();
        String name = attachment.port(ports.place().prefix());
        HostPorts.Declared port = ports.find(name)
                .orElseThrow(() -> broken("the network file declares no port " + ports.place() + "/" + name));
        HostPorts.DeviceState state = ports.device(name);
        if (!state.isOpen()) {
            throw broken("Open vSwitch does not forward frames by " + name + ": " + state.error());
        }
        Devices.Device inside = devices.find(new Devices.End(request.namespace(), request.device()))
                .orElseThrow(() -> broken("the container has no interface " + request.device()));
        if (!inside.mac().equals(port.mac())) {
            throw broken(request.device() + " has the MAC " + inside.mac() + ", but its port declares " + port.mac());
        }
        for (String declared : port.addresses()) {
            if (inside.addresses().stream().noneMatch(a -> isEqual(a, declared))) {
                throw broken(request.device() + " has no address " + declared + ", which its port declares");
            }
        }
        for (JsonNode ip : request.config().path("prevResult").path("ips")) {
            String given = ip.path("address").asText();
            if (!Subnets.isAddress(Subnets.address(given))) {
                throw new CniFault(
                        CniFault.CONFIGURATION,
                        "prevResult.ips: expected an address such as 10.0.200.5/24 in each, found " + ip);
            }
            if (port.addresses().stream().noneMatch(a -> isEqual(a, given))) {
                throw broken("the container got " + given + ", but its port declares " + port.addresses());
            }
        }
    }

    private static boolean isEqual(String a, String b) {
        return Subnets.length(a) == Subnets.length(b) && Subnets.isSame(Subnets.address(a), Subnets.address(b));
    }

    private static CniFault broken(String message) {
        return new CniFault(CniFault.IO, message);
    }

    /** Removes what no valid attachment has: ports in the network file, and devices that got no port. */
    private void collect(CniRequest request) throws CniFault, Refusal {
        JsonNode valid = request.config().path("cni.dev/valid-attachments");
        if (!valid.isArray()) {
            // Without the list, every container would look gone.
            throw new CniFault(
                    CniFault.CONFIGURATION,
                    "cni.dev/valid-attachments: GC needs the list of the attachments that are left, found "
                            + (valid.isMissingNode() ? "none" : valid));
        }
        Set<String> keep = new HashSet<>();
        for (JsonNode v : valid) {
            keep.add(new Attachment(
                            RUNTIME,
                            request.name(),
                            v.path("containerID").asText(),
                            v.path("ifname").asText())
                    .id());
        }
        List<HostPorts.Declared> gone = ports.containers().stream()
                .filter(p -> p.label(HostPorts.RUNTIME).equals(RUNTIME))
                .filter(p -> p.label(HostPorts.RUNTIME_NETWORK).equals(request.name()))
                .filter(p -> !keep.contains(p.label(HostPorts.ATTACHMENT)))
                .toList();
        Optional<Refusal> first = Optional.empty();
        for (HostPorts.Declared port : gone) {
            LOG.info("GC of {} removes {}/{}", request.name(), ports.place(), port.name());
            try {
                attacher.detach(port.name(), port.label(HostPorts.ATTACHMENT));
            } catch (Refusal e) {
                // The others go, and the runtime hears of the first failure.
                first = first.or(() -> Optional.of(e));
            }
        }
        collectDevices(Wish.aliasPrefix(RUNTIME, request.name()), keep);
        if (first.isPresent()) {
            throw first.get();
        }
    }

    /** A container whose port somebody has removed, or a daemon that was killed, has left a device. */
    private void collectDevices(String prefix, Set<String> keep) throws Refusal {
        for (Devices.Device device : devices.pairs()) {
            if (device.alias().isEmpty() && ports.place().hasNamed(device.name())) {
                attacher.removeUnfinished(device.name());
            } else if (device.alias().startsWith(prefix)
                    && !keep.contains(device.alias().substring(prefix.length()))) {
                attacher.alone(device.name(), () -> {
                    devices.remove(device.name());
                    return null;
                });
            }
        }
    }

    private void status(CniRequest request) throws CniFault {
        try {
            ports.bridge();
            ports.network(CniConfig.read(request).network());
            String state = ports.hostState();
            if (!Set.of("in-sync", "changing").contains(state)) {
                throw new CniFault(
                        CniFault.NOT_AVAILABLE, "the host " + ports.place().host() + " is " + state + ", not in-sync");
            }
        } catch (Refusal e) {
            throw new CniFault(CniFault.NOT_AVAILABLE, e.getMessage());
        }
    }
}
