package io.heddle.containers.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class AttacherTest {
    private static final Attachment CONTAINER = new Attachment("cni", "red", "a", "eth0");
    private static final String NAME = CONTAINER.port("c-");

    private final FakeHost host = new FakeHost();
    private final Attacher attacher = new Attacher(host.hostPorts(), host.devices());

    private static Wish wish(Map<String, String> labels) {
        return new Wish(NAME, CONTAINER.id(), "red", CONTAINER.mac(), List.of(), false, labels, Map.of());
    }

    private Attacher.Attached attach() throws Refusal {
        Wish wish = wish(Map.of(HostPorts.RUNTIME, "cni", HostPorts.RUNTIME_NETWORK, "red"));
        return attacher.attach(wish, new Devices.End("/run/netns/a", "eth0"), true);
    }

    @Test
    void aRequestThatFailsLeavesNothing() {
        host.failing = "PUT";
        assertThrows(Refusal.class, this::attach);
        assertEquals(Set.of(), host.devices.keySet());
        host.failing = "none";
        host.before = request -> {
            if (request.startsWith("PUT")) {
                throw new IllegalStateException("nobody expects this");
            }
        };
        assertThrows(IllegalStateException.class, this::attach);
        assertEquals(Set.of(), host.devices.keySet());
        assertEquals(Set.of(), host.ports.keySet());
    }

    @Test
    void aRepeatedRequestThatFailsLeavesTheContainerItsInterface() throws Refusal {
        attach();
        host.failing = "PUT";
        assertThrows(Refusal.class, this::attach);
        assertEquals(Set.of(NAME), host.devices.keySet());
        assertEquals(Set.of(NAME), host.ports.keySet());
    }

    @Test
    void aSecondContainerWithTheSameMacIsRefused() throws Refusal {
        Wish wish = wish(Map.of(HostPorts.RUNTIME, "docker"));
        attacher.prepare(wish, "p-1");
        // The first one has taken its end.
        assertThrows(Refusal.class, () -> attacher.prepare(wish, "p-1"));
        assertEquals(Set.of(NAME), host.devices.keySet());
        assertEquals(Set.of(NAME), host.ports.keySet());
        host.addDevice("p-1", "");
        attacher.prepare(wish, "p-1");
    }

    @Test
    void aMacThatChangesMeanwhileIsTheOneThatCounts() throws Refusal {
        AtomicBoolean isChanged = new AtomicBoolean();
        host.before = request -> {
            if (request.endsWith(NAME + "/state") && !isChanged.getAndSet(true)) {
                host.devices.get(NAME).put("address", "06:00:00:00:00:99");
            }
        };
        assertEquals("06:00:00:00:00:99", attach().hostMac());
    }
}
