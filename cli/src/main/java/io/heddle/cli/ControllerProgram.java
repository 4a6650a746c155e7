package io.heddle.cli;

import io.heddle.config.InvalidNetworkException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The controller, as the command line sees it. {@link ServiceLoader} finds it if it is installed, so that
 * every other command runs without it on the class path.
 */
public interface ControllerProgram {
    /**
     * The options of a controller.
     *
     * @param config network file or folder to apply at start, if any
     * @param state folder for persistent data
     * @param openFlow addresses at which switches connect
     * @param ovsdb addresses at which hosts dial in
     * @param api addresses of the admin API, without TLS for this machine and by HTTPS
     * @param apiNames names by which clients reach the API, besides those of this machine
     * @param tls folder of Heddle's certificates, if it has any
     * @param auditTo a syslog server that gets the lines of the audit log too, if any
     * @param users who may use the admin API besides those with a token
     */
    record Options(
            Optional<Path> config,
            Path state,
            Door openFlow,
            Door ovsdb,
            Door api,
            List<String> apiNames,
            Optional<Path> tls,
            Optional<InetSocketAddress> auditTo,
            Users users) {
        /** Without a socket. @param local as in {@link Users} */
        public Options(
                Optional<Path> config,
                Path state,
                Door openFlow,
                Door ovsdb,
                Door api,
                List<String> apiNames,
                Optional<Path> tls,
                Optional<InetSocketAddress> auditTo,
                String local) {
            this(
                    config,
                    state,
                    openFlow,
                    ovsdb,
                    api,
                    apiNames,
                    tls,
                    auditTo,
                    new Users(local, Optional.empty(), Optional.empty()));
        }
    }

    /**
     * Who may use the admin API besides those with a token.
     *
     * @param local the role of users of this machine who come to its address: admin, operator, reader or nobody
     * @param socket the Unix socket whose users are admins, if there is one
     * @param oidc whose tokens count too, if anybody's do
     */
    record Users(String local, Optional<Path> socket, Optional<Oidc> oidc) {}

    /**
     * An issuer of tokens (OpenID Connect).
     *
     * @param issuer as its tokens name it
     * @param audience as which its tokens name this controller
     * @param keys a file with its public keys (JWK Set), or its HTTPS address
     */
    record Oidc(String issuer, String audience, String keys) {}

    /** Where peers connect. @param plain without TLS, if anywhere @param tls with TLS, if anywhere */
    record Door(Optional<InetSocketAddress> plain, Optional<InetSocketAddress> tls) {
        /** An address without TLS. */
        public static Door plain(InetSocketAddress address) {
            return new Door(Optional.of(address), Optional.empty());
        }
    }

    /** The controller of this installation. @throws Heddle.Failure if it has the command line only */
    static ControllerProgram installed() {
        return ServiceLoader.load(ControllerProgram.class)
                .findFirst()
                .orElseThrow(() ->
                        new Heddle.Failure("this installation has the command line only, without the controller"));
    }

    /** A running controller. */
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
     * @throws IOException when it cannot use an address or the state folder; the message says which
     * @throws InvalidNetworkException when the network file is wrong; nothing was changed
     */
    Running start(Options options) throws IOException, InvalidNetworkException;

    /**
     * A controller's place among several.
     *
     * @param name unique among them
     * @param advertise the address at which hosts, switches and the other controllers reach it
     * @param peer where the other controllers see that it is alive
     * @param etcd where their state is
     */
    record Clustered(String name, String advertise, InetSocketAddress peer, Etcd etcd) {}

    /**
     * Where etcd is, and as whom a controller comes to it.
     *
     * @param tls the folder of the certificates for it, if it needs any
     * @param user as whom, if it asks
     * @param password likewise
     */
    record Etcd(List<URI> endpoints, Optional<Path> tls, Optional<String> user, Optional<String> password) {}

    /** Where a state is: in a folder, or in etcd. */
    record Place(Optional<Path> folder, Optional<Etcd> etcd) {}

    /**
     * Copies a state that no controller uses to a place that has none, and compares.
     *
     * @return how many files it has copied
     * @throws IOException if it cannot; its message says why
     */
    int copy(Place from, Place to) throws IOException;

    /**
     * Starts a controller that is one of several.
     *
     * @throws IOException when it cannot use an address or the state folder; the message says which
     */
    Running start(Options options, Clustered clustered) throws IOException;
}
