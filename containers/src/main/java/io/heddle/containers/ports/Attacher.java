package io.heddle.containers.ports;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.util.concurrent.Striped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * Attaches containers to networks, and detaches them. Each step may be repeated after a crash, and gives the same
 * answer. Methods block. Any thread.
 */
public final class Attacher {
    private static final int STRIPES = 1024;
    private static final int LOCK_SECONDS = 60;
    private static final int OPEN_MILLIS = 5_000;
    private static final int POLL_MILLIS = 10;

    private final HostPorts ports;
    private final Devices devices;
    /** Requests about the same port wait for each other. */
    private final Striped<Lock> locks = Striped.lock(STRIPES);

    /** An attached container. */
    public record Attached(HostPorts.Declared port, NetworkFacts network, OptionalInt mtu, String hostMac) {
        /** The gateways of the IP versions of which the container has an address. */
        public List<String> gateways() {
            List<String> all = new ArrayList<>();
            for (String a : port.addresses()) {
                network.gateway(Subnets.isV4(a)).ifPresent(all::add);
            }
            return all;
        }

        /** Further routes, which are of IPv4. */
        public List<NetworkFacts.Route> routes() {
            return port.addresses().stream().anyMatch(Subnets::isV4) ? network.routes() : List.of();
        }
    }

    /** When Docker last asked for a port, by {@link System#nanoTime}: its pair has both ends here for a while. */
    private final Map<String, Long> made = new ConcurrentHashMap<>();

    /** Some work about a port. */
    public interface Work<T> {
        T run() throws Refusal;
    }

    public Attacher(HostPorts ports, Devices devices) {
        this.ports = ports;
        this.devices = devices;
    }

