package io.heddle.controller.dhcp;

/**
 * An address that a client has, or had.
 *
 * @param network the name of its network: two networks may have equal addresses
 * @param address the IPv4 address as a number
 * @param client by which the client is known, in hexadecimal: its identifier, or the type and address of its hardware
 * @param mac the client's MAC
 * @param port {@code host/bridge/port}, behind which the client was last
 * @param name what the client calls itself, "" if it does not say
 * @param ends seconds since 1970: from then on, another client may have the address
 */
public record Lease(
        String network, int address, String client, long mac, String port, String name, State state, long ends) {
    /** How far the client and Heddle have agreed. */
    public enum State {
        /** The client has yet to accept it. */
        OFFERED,
        /** The client uses it. */
        BOUND,
        /** The client has given it back. */
        RELEASED,
        /** A client has found that another host uses it. */
        DECLINED
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
