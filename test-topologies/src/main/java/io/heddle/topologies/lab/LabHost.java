package io.heddle.topologies.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A hypervisor of the lab: a namespace with its own ovsdb-server and ovs-vswitchd. Its underlay address is on the
 * bridge {@code brp}: the userspace datapath needs such a bridge to send tunnel packets.
 */
public final class LabHost extends Node {
    /** The bridge of the underlay, which belongs to the lab and not to Heddle. */
    public static final String UNDERLAY_BRIDGE = "brp";
    /** The name prefix of the underlay's ends of the hosts' cables. */
    static final String WIRE = "u-";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCHEMA = schema();

    private final Path folder;
    private final int number;

    LabHost(String name, int number, Path folder) {
        super(name);
        this.number = number;
        this.folder = folder.resolve(name);
    }

    /** The schema of the Open vSwitch whose programs the search path finds, which may be another than Debian's. */
    private static Path schema() {
        for (String folder : System.getenv("PATH").split(":")) {
            Path schema = Path.of(folder).resolveSibling("share/openvswitch/vswitch.ovsschema");
            if (Files.exists(Path.of(folder, "ovsdb-server")) && Files.exists(schema)) {
                return schema;
            }
        }
        return Path.of("/usr/share/openvswitch/vswitch.ovsschema");
    }