    /** Runs work while no other about the same port runs. */
    public <T> T alone(String port, Work<T> work) throws Refusal {
        Lock lock = locks.get(port);
        try {
            if (!lock.tryLock(LOCK_SECONDS, TimeUnit.SECONDS)) {
                throw new Refusal(
                        Refusal.Kind.TRY_LATER, "another request about the port " + port + " still runs; try again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(Refusal.Kind.TRY_LATER, "the daemon is stopping; try again later");
        }
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives a container an interface with addresses and routes.
     *
     * @param hasDefaultRoute whether the gateway of the network may become the container's
     */
    public Attached attach(Wish wish, Devices.End end, boolean hasDefaultRoute) throws Refusal {
        return alone(wish.name(), () -> {
            JsonNode bridge = ports.bridge();
            NetworkFacts network = ports.network(wish.network());
            boolean isRepeated = devices.isConnected(wish.name(), end, wish.mac());
            try {
                if (!isRepeated) {
                    devices.connect(wish.name(), end, wish.mac());
                }
                Attached attached = open(wish, network);
                devices.configure(
                        end,
                        new Devices.Setting(
                                attached.mtu(),
                                HostPorts.isUserspace(bridge),
                                attached.port().addresses(),
                                hasDefaultRoute ? attached.gateways() : List.of(),
                                attached.routes()));
                return attached;
            } catch (Refusal | RuntimeException e) {
                undo(wish, isRepeated);
                throw e;
            }
        });
    }

    /** Makes a pair for a container whose runtime takes the other end and configures it. */
    public Attached prepare(Wish wish, String peer) throws Refusal {
        return alone(wish.name(), () -> {
            JsonNode bridge = ports.bridge();
            NetworkFacts network = ports.network(wish.network());
            refuseTwin(wish, peer);
            made.put(wish.name(), System.nanoTime());
            boolean isRepeated = devices.isPaired(wish.name(), peer, wish.mac());
            try {
                if (!isRepeated) {
                    devices.pair(wish.name(), peer, wish.mac(), ports.mtu(network), HostPorts.isUserspace(bridge));
                }
                return open(wish, network);
            } catch (Refusal | RuntimeException e) {
                undo(wish, isRepeated);
                throw e;
            }
        });
    }

    /** Docker's own address management does not ask whether a container has a MAC already. Ports are named by it. */
    private void refuseTwin(Wish wish, String peer) throws Refusal {
        boolean isInUse =
                devices.find(wish.name()).filter(d -> !d.alias().isEmpty()).isPresent();
        if (isInUse && devices.find(peer).isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.CONFIGURATION,
                    "the MAC " + wish.mac() + " is already that of a container in " + wish.network()
                            + ": choose another one");
        }
    }

    /** What a container got whose port is declared. */
    public Attached attached(HostPorts.Declared port) throws Refusal {
        NetworkFacts network = ports.network(port.network());
        return new Attached(port, network, ports.mtu(network), "");
    }

    private Attached open(Wish wish, NetworkFacts network) throws Refusal {
        HostPorts.Declared port = ports.declare(wish, network, true);
        String hostMac = awaitOpen(wish.name());
        devices.mark(wish.name(), wish.alias());
        return new Attached(port, network, ports.mtu(network), hostMac);
    }

    /**
     * Waits until Open vSwitch has the device. Only then does a frame pass. The MAC proves that it is this machine's
     * device: a daemon that was started for another host would find none there, or another. Others may change the MAC
     * meanwhile, such as udev with a policy of its own, so each look compares with what it is now.
     *
     * @return the MAC
     */
    private String awaitOpen(String name) throws Refusal {
        long end = System.nanoTime() + OPEN_MILLIS * 1_000_000L;
        while (true) {
            HostPorts.DeviceState state = ports.device(name);
            if (state.isOpen() && state.mac().equals(hostMac(name))) {
                return state.mac();
            }
            if (System.nanoTime() > end) {
                throw new Refusal(
                        Refusal.Kind.CONFIGURATION,
                        "Open vSwitch on " + ports.place().host() + " does not have the device " + name
                                + " of this machine"
                                + (state.error().isEmpty() ? "" : " (" + state.error() + ")")
                                + ": is --host the name of this machine in the network file?");
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Refusal(Refusal.Kind.TRY_LATER, "the daemon is stopping; try again later");
            }
        }
    }

    private String hostMac(String name) throws Refusal {
        return devices.find(name)
                .map(Devices.Device::mac)
                .orElseThrow(() ->
                        new Refusal(Refusal.Kind.TRY_LATER, "somebody has removed the device " + name + "; try again"));
    }

    /**
     * A failed request leaves nothing of what it has made. What cannot be removed now is removed later, by the sweeper.
     *
     * @param isRepeated whether the container had its interface before: it may run, and keeps it
     */
    private void undo(Wish wish, boolean isRepeated) {
        if (isRepeated) {
            return;
        }
        try {
            devices.remove(wish.name());
            ports.remove(wish.name(), wish.id());
        } catch (Refusal e) {
            // The first error is the one to report.
        }
    }

    /**
     * Removes a device that no container has, if it is none of a request that runs: one that a killed daemon has left, or
     * one whose other end has come back, and whose port is gone.
     */
    public void removeUnfinished(String name) throws Refusal {
        alone(name, () -> {
            boolean isBack = devices.find(Sweeper.peer(name)).isPresent()
                    && ports.find(name).isEmpty();
            if (devices.find(name).filter(d -> d.alias().isEmpty() || isBack).isPresent()) {
                devices.remove(name);
            }
            return null;
        });
    }

    /** Takes a container's interface and port away. Both may be gone already. */
    public void detach(String name, String id) throws Refusal {
        alone(name, () -> {
            takeAway(name, id);
            return null;
        });
    }

    private void takeAway(String name, String id) throws Refusal {
        if (devices.find(name).filter(d -> d.isOf(id)).isPresent()) {
            devices.remove(name);
        }
        ports.remove(name, id);
    }

    /**
     * Takes the interface and the port of a container away that is gone. Looks again first, while no other request
     * about the port runs: a runtime may have started the container again.
     *
     * @param since the time, by {@link System#nanoTime}, from which on the container has looked gone
     * @return whether it was gone
     */
    boolean detachIfGone(String name, String id, long since) throws Refusal {
        return alone(name, () -> {
            boolean isGone = made.getOrDefault(name, since) - since <= 0 && isGone(name);
            if (isGone) {
                takeAway(name, id);
                made.remove(name);
            }
            return isGone;
        });
    }

    private boolean isGone(String name) throws Refusal {
        Optional<Devices.Device> device = devices.find(name);
        if (device.isPresent()) {
            return device.get().alias().isEmpty()
                    || devices.find(Sweeper.peer(name)).isPresent();
        }
        return Set.of("in-sync", "changing").contains(ports.hostState())
                && ports.find(name).isPresent()
                && ports.device(name).isMissing();
    }
}
