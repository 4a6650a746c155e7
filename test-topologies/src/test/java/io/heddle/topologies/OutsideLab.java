package io.heddle.topologies;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;

/** Guests behind routers, and the outside. */
abstract class OutsideLab extends FirewallLab {
    /** A server somewhere outside. */
    static final String SERVER = "203.0.113.5";

    LabHost hv2;
    LabHost hv3;

    void threeHosts() {
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        hv3 = lab.host("hv3");
    }

    /**
     * The machine {@code wan}: a switch outside, to which each host has a cable {@code wan}, with the next router and a
     * server behind it. Its ends of the cables are {@code eth0}, {@code eth1} and so on.
     */
    void provider(LabHost... hosts) {
        Node wan = lab.machine(hosts[0], "wan", "198.51.100.1/32");
        wan.run("ip link add switch type bridge");
        for (int i = 0; i < hosts.length; i++) {
            String end = "eth" + i;
            if (i > 0) {
                Shell.run("ip link add wan netns " + hosts[i].namespace() + " type veth peer name " + end + " netns "
                        + wan.namespace());
                Shell.run("ip -n " + hosts[i].namespace() + " link set wan up");
                wan.run("ethtool -K " + end + " tx off");
            }
            wan.run("ip link set " + end + " mtu 1500 master switch up");
        }
        wan.run("ip link set switch up");
        wan.run("ethtool -K switch tx off");
        wan.run("ip addr add 192.0.2.1/24 dev switch");
        wan.run("ip addr add " + SERVER + "/32 dev lo");
    }

    /** A machine whose gateway is the router. */
    void guest(LabHost host, String name, String mac, String ipv4) {
        machine(host, name, mac, ipv4, "");
        lab.machine(name).run("ip route replace default via 10.0.200.254");
    }

    /** Packets that a host has let out by its way out. */
    static long out(LabHost host) {
        String sum = host.ofctl("br0", "dump-aggregate", "table=23");
        return Long.parseLong(sum.replaceFirst("(?s).*packet_count=(\\d+).*", "$1"));
    }

    /** Waits until hosts see that the way out works on a host, or that it does not. */
    static void sees(LabHost watched, boolean works, LabHost... watchers) {
        for (LabHost watcher : watchers) {
            ControllerProcess.until(
                    10,
                    watcher.name() + " sees whether the way out works on " + watched.name(),
                    () -> works == seesQuickly(watcher, watched));
        }
    }

    /** BFD begins with a message a second. */
    private static boolean seesQuickly(LabHost watcher, LabHost watched) {
        String bfd = watcher.appctl("bfd/show", probe(watcher, watched));
        return bfd.contains("Local Session State: up") && bfd.contains("Remote Minimum TX Interval: 200ms");
    }

    static String probe(LabHost of, LabHost peer) {
        return of.vsctl("--bare --columns=name find interface options:remote_ip=" + peer.address())
                .strip();
    }

    /** Lets a machine tell everybody who connects by which address they come. */
    void tellsPeers(String machine, int port) throws IOException {
        script(
                machine,
                "exec socat TCP4-LISTEN:" + port + ",reuseaddr,fork SYSTEM:'echo $SOCAT_PEERADDR at " + machine + "'");
        ControllerProcess.until(
                5,
                machine + " listens",
                () -> lab.machine(machine).run("ss -Hltn").contains(":" + port + " "));
    }

    /** What a machine tells that was asked to tell peers. */
    String peer(String from, String to, int port) {
        return lab.machine(from)
                .script("timeout 3 socat -t 2 - TCP:" + to + ":" + port + ",connect-timeout=2 </dev/null")
                .output()
                .strip();
    }
}
