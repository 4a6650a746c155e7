package io.heddle.cli;

import io.heddle.config.InvalidNetworkException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
            description = "the admin API (default: ${DEFAULT-VALUE})")
    private Listen api;

    @Option(
            names = "--api-name",
            paramLabel = "NAME",
            split = ",",
            description = "a name by which clients reach the admin API, besides IP addresses and this machine's name")
    private List<String> apiNames = List.of();

    /** Where to listen. @param address empty for nowhere */
    record Listen(Optional<InetSocketAddress> address) {}

    @Mixin
    private Logging logging;

    @Override
    public Integer call() throws Exception {
        logging.set();
        ControllerProgram program = ServiceLoader.load(ControllerProgram.class)
                .findFirst()
                .orElseThrow(() ->
                        new Heddle.Failure("this installation has the command line only, without the controller"));
        ControllerProgram.Running controller;
        try {
            controller = program.start(new ControllerProgram.Options(
                    Optional.ofNullable(config),
                    state,
                    door(openFlow, openFlowTls),
                    door(ovsdb, ovsdbTls),
                    api.address.orElseThrow(() -> new Heddle.Failure("--api: expected ADDR:PORT, found none")),
                    apiNames,
                    Optional.ofNullable(tls)));
        } catch (InvalidNetworkException e) {
            e.problems().forEach(p -> System.err.println(p));
            return 1;
        }
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.countDown();
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        System.out.println("heddle ready: openflow " + text(door(openFlow, openFlowTls)) + ", ovsdb "
                + text(door(ovsdb, ovsdbTls)) + ", api http://" + text(api.address.get()) + ", version "
                + controller.version());
        stop.await();
        controller.close();
        stopped.countDown();
        return 0;
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
