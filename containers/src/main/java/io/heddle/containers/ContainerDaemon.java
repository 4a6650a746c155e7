package io.heddle.containers;

import io.heddle.containers.cni.CniPlugin;
import io.heddle.containers.docker.DockerPlugin;
import io.heddle.containers.ports.Api;
import io.heddle.containers.ports.Attacher;
import io.heddle.containers.ports.Devices;
import io.heddle.containers.ports.HostPorts;
import io.heddle.containers.ports.Place;
import io.heddle.containers.ports.Refusal;
import io.heddle.containers.ports.Sweeper;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon of a container host. It serves the plugin of CNI and that of Docker, and has no state of its own but the
 * networks that Docker has made: all else is in the network file and in the devices of the host.
 */
public final class ContainerDaemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("heddle");
    private static final int OK = 200;
    private static final int ERROR = 500;

    private final PluginServer server = new PluginServer();
    private final Sweeper sweeper;
    private final Place place;

    /**
     * How the daemon runs.
     *
     * @param cniSocket where the CNI plugin finds it; empty for no CNI
     * @param dockerSocket where Docker finds it; empty for no Docker
     * @param state the folder for what Docker expects to be remembered
     * @param grace how long a port may be without its device before it is removed
     */
    public record Options(
            Place place, Optional<Path> cniSocket, Optional<Path> dockerSocket, Path state, Duration grace) {}

    /** Starts it. @throws IOException if it cannot listen */
    public ContainerDaemon(Api api, Options options) throws IOException {
        place = options.place();
        HostPorts ports = new HostPorts(api, place);
        Devices devices = new Devices();
        Attacher attacher = new Attacher(ports, devices);
        sweeper = new Sweeper(ports, devices, attacher, options.grace());
        try {
            if (options.cniSocket().isPresent()) {
                CniPlugin cni = new CniPlugin(ports, devices, attacher);
                server.listen(options.cniSocket().get(), (path, body) -> cni(cni, body));
            }
            if (options.dockerSocket().isPresent()) {
                DockerPlugin docker = new DockerPlugin(ports, devices, attacher, options.state());
                server.listen(options.dockerSocket().get(), (path, body) -> docker(docker, path, body));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
        sweeper.start();
        report(ports);
    }

    /** A wrong name should be known before the first container. */
    private static void report(HostPorts ports) {
        try {
            ports.bridge();
        } catch (Refusal e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    /** Where it attaches containers. */
    public Place place() {
        return place;
    }

    private static PluginServer.Reply cni(CniPlugin plugin, String body) {
        CniPlugin.Output output = plugin.serve(form(body));
        return new PluginServer.Reply(output.ok() ? OK : ERROR, "application/json", output.text());
    }

    private static PluginServer.Reply docker(DockerPlugin plugin, String path, String body) {
        DockerPlugin.Output output = plugin.serve(path, body);
        return new PluginServer.Reply(
                output.ok() ? OK : ERROR, "application/vnd.docker.plugins.v1.1+json", output.text());
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        new QueryStringDecoder(body, false).parameters().forEach((name, values) -> form.put(name, values.get(0)));
        return form;
    }

    @Override
    public void close() {
        sweeper.close();
        server.close();
    }
}
