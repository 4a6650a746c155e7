package io.heddle.cli;

import io.heddle.containers.ContainerDaemon;
import io.heddle.containers.ports.Api;
import io.heddle.containers.ports.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heddle containers}: the daemon of a container host. */
@Command(
        name = "containers",
        mixinStandardHelpOptions = true,
        description = "Runs the daemon of a container host: containers of Podman, containerd, Kubernetes (CNI) and"
                + " Docker become ports of the network file.",
        footer = {
            "",
            "Examples:",
            "  heddle containers --host hv1 --bridge br0                   for a controller on this machine",
            "  heddle containers --host hv1 --bridge br0 --context prod    for another one, see heddle context"
        })
final class ContainersCommand implements Callable<Integer> {
    private static final String NONE = "none";
    /** Twice as long as the daemon lets a request wait for a host. Then the runtime may try again. */
    private static final int ANSWER_MILLIS = 40_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOption api;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            required = true,
            description = "this machine, as the network file calls it")
    private String host;

    @Option(
            names = "--bridge",
            paramLabel = "BRIDGE",
            required = true,
            description = "the bridge of this host that gets the ports of containers")
    private String bridge;

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            defaultValue = "c-",
            description = "how the names of these ports begin (default: ${DEFAULT-VALUE})")
    private String prefix;

    @Option(
            names = "--cni-socket",
            paramLabel = "PATH",
            defaultValue = "/run/heddle-containers/cni.sock",
            description = "where the CNI plugin finds the daemon, or none (default: ${DEFAULT-VALUE})")
    private String cniSocket;

    @Option(
            names = "--docker-socket",
            paramLabel = "PATH",
            defaultValue = NONE,
            description = "where Docker finds the driver heddle, such as /run/docker/plugins/heddle.sock, or none"
                    + " (default: ${DEFAULT-VALUE})")
    private String dockerSocket;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "/var/lib/heddle-containers",
            description = "where the networks of Docker are kept (default: ${DEFAULT-VALUE})")
    private Path state;

    @Option(
            names = "--grace",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "how long a port may be without its device before it is removed (default: ${DEFAULT-VALUE})")
    private int grace;

    @Mixin
    private Logging logging;

    @Override
    public Integer call() throws IOException, InterruptedException {
        logging.set();
        StopSignal stop = new StopSignal();
        try (ContainerDaemon daemon = new ContainerDaemon(api(api.client(ANSWER_MILLIS)), options())) {
            stop.await("heddle containers ready: " + daemon.place());
        } finally {
            stop.done();
        }
        return 0;
    }

    private ContainerDaemon.Options options() {
        if (grace < 1) {
            throw new ParameterException(spec.commandLine(), "--grace " + grace + ": expected 1 second or more");
        }
        try {
            return new ContainerDaemon.Options(
                    new Place(host, bridge, prefix),
                    path(cniSocket),
                    path(dockerSocket),
                    state,
                    Duration.ofSeconds(grace));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private static Optional<Path> path(String text) {
        return text.equals(NONE) ? Optional.empty() : Optional.of(Path.of(text));
    }

    private static Api api(ApiClient client) {
        return (method, path, body) -> {
            try {
                return client.ask(method, path, body);
            } catch (Heddle.Failure e) {
                // The socket of the controller is not there.
                throw new IOException(e.getMessage(), e);
            }
        };
    }
}
