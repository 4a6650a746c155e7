package io.heddle.controller.dns;

import io.heddle.flows.model.Dns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.config.ResolvConfResolverConfigProvider;

/**
 * The servers to which queries are forwarded: those of a network, or those of the controller's host. Remembers which
 * have not answered lately. Confined to one thread.
 */
final class Resolvers {
    private static final Path FILE = Path.of("/etc/resolv.conf");
    private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** How long a server that has not answered is tried last. */
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final int port;
    private List<InetSocketAddress> own = List.of();
    private FileTime read = FileTime.fromMillis(-1);
    private long looked = System.nanoTime() - LOOK_AGAIN_NANOS;
    private final Map<InetSocketAddress, Long> silent = new LinkedHashMap<>();

    /** @param port where the servers of networks listen */
    Resolvers(int port) {
        this.port = port;
    }

    /** The servers for a network, responsive ones first; empty for none. */
    List<InetSocketAddress> of(Dns dns) {
        List<InetSocketAddress> all = dns.forward().map(this::addresses).orElseGet(this::own);
        long now = System.nanoTime();
        silent.values().removeIf(since -> now - since > SILENT_NANOS);
        if (silent.isEmpty()) {
            return all;
        }
        List<InetSocketAddress> sorted = new ArrayList<>(all);
        sorted.removeIf(silent::containsKey);
        all.stream().filter(silent::containsKey).forEach(sorted::add);
        return sorted;
    }

    /** A server has not answered. */
    void silent(InetSocketAddress server) {
        silent.put(server, System.nanoTime());
    }

    private List<InetSocketAddress> addresses(List<InetAddress> servers) {
        return servers.stream().map(s -> new InetSocketAddress(s, port)).toList();
    }

    /** Those of resolv.conf(5), which may change while the controller runs. */
    private List<InetSocketAddress> own() {
        if (System.nanoTime() - looked < LOOK_AGAIN_NANOS) {
            return own;
        }
        looked = System.nanoTime();
        FileTime changed;
        try {
            changed = Files.getLastModifiedTime(FILE);
        } catch (IOException e) {
            changed = FileTime.fromMillis(0);
        }
        if (!changed.equals(read)) {
            read = changed;
            var file = new ResolvConfResolverConfigProvider();
            file.initialize();
            own = List.copyOf(file.servers());
        }
        return own;
    }
}
