package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.importing.first.Answers;
import io.heddle.importing.first.FirstNetwork;
import io.heddle.importing.first.RunningHost;
import java.io.Console;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heddle init}: the first network of this host, from five questions to a version that somebody keeps. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description =
                "Writes the first network file of this host from five questions, shows the plan, and applies it on"
                        + " trial: unless somebody keeps it in time, the network and the host's addresses go back by"
                        + " themselves. Flags answer questions. Without a terminal, or with --yes, what was found on"
                        + " the host answers the others.",
        footer = {
            "",
            "Examples:",
            "  heddle init                                          asks",
            "  heddle init --uplink eth0,eth1 --networks red=10 --yes  two NICs as a bond, one network of guests",
            "  heddle init --file-only                              only writes network.yaml"
        })
final class InitCommand implements Callable<Integer> {
    private static final int DIAL_SECONDS = 20;

    @Mixin
    private ApiOption api;

    @Option(names = "--host", paramLabel = "NAME", description = "the name of this host in the file")
    private String host;

    @Option(names = "--uplink", paramLabel = "NIC,...", description = "the NIC that leads to the switches, or several")
    private String uplink;

    @Option(
            names = "--vlan",
            paramLabel = "VLAN",
            description = "the VLAN of the host's own address on the uplink, 0 for untagged")
    private String vlan;

    @Option(names = "--bridge", paramLabel = "NAME", description = "the name of the bridge")
    private String bridge;

    @Option(names = "--networks", paramLabel = "NAME=VLAN,...", description = "the networks of the guests, or none")
    private String networks;

    @Option(
            names = "--datapath",
            paramLabel = "system|netdev",
            description = "the kernel's datapath or that of userspace (default: the kernel's, if it has the module)")
    private String datapath = "";

    @Option(
            names = "--file",
            paramLabel = "FILE",
            defaultValue = "network.yaml",
            description = "the file to write (default: ${DEFAULT-VALUE})")
    private Path file;

    @Option(names = "--overwrite", description = "replace the file, if there is one")
    private boolean overwrite;

    @Option(names = "--file-only", description = "write the file, and change nothing")
    private boolean fileOnly;

    @Option(
            names = "--ovsdb",
            paramLabel = "tcp:ADDR:PORT",
            defaultValue = "tcp:127.0.0.1:6640",
            description = "where this host's Open vSwitch finds the controller (default: ${DEFAULT-VALUE})")
    private String ovsdb;

    @Option(
            names = "--confirm",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "how long you have to keep the change (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = {"-y", "--yes"},
            description = "ask nothing, and apply")
    private boolean yes;

    @Override
    public Integer call() throws Exception {
        check();
        FirstNetwork.Switch ovs = openVSwitch();
        RunningHost here = LocalHost.read();
        Console console = yes ? null : System.console();
        Answers answers = new InitQuestions(here, ovs, console)
                .ask(new InitQuestions.Flags(host, uplink, vlan, bridge, networks));
        FirstNetwork network;
        try {
            network = FirstNetwork.of(here, ovs, answers);
        } catch (IllegalArgumentException e) {
            throw new Heddle.Failure(e.getMessage());
        }
        write(network.text(), console);
        network.notes().forEach(n -> System.out.println("note: " + n));
        if (fileOnly) {
            System.out.println("next: heddle plan " + file + ", heddle apply --confirm 60 " + file);
            if (!network.move().isEmpty()) {
                System.out.println("heddle apply moves no addresses: run heddle init without --file-only for that");
            }
            return 0;
        }
        return apply(network, answers);
    }

    private void check() throws IOException {
        if (!datapath.matches("|system|netdev")) {
            throw new Heddle.Failure("--datapath: expected system or netdev, found \"" + datapath + "\"");
        }
        if (!ovsdb.matches("(tcp|ssl):.+:\\d{1,5}")) {
            throw new Heddle.Failure("--ovsdb: expected tcp:ADDR:PORT or ssl:ADDR:PORT, found \"" + ovsdb + "\"");
        }
        if (seconds < 5 || seconds > 3600) {
            throw new Heddle.Failure("--confirm: expected 5 to 3600 seconds, found " + seconds);
        }
        if (!fileOnly && !LocalHost.isRoot()) {
            throw new Heddle.Failure(
                    "heddle init changes Open vSwitch and the addresses of this host: run it with sudo,"
                            + " or with --file-only to write only the file");
        }
    }

