package io.heddle.controller.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.flows.model.NetworkModel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerPortsTest {
    private static final String CONTAINER = "{access: red, labels: {runtime: cni, attachment: 1/eth0}}";

    private static NetworkModel network(String ports) throws InvalidNetworkException {
        return NetworkFile.read(Map.of("n.yaml", """
                        heddle: v1
                        networks: {red: {vlan: 200}, blue: {vlan: 300}}
                        hosts: {hv1: {ovsdb: "tcp:172.31.0.1:6640", bridges: {br0: {ports: {%s}}}}}
                        """.formatted(ports))).model();
    }

    private static List<String> lost(String now, String then) throws InvalidNetworkException {
        return ContainerPorts.lost(network(now), network(then));
    }

    @Test
    void namesWhatContainersLose() throws InvalidNetworkException {
        String end = "; containers that run have no network any more until they start again";
        String two = "c-2: " + CONTAINER + ", vm1: {access: red}, c-1: " + CONTAINER;
        assertEquals(
                List.of("bridge hv1/br0 loses 2 ports of containers, such as c-1" + end),
                lost(two, "vm1: {access: red}"));
        assertEquals(List.of("bridge hv1/br0 loses 1 port of containers: c-2" + end), lost(two, "c-1: " + CONTAINER));
        // It is no port of a container any more: the daemon would not know it.
        assertEquals(1, lost("c-1: " + CONTAINER, "c-1: {access: red}").size());
    }

    @Test
    void otherChangesNeedNoConfirmation() throws InvalidNetworkException {
        assertEquals(List.of(), lost("vm1: {access: red, labels: {runtime: kvm}}", ""));
        assertEquals(List.of(), lost("", "c-1: " + CONTAINER));
        assertEquals(List.of(), lost("c-1: " + CONTAINER, "c-1: " + CONTAINER.replace("red", "blue")));
    }
}
