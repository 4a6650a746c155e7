package io.heddle.bench;

import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Node;
import java.util.List;

/**
 * A way from a client to a server, both machines of a lab.
 *
 * @param number the place in the printed tables
 * @param section the heading under which it stands beside others
 * @param name who forwards
 * @param hosts whose switches it uses
 * @param server the address of the server
 */
record Way(int number, String section, String name, List<LabHost> hosts, Node client, String server) {
    boolean isAcross() {
        return hosts.size() > 1;
    }

    @Override
    public String toString() {
        return name + " " + section;
    }
}