    /** Whether the lab's Open vSwitch can limit the connections of a zone: 3.3 and later. */
    public static boolean limitsZones() {
        try {
            return Files.readString(SCHEMA).contains("ct_zone_default_limit");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The host's address on the underlay. */
    public String address() {
        return Lab.UNDERLAY + number;
    }

    /** The folder of the host's sockets, databases and logs. */
    public Path folder() {
        return folder;
    }

    void up() {
        Lab.makeFolder(folder);
        create();
        String wire = WIRE + name();
        Shell.run("ip link add " + wire + " type veth peer name eth0 netns " + namespace());
        Shell.run("ip link set " + wire + " master " + Lab.UNDERLAY_BRIDGE + " up");
        Shell.run("ip -n " + namespace() + " link set eth0 up");
        Shell.run("ovsdb-tool create " + folder + "/conf.db " + SCHEMA);
        startDatabase();
        vsctl("--no-wait init -- set Open_vSwitch . external_ids:system-id=" + name());
        startSwitch();
        vsctl("add-br " + UNDERLAY_BRIDGE + " -- set bridge " + UNDERLAY_BRIDGE + " datapath_type=netdev "
                + "other_config:hwaddr=" + mac() + " -- add-port " + UNDERLAY_BRIDGE + " eth0");
        Shell.run("ip -n " + namespace() + " addr add " + address() + "/24 dev " + UNDERLAY_BRIDGE);
        Shell.run("ip -n " + namespace() + " link set " + UNDERLAY_BRIDGE + " up");
    }

    String mac() {
        return String.format("02:00:ac:1f:00:%02x", number);
    }

    /**
     * Makes it like a host after the installation of Open vSwitch: it has no bridge, its address is on its NIC, its
     * default gateway is the middle of the underlay, and nobody from outside may talk to its database.
     */
    public void withoutBridge() {
        vsctl("del-br " + UNDERLAY_BRIDGE);
        killDatabase();
        startClosedDatabase();
        run("ip addr add " + address() + "/24 dev eth0");
        run("ip route add default via " + Lab.CONTROLLER);
    }

    /** Starts ovsdb-server, reachable only from this host. */
    public void startClosedDatabase() {
        run("ovsdb-server " + folder + "/conf.db --remote=punix:" + folder + "/db.sock"
                + " --remote=db:Open_vSwitch,Open_vSwitch,manager_options --unixctl=" + folder + "/ovsdb.ctl"
                + " --pidfile=" + folder + "/ovsdb.pid --log-file=" + folder + "/ovsdb.log --detach");
    }

    /** Starts ovsdb-server, listening on TCP port 6640 as well. */
    public void startDatabase() {
        run("ovsdb-server " + folder + "/conf.db --remote=punix:" + folder + "/db.sock --remote=ptcp:6640 "
                + "--remote=db:Open_vSwitch,Open_vSwitch,manager_options "
                + "--private-key=db:Open_vSwitch,SSL,private_key --certificate=db:Open_vSwitch,SSL,certificate "
                + "--bootstrap-ca-cert=db:Open_vSwitch,SSL,ca_cert --unixctl=" + folder + "/ovsdb.ctl "
                + "--pidfile=" + folder + "/ovsdb.pid --log-file=" + folder + "/ovsdb.log --detach");
    }

    /** Starts ovs-vswitchd. */
    public void startSwitch() {
        run("env OVS_RUNDIR=" + folder + " ovs-vswitchd unix:" + folder + "/db.sock --unixctl=" + folder
                + "/vsw.ctl --pidfile=" + folder + "/vsw.pid --log-file=" + folder + "/vsw.log --detach");
    }

    /** Kills ovs-vswitchd at once, as a crash would. */
    public void killSwitch() {
        await(kill("vsw.pid"));
    }

    /** Kills ovsdb-server at once, as a crash would. */
    public void killDatabase() {
        await(kill("ovsdb.pid"));
    }

    /** Stops ovsdb-server with SIGSTOP, or lets it continue. */
    public void freezeDatabase(boolean still) {
        try {
            Shell.run("kill " + (still ? "-STOP " : "-CONT ")
                    + Files.readString(folder.resolve("ovsdb.pid")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes ovsdb-server the standby of a server that is not there, or a server again; a standby is read-only. */
    public void standbyDatabase(boolean standby) {
        String appctl = "ovs-appctl -t " + folder + "/ovsdb.ctl ovsdb-server/";
        if (standby) {
            Shell.run(appctl + "set-active-ovsdb-server tcp:127.0.0.1:9");
            Shell.run(appctl + "connect-active-ovsdb-server");
        } else {
            Shell.run(appctl + "disconnect-active-ovsdb-server");
        }
    }

    private Optional<ProcessHandle> kill(String pidFile) {
        Optional<ProcessHandle> process = process(pidFile);
        process.ifPresent(ProcessHandle::destroyForcibly);
        try {
            Files.deleteIfExists(folder.resolve(pidFile));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return process;
    }

    private Optional<ProcessHandle> process(String pidFile) {
        try {
            Path file = folder.resolve(pidFile);
            return Files.exists(file)
                    ? ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The time for which ovs-vswitchd has used a processor. */
    public Duration switchCpu() {
        return process("vsw.pid").flatMap(p -> p.info().totalCpuDuration()).orElse(Duration.ZERO);
    }

    /** Bounded: a process whose parent never reaps it would block us for ever. */
    static void await(Optional<ProcessHandle> process) {
        process.ifPresent(
                p -> p.onExit().completeOnTimeout(p, 5, TimeUnit.SECONDS).join());
    }

    void down() {
        Optional<ProcessHandle> vswitch = kill("vsw.pid");
        await(kill("ovsdb.pid"));
        await(vswitch);
    }

    /** Runs ovs-vsctl on this host. */
    public String vsctl(String args) {
        return Shell.run("ovs-vsctl --db=unix:" + folder + "/db.sock " + args);
    }

    /** Runs ovs-ofctl on a bridge of this host: {@code ofctl("br0", "dump-flows", "table=0")}. */
    public String ofctl(String bridge, String verb, String... args) {
        return Shell.run("ovs-ofctl -O OpenFlow13 " + verb + " unix:" + folder + "/" + bridge + ".mgmt "
                + String.join(" ", args));
    }

    /**
     * Runs an ovs-appctl command on this host's ovs-vswitchd. Uses its control socket, because starting a process for
     * each of thousands of commands would take longer than the commands.
     *
     * @throws IllegalStateException when the command fails, with its error message
     */
    public String appctl(String... args) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("vsw.ctl")))) {
            Map<String, Object> request =
                    Map.of("id", 0, "method", args[0], "params", List.of(args).subList(1, args.length));
            channel.write(ByteBuffer.wrap(JSON.writeValueAsBytes(request)));
            JsonNode answer = JSON.readTree(Channels.newInputStream(channel));
            if (!answer.path("error").isNull()) {
                throw new IllegalStateException(
                        String.join(" ", args) + ": " + answer.path("error").asText());
            }
            return answer.path("result").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