    /** With --file-only, a host without Open vSwitch gets a file for the one that it will have. */
    private FirstNetwork.Switch openVSwitch() throws IOException, InterruptedException {
        try {
            return LocalHost.openVSwitch(datapath);
        } catch (Heddle.Failure e) {
            if (!fileOnly) {
                throw e;
            }
            System.err.println("warning: " + e.getMessage());
            System.err.println("warning: replace the system-id in the file by what ovs-vsctl get Open_vSwitch ."
                    + " external_ids:system-id prints");
            return new FirstNetwork.Switch("SYSTEM-ID", datapath.equals("netdev"), Map.of());
        }
    }

    private void write(String text, Console console) throws IOException {
        if (Files.exists(file)) {
            if (Files.isRegularFile(file) && Files.readString(file).equals(text)) {
                System.out.println(file + " says this already");
                return;
            }
            if (!overwrite && (console == null || !Applying.accepts(file + " exists. Overwrite it? [y/N] "))) {
                throw new Heddle.Failure("nothing was changed: " + file
                        + " exists; --overwrite replaces it, --file NAME writes another");
            }
        }
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new Heddle.Failure("--file: there is no folder " + folder);
        }
        Path written = Files.createTempFile(folder, "network", ".new");
        try {
            Files.writeString(written, text);
            permit(written);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
        System.out.println("wrote " + file);
    }

    /** Whoever ran sudo reads the file, too. One that was there stays whose it was. */
    private void permit(Path written) throws IOException {
        boolean isNew = !Files.exists(file);
        Files.setPosixFilePermissions(
                written, isNew ? PosixFilePermissions.fromString("rw-r--r--") : Files.getPosixFilePermissions(file));
        if (!isNew && LocalHost.isRoot()) {
            Files.setOwner(written, Files.getOwner(file));
        }
    }

    private int apply(FirstNetwork network, Answers answers) throws Exception {
        ApiClient client = api.client();
        staysReachable(network, answers.uplinks());
        int base = base(client, network.text());
        boolean isNew = LocalHost.letIn(ovsdb);
        if (isNew) {
            System.out.println("Open vSwitch of this host now dials " + ovsdb);
        }
        SavedPlan wanted;
        JsonNode plan;
        try {
            wanted = SavedPlan.of(file);
            plan = plan(client, wanted, answers.host());
            if (plan.path("empty").asBoolean()) {
                System.out.println("nothing to do: this network is in force");
                return 0;
            }
            accept(plan);
            watch(network, answers, base);
        } catch (IOException | Heddle.Failure e) {
            if (isNew) {
                LocalHost.keepOut(ovsdb);
            }
            throw e;
        }
        Applying applying = Applying.onTrial(seconds, "first network of " + answers.host());
        int exit;
        try {
            exit = applying.run(
                    client, plan, "PUT", "network?base=" + base, wanted.body(), state -> move(network, state));
        } catch (ApiClient.Refusal e) {
            if (isNew && applying.version() == 0) {
                LocalHost.keepOut(ovsdb);
            }
            throw e;
        }
        System.out.println("To make the addresses last: heddle host-config " + answers.host() + " --for " + program()
                + " -f " + file);
        return exit;
    }

    private void accept(JsonNode plan) {
        System.out.println(new PlanText(false, false).of(plan));
        if (!yes && !Applying.accepts("Apply this? It goes back after " + seconds + " s unless you keep it. [y/N] ")) {
            throw new Heddle.Failure(
                    "nothing was changed but " + file + (System.console() == null ? ": pass --yes to apply" : ""));
        }
    }

