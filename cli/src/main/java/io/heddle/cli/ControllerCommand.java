package io.heddle.cli;

import com.google.common.net.InetAddresses;
import io.heddle.config.InvalidNetworkException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code heddle controller}: runs the controller in the foreground until a signal stops it. */
@Command(
        name = "controller",
        mixinStandardHelpOptions = true,
        defaultValueProvider = ControllerDefaults.class,
        description = "Runs the controller in the foreground. An option that is not given is taken from the environment"
                + " (HEDDLE_CONTROLLER_OPENFLOW and so on),"
                + " then from /etc/heddle/controller.conf (openflow = 0.0.0.0:6653 and so on).",
        footer = {"", "Examples:", "  heddle controller --config network.yaml --state /tmp/heddle"})
final class ControllerCommand implements Callable<Integer> {
    @Option(names = "--config", paramLabel = "FILE", description = "network file or folder to start with")
    private Path config;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "/var/lib/heddle",
            description = "where what must last is kept (default: ${DEFAULT-VALUE})")
    private Path state;

    @Option(
            names = "--openflow",
            paramLabel = "ADDR:PORT",
            defaultValue = "0.0.0.0:6653",
            converter = Address.class,
            description = "where switches connect without TLS, or none (default: ${DEFAULT-VALUE})")
    private Listen openFlow;

    @Option(
            names = "--openflow-tls",
            paramLabel = "ADDR:PORT",
            defaultValue = "0.0.0.0:6654",
            converter = Address.class,
            description = "where switches connect by TLS, or none, with --tls (default: ${DEFAULT-VALUE})")
    private Listen openFlowTls;

    @Option(
            names = "--ovsdb",
            paramLabel = "ADDR:PORT",
            defaultValue = "0.0.0.0:6640",
            converter = Address.class,
            description = "where hosts dial in without TLS, or none (default: ${DEFAULT-VALUE})")
    private Listen ovsdb;

    @Option(
            names = "--ovsdb-tls",
            paramLabel = "ADDR:PORT",
            defaultValue = "0.0.0.0:6645",
            converter = Address.class,
            description = "where hosts dial in by TLS, or none, with --tls (default: ${DEFAULT-VALUE})")
    private Listen ovsdbTls;

    @Option(
            names = "--tls",
            paramLabel = "FOLDER",
            description = "Heddle's certificates: controller-privkey.pem, controller-cert.pem, hosts-cacert.pem and,"
                    + " if there is one, crl.pem; heddle pki init makes them")
    private Path tls;

    @Option(
            names = "--api",
            paramLabel = "ADDR:PORT",
            defaultValue = "127.0.0.1:8080",
            converter = Address.class,
            description = "the admin API for this machine, without TLS, or none (default: ${DEFAULT-VALUE})")
    private Listen api;

    @Option(
            names = "--api-tls",
            paramLabel = "ADDR:PORT",
            defaultValue = "none",
            converter = Address.class,
            description = "the admin API by HTTPS, with --tls; requests need a token (default: ${DEFAULT-VALUE})")
    private Listen apiTls;

    @Option(
            names = "--api-local",
            paramLabel = "ROLE",
            defaultValue = "admin",
            description = "what users of this machine may do at --api without a token: admin, operator, reader or"
                    + " nobody (default: ${DEFAULT-VALUE})")
    private String apiLocal;

    @Option(
            names = "--api-socket",
            paramLabel = "PATH",
            description = "a Unix socket for the admin API, whose users are admins: root and the group heddle; or none"
                    + " (default: none; of the service, /run/heddle/api.sock)")
    private String apiSocket;

    @Option(
            names = "--oidc",
            paramLabel = "ISSUER",
            description = "whose tokens (OpenID Connect, JWT) count too, as they name it (iss)")
    private String oidc;

    @Option(
            names = "--oidc-audience",
            paramLabel = "NAME",
            description = "as which its tokens name this controller (aud)")
    private String oidcAudience;

    @Option(
            names = "--oidc-keys",
            paramLabel = "FILE|URL",
            description = "its public keys (JWK Set): a file, or an address with https")
    private String oidcKeys;

    @Option(
            names = "--audit-syslog",
            paramLabel = "ADDR:PORT",
            defaultValue = "none",
            converter = Address.class,
            description = "a syslog server (UDP) that gets the lines of the audit log too (default: ${DEFAULT-VALUE})")
    private Listen auditSyslog;

    @Option(
            names = "--api-open",
            description = "lets --api listen beyond loopback without TLS; others on the way can read the tokens")
    private boolean apiOpen;

    @Option(
            names = "--api-name",
            paramLabel = "NAME",
            split = ",",
            description = "a name by which clients reach the admin API, besides IP addresses and this machine's name")
    private List<String> apiNames = List.of();

    @Option(
            names = "--store",
            paramLabel = "etcd:URL,...",
            description = "where several controllers have their state, such as etcd:https://a:2379,b:2379,c:2379"
                    + " (default: the state folder of this one alone); a user and password for etcd are taken from the"
                    + " environment, HEDDLE_ETCD_USER and HEDDLE_ETCD_PASSWORD")
    private String store;

    @Option(
            names = "--store-tls",
            paramLabel = "FOLDER",
            description = "certificates for etcd: ca.pem and, for a client's own, cert.pem and key.pem")
    private Path storeTls;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "this controller's name among several (default: the name of this machine)")
    private String name;

    @Option(
            names = "--advertise",
            paramLabel = "ADDR",
            description = "by which address hosts, switches and the other controllers reach this one, with --store")
    private String advertise;

    @Option(
            names = "--peer",
            paramLabel = "ADDR:PORT",
            defaultValue = "0.0.0.0:6680",
            converter = Address.class,
            description = "where the other controllers see that this one is alive, with --store (default:"
                    + " ${DEFAULT-VALUE})")
    private Listen peer;

    /** Where to listen. @param address empty for nowhere */
    record Listen(Optional<InetSocketAddress> address) {}

    @Mixin
    private Logging logging;

    @Override
    public Integer call() throws Exception {
        logging.set();
        checkApi();
        ControllerProgram program = ControllerProgram.installed();
        ControllerProgram.Running controller;
        try {
            ControllerProgram.Options options = new ControllerProgram.Options(
                    Optional.ofNullable(config),
                    state,
                    door(openFlow, openFlowTls),
                    door(ovsdb, ovsdbTls),
                    door(api, apiTls),
                    apiNames,
                    Optional.ofNullable(tls),
                    auditSyslog.address,
                    new ControllerProgram.Users(apiLocal, socket(), issuer()));
            controller = store == null ? program.start(options) : program.start(options, clustered());
        } catch (InvalidNetworkException e) {
            e.problems().forEach(p -> System.err.println(p));
            return 1;
        }
        StopSignal stop = new StopSignal();
        stop.await("heddle ready: openflow " + text(door(openFlow, openFlowTls)) + ", ovsdb "
                + text(door(ovsdb, ovsdbTls)) + ", api " + urls() + ", version "
                + controller.version());
        controller.close();
        stop.done();
        return 0;
    }

    private ControllerProgram.Clustered clustered() throws UnknownHostException {
        if (config != null) {
            throw new Heddle.Failure("--config and --store exclude each other: the state in etcd counts; apply the file"
                    + " once by heddle apply");
        }
        if (advertise == null || peer.address.isEmpty()) {
            throw new Heddle.Failure(
                    "--store needs --advertise ADDR, the address at which hosts, switches and the other"
                            + " controllers reach this one, and a --peer address");
        }
        if (!InetAddresses.isInetAddress(advertise)
                || InetAddresses.forString(advertise).isLoopbackAddress()
                || InetAddresses.forString(advertise).isAnyLocalAddress()) {
            throw new Heddle.Failure(
                    "--advertise: expected an IP address by which other machines reach this one, found \"" + advertise
                            + "\"");
        }
        ControllerProgram.Etcd etcd;
        try {
            etcd = Endpoints.etcd(store, storeTls);
        } catch (IllegalArgumentException e) {
            throw new Heddle.Failure("--store: " + e.getMessage());
        }
        String own = name == null ? InetAddress.getLocalHost().getHostName() : name;
        if (!own.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw new Heddle.Failure("--name: expected letters, digits, dots and dashes, found \"" + own + "\"");
        }
        return new ControllerProgram.Clustered(own, advertise, peer.address.get(), etcd);
    }

    private void checkApi() {
        if (!List.of("admin", "operator", "reader", "nobody").contains(apiLocal)) {
            throw new Heddle.Failure(
                    "--api-local: expected admin, operator, reader or nobody, found \"" + apiLocal + "\"");
        }
        if (apiTls.address.isPresent() && tls == null) {
            throw new Heddle.Failure("--api-tls needs the certificates: --tls FOLDER; heddle pki init makes them");
        }
        boolean beyond = api.address.isPresent()
                && (api.address.get().isUnresolved()
                        || !api.address.get().getAddress().isLoopbackAddress());
        if (beyond && !apiOpen) {
            throw new Heddle.Failure("--api " + text(api.address.get()) + " would let others on the network read what"
                    + " is said there: use --api-tls with --tls, or, where nobody else reaches it, --api-open");
        }
    }

    private Optional<ControllerProgram.Oidc> issuer() {
        if (oidc == null && oidcAudience == null && oidcKeys == null) {
            return Optional.empty();
        } else if (oidc == null || oidcAudience == null || oidcKeys == null) {
            throw new Heddle.Failure("--oidc, --oidc-audience and --oidc-keys belong together: give all three");
        }
        return Optional.of(new ControllerProgram.Oidc(oidc, oidcAudience, oidcKeys));
    }

    /** The socket of the admin API. Systemd says where a service may have one. */
    private Optional<Path> socket() {
        String folder = System.getenv("RUNTIME_DIRECTORY");
        if (apiSocket == null) {
            return Optional.ofNullable(folder).map(f -> Path.of(f.replaceFirst(":.*", ""), "api.sock"));
        }
        return apiSocket.equals("none")
                ? Optional.empty()
                : Optional.of(Path.of(apiSocket).toAbsolutePath());
    }

    private String urls() {
        List<String> urls = new ArrayList<>();
        socket().ifPresent(s -> urls.add(UnixWay.address(s)));
        api.address.ifPresent(a -> urls.add("http://" + text(a)));
        apiTls.address.ifPresent(a -> urls.add("https://" + text(a)));
        return urls.isEmpty() ? "nowhere" : String.join(" and ", urls);
    }

    private ControllerProgram.Door door(Listen plain, Listen secure) {
        return new ControllerProgram.Door(plain.address, tls == null ? Optional.empty() : secure.address);
    }

    private static String text(ControllerProgram.Door door) {
        List<String> addresses = new ArrayList<>();
        door.plain().ifPresent(a -> addresses.add(text(a)));
        door.tls().ifPresent(a -> addresses.add(text(a) + " by TLS"));
        return addresses.isEmpty() ? "nowhere" : String.join(" and ", addresses);
    }

    private static String text(InetSocketAddress a) {
        return a.getHostString() + ":" + a.getPort();
    }

    /** {@code 0.0.0.0:6653}, {@code [::]:6653} or {@code none}. */
    static final class Address implements ITypeConverter<Listen> {
        @Override
        public Listen convert(String text) {
            if (text.equals("none")) {
                return new Listen(Optional.empty());
            }
            int colon = text.lastIndexOf(':');
            try {
                int port = Integer.parseInt(text.substring(colon + 1));
                String host = text.substring(0, Math.max(0, colon)).replaceAll("[\\[\\]]", "");
                if (!host.isEmpty()) {
                    return new Listen(Optional.of(new InetSocketAddress(host, port)));
                }
            } catch (IllegalArgumentException e) {
                // Reported below.
            }
            throw new TypeConversionException("expected ADDR:PORT such as 127.0.0.1:6653, found \"" + text + "\"");
        }
    }
}
