package io.heddle.topologies.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Simulated hypervisors on one machine. Each is a network namespace with its own Open vSwitch, and namespaces for its
 * virtual machines. An underlay network joins the hypervisors. The lab itself runs in the namespace in the middle of
 * the underlay. It reaches every host at {@code 172.31.0.N}, and hosts reach a controller there at {@link #CONTROLLER}.
 */
public final class Lab implements AutoCloseable {
    /** The prefix of all namespace names. */
    static final String PREFIX = "hdl-";

    static final String UNDERLAY = "172.31.0.";
    static final String UNDERLAY_BRIDGE = "ul0";
    /** The address at which hosts reach a controller in the middle of the underlay. */
    public static final String CONTROLLER = UNDERLAY + 254;
    /** The last bytes of the addresses of stations. */
    private static final int STATIONS = 200;

    /** The folder for the lab's files. */
    public static final Path FOLDER = Path.of("/run/heddle-lab");

    private static final int VXLAN_OVERHEAD = 50;

    private final Map<String, LabHost> hosts = new LinkedHashMap<>();
    private final Map<String, Node> machines = new LinkedHashMap<>();
    private int stations;

    /** Creates the underlay. @throws IllegalStateException when a lab is already up */
    public Lab() {
        if (Shell.attempt(List.of("ip", "link", "show", UNDERLAY_BRIDGE)).ok()) {
            throw new IllegalStateException("a lab is up already; heddle lab down takes it down");
        }
        makeFolder(FOLDER);
        Shell.run("ip link set lo up");
        Shell.run("ip link add " + UNDERLAY_BRIDGE + " type bridge");
        Shell.run("ip addr add " + CONTROLLER + "/24 dev " + UNDERLAY_BRIDGE);
        Shell.run("ip link set " + UNDERLAY_BRIDGE + " up");
        // With checksum offloading, the userspace datapath would forward frames with unfinished checksums.
        Shell.run("ethtool -K " + UNDERLAY_BRIDGE + " tx off");
    }

    /** Adds a hypervisor. */
    public LabHost host(String name) {
        LabHost host = new LabHost(name, hosts.size() + 1, FOLDER);
        hosts.put(name, host);
        host.up();
        return host;
    }

    /** Adds a machine of the underlay where servers run. */
    public Station station(String name) {
        Station station = new Station(name, UNDERLAY + (STATIONS + stations++));
        station.up();
        return station;
    }

    /** The hypervisors, by name. */
    public Map<String, LabHost> hosts() {
        return hosts;
    }

    /**
     * Adds a virtual machine: a namespace with {@code eth0}. The other end of {@code eth0} is a device on {@code host}
     * with the machine's name.
     *
     * @param address with prefix length, such as {@code 10.0.0.1/24}
     */
    public Node machine(LabHost host, String name, String address) {
        Node vm = new Node(name);
        machines.put(name, vm);
        vm.create();
        Shell.run("ip link add " + name + " netns " + host.namespace() + " type veth peer name eth0 netns "
                + vm.namespace());
        Shell.run("ip -n " + host.namespace() + " link set " + name + " up");
        Shell.run("ip -n " + vm.namespace() + " link set eth0 mtu " + (1500 - VXLAN_OVERHEAD) + " up");
        vm.run("ethtool -K eth0 tx off");
        Shell.run("ip -n " + vm.namespace() + " addr add " + address + " dev eth0");
        return vm;
    }

    /** Adds a server on the underlay. @param address with prefix length, such as {@code 192.0.2.11/24} */
    public Node server(String name, String address) {
        Node server = new Node(name);
        machines.put(name, server);
        server.create();
        String wire = LabHost.WIRE + name;
        Shell.run("ip link add " + wire + " type veth peer name eth0 netns " + server.namespace());
        Shell.run("ip link set " + wire + " master " + UNDERLAY_BRIDGE + " up");
        Shell.run("ip -n " + server.namespace() + " addr add " + address + " dev eth0");
        Shell.run("ip -n " + server.namespace() + " link set eth0 up");
        server.run("ethtool -K eth0 tx off");
        return server;
    }

    /** Adds two machines without a hypervisor. A cable joins {@code eth0} of both. */
    public void pair(String a, String b) {
        for (String name : List.of(a, b)) {
            Node machine = new Node(name);
            machines.put(name, machine);
            machine.create();
        }
        Node left = machine(a);
        Node right = machine(b);
        Shell.run(
                "ip link add eth0 netns " + left.namespace() + " type veth peer name eth0 netns " + right.namespace());
        left.run("ip link set eth0 up");
        right.run("ip link set eth0 up");
    }

    /** The virtual machine of this name. */
    public Node machine(String name) {
        return machines.get(name);
    }

    /** Lays a cable between two hypervisors. */
    public void cable(LabHost a, String deviceA, LabHost b, String deviceB) {
        Shell.run("ip link add " + deviceA + " netns " + a.namespace() + " type veth peer name " + deviceB + " netns "
                + b.namespace());
        Shell.run("ip -n " + a.namespace() + " link set " + deviceA + " up");
        Shell.run("ip -n " + b.namespace() + " link set " + deviceB + " up");
    }

    /** Raises the MTU of a hypervisor's part of the underlay. */
    public void underlayMtu(LabHost host, int mtu) {
        Shell.run("ip link set " + LabHost.WIRE + host.name() + " mtu " + mtu);
        Shell.run("ip link set " + UNDERLAY_BRIDGE + " mtu " + mtu);
        Shell.run("ip -n " + host.namespace() + " link set eth0 mtu " + mtu);
        host.vsctl("set interface " + LabHost.UNDERLAY_BRIDGE + " mtu_request=" + mtu);
    }

    /** Enters the peers' MACs on every hypervisor: OVS drops the first frames of a tunnel until it knows them. */
    public void introduce() {
        for (LabHost from : hosts.values()) {
            for (LabHost to : hosts.values()) {
                if (from != to) {
                    from.appctl("tnl/neigh/set", LabHost.UNDERLAY_BRIDGE, to.address(), to.mac());
                }
            }
        }
    }

    /** Takes down everything that this lab or an earlier one left behind. */
    @Override
    public void close() {
        hosts.values().forEach(LabHost::down);
        sweep();
    }

    /** Takes down every lab on this machine by what it left: processes with pid files, namespaces, the folder. */
    static void sweep() {
        List<ProcessHandle> killed = new ArrayList<>();
        try (Stream<Path> files = Files.exists(FOLDER) ? Files.walk(FOLDER) : Stream.empty()) {
            for (Path pid : files.filter(f -> f.toString().endsWith(".pid")).toList()) {
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(killed::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String line : Shell.run("ip netns list").split("\n")) {
            String namespace = line.split(" ")[0];
            if (namespace.startsWith(PREFIX)) {
                for (String pid : Shell.run("ip netns pids " + namespace).split("\n")) {
                    if (!pid.isBlank()) {
                        ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(killed::add);
                    }
                }
                Shell.run("ip netns del " + namespace);
            }
        }
        killed.forEach(ProcessHandle::destroyForcibly);
        killed.forEach(p -> LabHost.await(Optional.of(p)));
        // The kernel removes a namespace's links some time after its name; a new lab may need their names sooner.
        for (String line : Shell.run("ip -o link show").split("\n")) {
            String link = line.replaceFirst("^\\d+: ", "").split("[@:]")[0];
            if (link.startsWith(LabHost.WIRE) || link.equals(UNDERLAY_BRIDGE)) {
                Shell.attempt(List.of("ip", "link", "del", link));
            }
        }
        deleteFolder();
    }

    private static void deleteFolder() {
        if (!Files.exists(FOLDER)) {
            return;
        }
        List<Path> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(FOLDER)) {
            files.forEach(all::add);
            all.sort(Comparator.reverseOrder());
            for (Path p : all) {
                Files.deleteIfExists(p);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
