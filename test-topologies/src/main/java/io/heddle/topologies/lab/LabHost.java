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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A hypervisor of the lab: a namespace with an ovsdb-server and an ovs-vswitchd of its own. Its underlay address
 * stands on the bridge {@code brp}, which the userspace datapath needs to send tunnels by.
 */
public final class LabHost extends Node {
    /** The bridge that carries the underlay; the lab's, not Heddle's. */
    public static final String UNDERLAY_BRIDGE = "brp";
    /** What the names of the underlay's ends of the hosts' cables start with. */
    static final String WIRE = "u-";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema";

    private final Path folder;
    private final int number;

    LabHost(String name, int number, Path folder) {
        super(name);
        this.number = number;
        this.folder = folder.resolve(name);
    }

    /** Its address on the underlay. */
    public String address() {
        return Lab.UNDERLAY + number;
    }

    /** Where its sockets, databases and logs are. */
    public Path folder() {
        return folder;
    }

    void up() {
        Lab.makeFolder(folder);
        Shell.run("ip netns add " + namespace());
        Shell.run("ip -n " + namespace() + " link set lo up");
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

    /** Starts ovsdb-server, listening on TCP port 6640 as well. */
    public void startDatabase() {
        run("ovsdb-server " + folder + "/conf.db --remote=punix:" + folder + "/db.sock --remote=ptcp:6640 "
                + "--remote=db:Open_vSwitch,Open_vSwitch,manager_options --unixctl=" + folder + "/ovsdb.ctl "
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

    /** Lets ovsdb-server stand still, or go on. */
    public void freezeDatabase(boolean still) {
        try {
            Shell.run("kill " + (still ? "-STOP " : "-CONT ")
                    + Files.readString(folder.resolve("ovsdb.pid")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<ProcessHandle> kill(String pidFile) {
        try {
            Path file = folder.resolve(pidFile);
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            Optional<ProcessHandle> process =
                    ProcessHandle.of(Long.parseLong(Files.readString(file).strip()));
            process.ifPresent(ProcessHandle::destroyForcibly);
            Files.deleteIfExists(file);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that its parent never reaps would keep us for ever. */
    private static void await(Optional<ProcessHandle> process) {
        process.ifPresent(
                p -> p.onExit().completeOnTimeout(p, 5, TimeUnit.SECONDS).join());
    }

    void down() {
        kill("vsw.pid");
        kill("ovsdb.pid");
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
     * Runs a command of ovs-appctl on this host's ovs-vswitchd: over its control socket, since a process for each of
     * thousands would take longer than what it asks.
     *
     * @throws IllegalStateException when it fails, with what was said
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
