package io.heddle.flows.model;

import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * An address and port that stand for several hosts of a router's networks. New connections are spread over those that
 * are alive; each connection stays with its host.
 *
 * @param protocol 6 for TCP, 17 for UDP
 * @param address one of the way out's subnet, by which the outside reaches it; or any other, by which only the router's
 *     own networks do. No port has it
 * @param port 1 to 65535
 * @param backends the hosts in the order of the file, 1 to {@value #MOST}
 * @param sticky whether all connections of one client address go to the same backend
 * @param checked whether the controller looks whether backends accept connections
 */
public record Service(
        String name,
        int protocol,
        Inet4Address address,
        int port,
        List<Backend> backends,
        boolean sticky,
        boolean checked) {
    /** How many backends one service may have. */
    public static final int MOST = 64;

    public Service {
        backends = List.copyOf(backends);
    }

    /**
     * A host that serves.
     *
     * @param alive false if the controller has found that it does not accept connections
     */
    public record Backend(Inet4Address address, int port, boolean alive) {
        /** {@code address:port}. */
        public String text() {
            return address.getHostAddress() + ":" + port;
        }
    }

    /** {@code address:port}. */
    public String text() {
        return address.getHostAddress() + ":" + port;
    }

    /** The same with what is known of its backends. @param dead those that are not alive */
    public Service without(Predicate<Backend> dead) {
        List<Backend> now = new ArrayList<>();
        backends.forEach(b -> now.add(new Backend(b.address, b.port, !dead.test(b))));
        return new Service(name, protocol, address, port, now, sticky, checked);
    }
}
