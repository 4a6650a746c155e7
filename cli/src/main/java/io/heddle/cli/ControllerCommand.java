package io.heddle.cli;

import io.heddle.config.InvalidNetworkException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
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
            description = "where switches connect (default: ${DEFAULT-VALUE})")
    private InetSocketAddress openFlow;

    @Option(
            names = "--ovsdb",
            paramLabel = "ADDR:PORT",
            defaultValue = "0.0.0.0:6640",
            converter = Address.class,
            description = "where hosts dial in (default: ${DEFAULT-VALUE})")
    private InetSocketAddress ovsdb;

    @Option(
            names = "--api",
            paramLabel = "ADDR:PORT",
            defaultValue = "127.0.0.1:8080",
            converter = Address.class,
            description = "the admin API (default: ${DEFAULT-VALUE})")
    private InetSocketAddress api;

    @Option(
            names = "--api-name",
            paramLabel = "NAME",
            split = ",",
            description = "a name by which clients reach the admin API, besides IP addresses and this machine's name")
    private List<String> apiNames = List.of();

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
            controller = program.start(
                    new ControllerProgram.Options(Optional.ofNullable(config), state, openFlow, ovsdb, api, apiNames));
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
        System.out.println("heddle ready: openflow " + text(openFlow) + ", ovsdb " + text(ovsdb) + ", api http://"
                + text(api) + ", version " + controller.version());
        stop.await();
        controller.close();
        stopped.countDown();
        return 0;
    }

    private static String text(InetSocketAddress a) {
        return a.getHostString() + ":" + a.getPort();
    }

    /** {@code 0.0.0.0:6653} or {@code [::]:6653}. */
    static final class Address implements ITypeConverter<InetSocketAddress> {
        @Override
        public InetSocketAddress convert(String text) {
            int colon = text.lastIndexOf(':');
            try {
                int port = Integer.parseInt(text.substring(colon + 1));
                String host = text.substring(0, Math.max(0, colon)).replaceAll("[\\[\\]]", "");
                if (!host.isEmpty()) {
                    return new InetSocketAddress(host, port);
                }
            } catch (IllegalArgumentException e) {
                // Reported below.
            }
            throw new TypeConversionException("expected ADDR:PORT such as 127.0.0.1:6653, found \"" + text + "\"");
        }
    }
}
