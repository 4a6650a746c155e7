package io.heddle.containers.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heddle.containers.ports.Attacher;
import io.heddle.containers.ports.Devices;
import io.heddle.containers.ports.HostPorts;
import io.heddle.containers.ports.Refusal;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Docker's plugin protocol, for networks and their addresses. Methods block. Any thread. */
public final class DockerPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(DockerPlugin.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NetworkDriver driver;
    private final Ipam ipam;

    /** What the plugin answers. */
    public record Output(boolean ok, String text) {}

    /** @param state the folder for what Docker expects to be remembered */
    public DockerPlugin(HostPorts ports, Devices devices, Attacher attacher, Path state) {
        NetworkChoice choice = new NetworkChoice(ports);
        this.driver = new NetworkDriver(ports, attacher, choice, new DockerNetworks(state));
        this.ipam = new Ipam(ports, devices, choice);
    }

    /** Serves a request. @param path such as {@code /NetworkDriver.Join} */
    public Output serve(String path, String body) {
        try {
            JsonNode request = JSON.readTree(body.isBlank() ? "{}" : body);
            return new Output(true, answer(path, request).toString());
        } catch (JsonProcessingException e) {
            return failed(path, "no JSON: " + e.getOriginalMessage());
        } catch (Refusal e) {
            return failed(path, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{} failed", path, e);
            return failed(path, "an error of the daemon, see its log: " + e);
        }
    }

    private static Output failed(String path, String why) {
        LOG.warn("{}: {}", path, why);
        return new Output(
                false, JSON.createObjectNode().put("Err", "heddle: " + why).toString());
    }

    private ObjectNode answer(String path, JsonNode request) throws Refusal {
        ObjectNode nothing = JSON.createObjectNode();
        switch (path) {
            case "/Plugin.Activate":
                nothing.putArray("Implements").add("NetworkDriver").add("IpamDriver");
                return nothing;
            case "/NetworkDriver.GetCapabilities":
                return nothing.put("Scope", "local").put("ConnectivityScope", "global");
            case "/NetworkDriver.CreateNetwork":
                driver.createNetwork(request);
                return nothing;
            case "/NetworkDriver.DeleteNetwork":
                driver.deleteNetwork(request);
                return nothing;
            case "/NetworkDriver.CreateEndpoint":
                return driver.createEndpoint(request);
            case "/NetworkDriver.EndpointOperInfo":
                return driver.info(request);
            case "/NetworkDriver.DeleteEndpoint":
                driver.deleteEndpoint(request);
                return nothing;
            case "/NetworkDriver.Join":
                return driver.join(request);
            case "/NetworkDriver.Leave",
                    "/NetworkDriver.DiscoverNew",
                    "/NetworkDriver.DiscoverDelete",
                    "/NetworkDriver.ProgramExternalConnectivity",
                    "/NetworkDriver.RevokeExternalConnectivity",
                    "/IpamDriver.ReleasePool":
                // Nothing to do: a network is none of Docker's, and DeleteEndpoint follows Leave.
                return nothing;
            case "/IpamDriver.GetCapabilities":
                return nothing.put("RequiresMACAddress", true).put("RequiresRequestReplay", false);
            case "/IpamDriver.GetDefaultAddressSpaces":
                return nothing.put("LocalDefaultAddressSpace", "heddle").put("GlobalDefaultAddressSpace", "heddle");
            case "/IpamDriver.RequestPool":
                return ipam.requestPool(request);
            case "/IpamDriver.RequestAddress":
                return ipam.requestAddress(request);
            case "/IpamDriver.ReleaseAddress":
                ipam.releaseAddress(request);
                return nothing;
            default:
                throw new Refusal(Refusal.Kind.UNSUPPORTED, path + ": Heddle's plugin does not do this");
        }
    }
}
