package io.heddle.cli;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.heddle.config.InvalidNetworkException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Starts a controller for a moment, on nobody, so that its classes are loaded. */
public final class Rehearsal {
    /** Its host dials in, so it is never dialled. */
    private static final String NETWORK = """
            heddle: v1
            networks: {blue: {vlan: 300, subnet: 10.0.30.0/24, gateway: 10.0.30.1}}
            routers: {edge: {networks: [blue]}}
            hosts: {h1: {system-id: h1, bridges: {br0: {ports: {p1: {access: blue}, p2: {trunk: [blue]}}}}}}
            acls: [{name: a, on: {networks: [blue]}, rules: [{match: "ip,nw_src=10.0.0.66", action: drop}]}]
            """;

    private Rehearsal() {}

    /** Starts a controller. */
    public interface Start {
        /** See {@link ControllerProgram#start}. */
        ControllerProgram.Running start(ControllerProgram.Options options) throws IOException, InvalidNetworkException;
    }

    /** @throws IOException if it cannot start: there is no room, or no port on loopback */
    public static void of(Start program) throws IOException {
        Path folder = Files.createTempDirectory("heddle-rehearsal");
        ControllerProgram.Door any =
                ControllerProgram.Door.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try {
            Path network = Files.writeString(folder.resolve("network.yaml"), NETWORK);
            program.start(new ControllerProgram.Options(
                            Optional.of(network),
                            folder.resolve("state"),
                            any,
                            any,
                            any,
                            List.of(),
                            Optional.empty(),
                            Optional.empty(),
                            "nobody"))
                    .close();
        } catch (InvalidNetworkException e) {
            throw new IllegalStateException(e);
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }
}
