package io.heddle.controller.dhcp;

import java.net.InetAddress;

/**
 * An address that a client has, or had.
 *
 * @param network the name of its network: two networks may have equal addresses
 * @param address the IPv4 or IPv6 address
 * @param client by which the client is known, in hexadecimal: its identifier, or the type and address of its hardware;
 *     of a reservation, what it is for
 * @param mac the client's MAC
 * @param port {@code host/bridge/port}, behind which the client was last; of a reservation the port that wants it, or ""
 * @param name what the client calls itself, "" if it does not say
 * @param ends seconds since 1970: from then on, another client may have the address
 */
public record Lease(
        String network,
        InetAddress address,
        String client,
        long mac,
        String port,
        String name,
        State state,
        long ends) {
    /** How the client of a reservation begins: for what a platform calls it, for a port, for a MAC. */
    public static final String FOR_NAME = "name:";

    public static final String FOR_PORT = "port:";
    public static final String FOR_MAC = "mac:";

    /** How far the client and Heddle have agreed. */
    public enum State {
        /** The client has yet to accept it. */
        OFFERED,
        /** The client uses it. */
        BOUND,
        /** The client has given it back. */
        RELEASED,
        /** A client has found that another host uses it. */
        DECLINED,
        /** It is kept for a name or a MAC, and no client has to ask for it. */
        RESERVED
    }

    /** The client of a reservation for a MAC. */
    public static String forMac(long mac) {
        return FOR_MAC + String.format("%012x", mac).replaceAll("(..)(?!$)", "$1:");
    }

    /** Whether it is, or was, kept for a name, a MAC or a port. */
    public boolean isReservation() {
        return client.startsWith(FOR_NAME) || client.startsWith(FOR_PORT) || client.startsWith(FOR_MAC);
    }

    /** Whether nobody else may have the address. @param now seconds since 1970 */
    public boolean isActive(long now) {
        return now < ends;
    }

    /** This lease in another state. */
    public Lease as(State other, long until) {
        return new Lease(network, address, client, mac, port, name, other, until);
    }
}
