package io.heddle.containers.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SweeperTest {
    private static final String ONE = "c-1111111111111";
    private static final String TWO = "c-2222222222222";
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final FakeHost host = new FakeHost();
    private final Attacher attacher = new Attacher(host.hostPorts(), host.devices());

    private static String id(String port) {
        return port.substring(2) + "0".repeat(19);
    }

    @BeforeEach
    void declareTwo() {
        host.addPort(ONE, "red", id(ONE));
        host.addPort(TWO, "red", id(TWO));
    }

    private void sweepUntilGraceEnds() throws Refusal {
        try (Sweeper sweeper = new Sweeper(host.hostPorts(), host.devices(), attacher, GRACE)) {
            sweeper.sweep(0);
            sweeper.sweep(GRACE.toNanos());
        }
    }

    @Test
    void removesPortsWithoutDevices() throws Refusal {
        host.addDevice(TWO, "heddle cni/red " + id(TWO));
        sweepUntilGraceEnds();
        assertEquals(Set.of(TWO), host.ports.keySet());
    }

    @Test
    void aContainerThatStartsWhileOthersAreRemovedKeepsItsPort() throws Refusal {
        host.before = request -> {
            if (request.startsWith("DELETE") && host.devices.isEmpty()) {
                String other = request.endsWith(ONE) ? TWO : ONE;
                host.addDevice(other, "heddle cni/red " + id(other));
            }
        };
        sweepUntilGraceEnds();
        assertEquals(1, host.devices.size());
        assertEquals(host.devices.keySet(), host.ports.keySet());
    }

    @Test
    void aDeviceThatCameBackToAPortThatIsGoneIsRemoved() throws Refusal {
        host.addDevice(ONE, "heddle cni/red " + id(ONE));
        host.addDevice(Sweeper.peer(ONE), "");
        host.addDevice(TWO, "heddle cni/red " + id(TWO));
        host.ports.remove(ONE);
        sweepUntilGraceEnds();
        assertEquals(Set.of(Sweeper.peer(ONE), TWO), host.devices.keySet());
    }

    @Test
    void aPortThatCannotBeRemovedDoesNotKeepTheOthers() throws Refusal {
        host.failing = "DELETE hosts/hv1/bridges/br0/ports/" + ONE;
        sweepUntilGraceEnds();
        assertEquals(Set.of(ONE), host.ports.keySet());
    }

    @Test
    void labelsAloneGiveNoRightToADevice() throws Refusal {
        host.isOpen = false;
        for (String name : Set.of("vnet3", "c-3333333333333")) {
            host.addPort(name, "red", "0".repeat(32));
            host.addDevice(name, name.startsWith("vnet") ? "" : "the operator's");
        }
        sweepUntilGraceEnds();
        assertTrue(host.devices.keySet().containsAll(Set.of("vnet3", "c-3333333333333")), host.devices.toString());
        attacher.detach("c-3333333333333", "0".repeat(32));
        assertTrue(host.devices.containsKey("c-3333333333333"), "the device has another alias");
    }
}
