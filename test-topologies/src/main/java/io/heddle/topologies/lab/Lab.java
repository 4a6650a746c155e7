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
import java.util.stream.Stream;

/**
 * Simulated hypervisors on one machine: each a network namespace with its own Open vSwitch, joined by an underlay
 * network, with namespaces for their virtual machines. The namespace in which this runs is the underlay's middle: it
 * reaches every host at {@code 172.31.0.N}, and a controller started here is reached at {@link #CONTROLLER}.
 */
public final class Lab implements AutoCloseable {
    /** What the names of all namespaces start with. */
    static final String PREFIX = "hdl-";

    static final String UNDERLAY = "172.31.0.";
    static final String UNDERLAY_BRIDGE = "ul0";
    /** The address by which hosts reach a controller that runs in the lab's middle. */
    public static final String CONTROLLER = UNDERLAY + 254;
    /** Where the lab keeps its files. */
    public static final Path FOLDER = Path.of("/run/heddle-lab");

    private static final int VXLAN_OVERHEAD = 50;

    private final Map<String, LabHost> hosts = new LinkedHashMap<>();
    private final Map<String, Node> machines = new LinkedHashMap<>();

    /** Makes the underlay. @throws IllegalStateException when a lab is up already */
    public Lab() {
        if (Shell.attempt(List.of("ip", "link", "show", UNDERLAY_BRIDGE)).ok()) {
            throw new IllegalStateException("a lab is up already; heddle lab down takes it down");
        }
        makeFolder(FOLDER);
        Shell.run("ip link set lo up");
        Shell.run("ip link add " + UNDERLAY_BRIDGE + " type bridge");
        Shell.run("ip addr add " + CONTROLLER + "/24 dev " + UNDERLAY_BRIDGE);
        Shell.run("ip link set " + UNDERLAY_BRIDGE + " up");
        // A sender that leaves checksums to hardware sends frames that the userspace datapath passes on unfinished.
        Shell.run("ethtool -K " + UNDERLAY_BRIDGE + " tx off");
    }

    /** Adds a hypervisor. */
    public LabHost host(String name) {
        LabHost host = new LabHost(name, hosts.size() + 1, FOLDER);
        hosts.put(name, host);
        host.up();
        return host;
    }

    /** The hypervisors, by name. */
    public Map<String, LabHost> hosts() {
        return hosts;
    }

    /**
     * Adds a virtual machine: a namespace with {@code eth0}, the other end of which is a device on {@code host} that
     * carries the machine's name.
     *
     * @param address with prefix length, such as {@code 10.0.0.1/24}
     */
    public Node machine(LabHost host, String name, String address) {
        Node vm = new Node(name);
        machines.put(name, vm);
        Shell.run("ip netns add " + vm.namespace());
        Shell.run("ip -n " + vm.namespace() + " link set lo up");
        Shell.run("ip link add " + name + " netns " + host.namespace() + " type veth peer name eth0 netns "
                + vm.namespace());
        Shell.run("ip -n " + host.namespace() + " link set " + name + " up");
        Shell.run("ip -n " + vm.namespace() + " link set eth0 mtu " + (1500 - VXLAN_OVERHEAD) + " up");
        vm.run("ethtool -K eth0 tx off");
        // Neighbour discovery at odd moments would make counters in tests a matter of luck.
        vm.run("sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1");
        Shell.run("ip -n " + vm.namespace() + " addr add " + address + " dev eth0");
        return vm;
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

    /** Lets a hypervisor's part of the underlay carry larger packets. */
    public void underlayMtu(LabHost host, int mtu) {
        Shell.run("ip link set " + LabHost.WIRE + host.name() + " mtu " + mtu);
        Shell.run("ip link set " + UNDERLAY_BRIDGE + " mtu " + mtu);
        Shell.run("ip -n " + host.namespace() + " link set eth0 mtu " + mtu);
        host.vsctl("set interface " + LabHost.UNDERLAY_BRIDGE + " mtu_request=" + mtu);
    }

    /** Lets every hypervisor know its peers' hardware addresses: OVS drops a tunnel's first frames until it does. */
    public void introduce() {
        for (LabHost from : hosts.values()) {
            for (LabHost to : hosts.values()) {
                if (from != to) {
                    from.appctl("tnl/neigh/set", LabHost.UNDERLAY_BRIDGE, to.address(), to.mac());
                }
            }
        }
    }

    /** Takes down whatever a lab left behind, this one or another. */
    @Override
    public void close() {
        hosts.values().forEach(LabHost::down);
        sweep();
    }

    /** Takes down every lab on this machine, by what it left: processes by their pid files, namespaces, folder. */
    static void sweep() {
        try (Stream<Path> files = Files.exists(FOLDER) ? Files.walk(FOLDER) : Stream.empty()) {
            for (Path pid : files.filter(f -> f.toString().endsWith(".pid")).toList()) {
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                        .ifPresent(ProcessHandle::destroyForcibly);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String line : Shell.run("ip netns list").split("\n")) {
            String namespace = line.split(" ")[0];
            if (namespace.startsWith(PREFIX)) {
                for (String pid : Shell.run("ip netns pids " + namespace).split("\n")) {
                    if (!pid.isBlank()) {
                        ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
                    }
                }
                Shell.run("ip netns del " + namespace);
            }
        }
        // A namespace's own links go some time after its name; a new lab may ask for theirs sooner.
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