    /** A controller that this host reaches by the NIC would be cut off before the address is on the bridge. */
    private void staysReachable(FirstNetwork network, List<String> uplinks) throws InterruptedException {
        if (network.move().isEmpty()) {
            return;
        }
        List<String> addresses = new ArrayList<>(List.of(ovsdb));
        if (UnixWay.path(api.address()).isEmpty()) {
            addresses.add(0, api.address());
        }
        for (String address : addresses) {
            Optional<String> nic = LocalHost.wayTo(hostOf(address)).filter(uplinks::contains);
            if (nic.isPresent()) {
                throw new Heddle.Failure(file + " is written, but the controller at " + address + " is reached by "
                        + nic.get() + ", which becomes a port of Open vSwitch: it would be cut off before the address"
                        + " has moved. Run a controller on this host, or one that another NIC reaches");
            }
        }
    }

    /** Of {@code http://ADDR:PORT/} or {@code tcp:ADDR:PORT}. */
    private static String hostOf(String address) {
        return address.replaceFirst("^\\w+:(//)?", "").replaceFirst("/.*$", "").replaceFirst(":\\d+$", "");
    }

    /** The version in force. @throws Heddle.Failure if it says something, which the new file would replace */
    private int base(ApiClient client, String text) throws IOException {
        JsonNode files;
        try {
            files = client.get("network");
        } catch (ConnectException e) {
            throw new Heddle.Failure(file + " is written, but no controller answers here. Start one, systemctl start"
                    + " heddle or heddle controller, and say heddle init again");
        }
        for (JsonNode f : files.path("files")) {
            String other = f.asText().replaceAll("(?m)^\\s*(#.*)?\\R?", "").strip();
            if (!other.isEmpty() && !other.equals("heddle: v1") && !f.asText().equals(text)) {
                throw new Heddle.Failure(file + " is written, but the controller has a network already (version "
                        + files.path("version").asInt() + "), which this file would replace: put both into one folder,"
                        + " and heddle apply --confirm 60 FOLDER");
            }
        }
        if (client.get("status").has("trial")) {
            throw new Heddle.Failure(file + " is written, but a version is on trial: heddle confirm keeps it");
        }
        return files.path("version").asInt();
    }

    private JsonNode plan(ApiClient client, SavedPlan wanted, String name) throws IOException, InterruptedException {
        for (int i = 0; ; i++) {
            JsonNode plan = client.post("plan", wanted.body());
            boolean isAway = false;
            for (JsonNode p : plan.path("pending")) {
                isAway |= p.asText().equals(name);
            }
            if (!isAway) {
                return plan;
            }
            if (i == DIAL_SECONDS) {
                throw new Heddle.Failure(file + " is written, but Open vSwitch of this host does not reach the"
                        + " controller at " + ovsdb + ": name where it listens with --ovsdb");
            }
            TimeUnit.SECONDS.sleep(1);
        }
    }

    /** From here on, the addresses come back even if this process is cut off. */
    private void watch(FirstNetwork network, Answers answers, int base) throws IOException, InterruptedException {
        if (network.move().isEmpty()) {
            return;
        }
        Path back = Files.createTempFile("heddle-init", ".batch");
        Files.write(back, network.move().back());
        List<String> words = new ArrayList<>(api.words());
        words.addAll(List.of("--base", "" + base, "--seconds", "" + seconds, "--bridge", answers.bridge()));
        answers.uplinks().forEach(u -> words.addAll(List.of("--uplink", u)));
        words.addAll(List.of("--ovsdb", ovsdb, "--back", back.toString()));
        InitWatchCommand.start(words);
    }

    private static void move(FirstNetwork network, JsonNode state) throws IOException, InterruptedException {
        if (network.move().isEmpty()) {
            return;
        }
        if (!state.path("state").asText().equals("in-sync")) {
            System.out.println(
                    "the addresses stay where they are, since the bridge is not there; it goes back by itself");
            return;
        }
        String wrong = LocalHost.ipBatch(network.move().there());
        System.out.println(
                wrong.isEmpty() ? "the addresses are on the bridge now" : "moved the addresses, but ip says: " + wrong);
    }

    /** The program that gives this host its addresses when it starts. */
    private static String program() {
        return Files.isDirectory(Path.of("/etc/netplan"))
                ? "netplan"
                : Files.exists(Path.of("/etc/network/interfaces"))
                        ? "ifupdown"
                        : Files.isDirectory(Path.of("/etc/NetworkManager/system-connections")) ? "nmcli" : "networkd";
    }
}
