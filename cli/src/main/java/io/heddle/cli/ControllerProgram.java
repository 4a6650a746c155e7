package io.heddle.cli;

import io.heddle.config.InvalidNetworkException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The controller, as far as the command line knows it. {@link java.util.ServiceLoader} finds it where it is installed, so
 * that every other command runs without it on the class path.
 */
public interface ControllerProgram {
    /**
     * What a controller needs to know to start.
     *
     * @param config network file or folder to apply at start, if any
     * @param state folder for what must last
     * @param openFlow where switches connect
     * @param ovsdb where hosts dial in
     * @param api where the admin API listens
     */
    record Options(
            Optional<Path> config,
            Path state,
            InetSocketAddress openFlow,
            InetSocketAddress ovsdb,
            InetSocketAddress api) {}

    /** A controller that runs. */
    interface Running extends AutoCloseable {
        /** The number of the version in force, 0 for none. */
        int version();

        /** Stops it; switches keep their flow entries. */
        @Override
        void close();
    }

    /**
     * Starts a controller.
     *
     * @throws IOException when an address or the state cannot be had, saying which
     * @throws InvalidNetworkException when the file is wrong; nothing was touched
     */
    Running start(Options options) throws IOException, InvalidNetworkException;
}
