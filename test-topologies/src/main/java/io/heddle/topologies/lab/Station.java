package io.heddle.topologies.lab;

import java.util.List;

/**
 * A machine of the underlay with an address of its own, where servers run. Its packet filter can cut it off from
 * others, each direction by itself.
 */
public final class Station extends Node {
    private static final String TABLE = "inet lab";

    private final String address;

    Station(String name, String address) {
        super(name);
        this.address = address;
    }

    /** Its address on the underlay. */
    public String address() {
        return address;
    }

    void up() {
        create();
        String wire = LabHost.WIRE + name();
        Shell.run("ip link add " + wire + " type veth peer name eth0 netns " + namespace());
        Shell.run("ip link set " + wire + " master " + Lab.UNDERLAY_BRIDGE + " up");
        Shell.run("ip -n " + namespace() + " addr add " + address + "/24 dev eth0");
        Shell.run("ip -n " + namespace() + " link set eth0 up");
        // The switches of the lab forward frames with unfinished checksums.
        run("ethtool -K eth0 tx off");
        run("nft add table " + TABLE);
        for (String hook : List.of("input", "output")) {
            run("nft add chain " + TABLE + " " + hook + " { type filter hook " + hook + " priority 0 ; }");
        }
    }

    /** Drops what comes from an address. */
    public void dropFrom(String other) {
        run("nft add rule " + TABLE + " input ip saddr " + other + " drop");
    }

    /** Drops what goes to an address. */
    public void dropTo(String other) {
        run("nft add rule " + TABLE + " output ip daddr " + other + " drop");
    }

    /** Drops a share of all that comes in, at random, so that its connections are slow. */
    public void dropSome(int percent) {
        run("nft add rule " + TABLE + " input iifname eth0 numgen random mod 100 < " + percent + " drop");
    }

    /** Drops nothing any more. */
    public void dropNothing() {
        run("nft flush table " + TABLE);
    }

    /** A command that runs here. */
    List<String> command(List<String> command) {
        return Shell.inNamespace(namespace(), command.toArray(String[]::new));
    }
}
