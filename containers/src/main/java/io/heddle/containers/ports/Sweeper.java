package io.heddle.containers.ports;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes ports of containers that are gone: those of a runtime that was killed, or of a machine that has restarted. A
 * container takes its device with it, and Open vSwitch then has none of that name. The daemon asks Open vSwitch
 * and not this machine, since a daemon that was started for another host would find none of that host's devices here.
 */
public final class Sweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private final HostPorts ports;
    private final Devices devices;
    private final Attacher attacher;
    private final Duration grace;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(r -> {
        Thread t = new Thread(r, "sweeper");
        t.setDaemon(true);
        return t;
    });
    /** The reasons that have been told, and those of the last look. */
    private final Set<String> told = new HashSet<>();

    private final Set<String> failed = new HashSet<>();
    /** Since when, in nanoseconds, a port has had no device, or a device no container. */
    private final Map<String, Long> since = new HashMap<>();

    /** @param grace how long a port may be without a device: a runtime may be about to make it */
    public Sweeper(HostPorts ports, Devices devices, Attacher attacher, Duration grace) {
        this.ports = ports;
        this.devices = devices;
        this.attacher = attacher;
        this.grace = grace;
    }

    /** Begins to look every half of the grace. */
    public void start() {
        long millis = Math.max(1, grace.toMillis() / 2);
        thread.scheduleWithFixedDelay(this::sweepOrReport, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void sweepOrReport() {
        try {
            sweep(System.nanoTime());
        } catch (Refusal e) {
            failed(e);
        } catch (RuntimeException e) {
            LOG.warn("cannot look for ports of containers that are gone", e);
        }
        told.retainAll(failed);
    }

    /** Once is enough for each reason, until it has passed. */
    private void failed(Refusal e) {
        failed.add(e.getMessage());
        if (told.add(e.getMessage())) {
            LOG.warn("cannot remove ports of containers that are gone: {}", e.getMessage());
        }
    }

    /** Looks once. @param now by {@link System#nanoTime} */
    void sweep(long now) throws Refusal {
        failed.clear();
        Map<String, HostPorts.Declared> ours =
                ports.containers().stream().collect(Collectors.toMap(HostPorts.Declared::name, p -> p));
        Map<String, Devices.Device> here =
                devices.pairs().stream().collect(Collectors.toMap(Devices.Device::name, d -> d));
        List<String> missing = ports.hostState().equals("in-sync") ? ports.missing() : List.of();
        Set<String> suspects = ours.keySet().stream()
                .filter(name -> missing.contains(name) || here.containsKey(peer(name)))
                .collect(Collectors.toSet());
        here.values().stream()
                .filter(d -> d.alias().isEmpty() || here.containsKey(peer(d.name())) && !ours.containsKey(d.name()))
                .filter(d -> ports.place().hasNamed(d.name()))
                .forEach(d -> suspects.add(d.name()));
        since.keySet().retainAll(suspects);
        for (String name : suspects) {
            long first = since.computeIfAbsent(name, n -> now);
            if (now - first >= grace.toNanos()) {
                since.remove(name);
                try {
                    remove(name, Optional.ofNullable(ours.get(name)), first);
                } catch (Refusal e) {
                    // The others can be removed, maybe.
                    failed(e);
                }
            }
        }
    }

    private void remove(String name, Optional<HostPorts.Declared> port, long first) throws Refusal {
        if (port.isPresent()) {
            if (attacher.detachIfGone(name, port.get().label(HostPorts.ATTACHMENT), first)) {
                LOG.info("the container of {}/{} is gone: its port is removed", ports.place(), name);
            }
        } else {
            LOG.info("the device {} was made for a container, and none has it: removing it", name);
            attacher.removeUnfinished(name);
        }
    }

    /** The name of the end that a runtime is to take, while it is still on the host. */
    public static String peer(String port) {
        return (port.startsWith("p") ? "q" : "p") + port.substring(1);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
