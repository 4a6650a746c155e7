package io.heddle.containers.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AttachmentTest {
    private static final Attachment ONE = new Attachment("cni", "red", "c1", "eth0");

    @Test
    void whatIdentifiesAContainerGivesItsNames() {
        assertEquals(ONE.port("c-"), new Attachment("cni", "red", "c1", "eth0").port("c-"));
        assertTrue(ONE.port("c-").matches("c-[0-9a-f]{13}"), ONE.port("c-"));
        assertTrue(ONE.mac().matches("02(:[0-9a-f]{2}){5}"), ONE.mac());
        assertTrue(new Place("hv1", "br0", "c-").hasNamed(ONE.port("c-")));
        assertFalse(new Place("hv1", "br0", "c-").hasNamed("c-web"));
    }

    @Test
    void partsDoNotRunTogether() {
        assertNotEquals(ONE.id(), new Attachment("cni", "re", "dc1", "eth0").id());
        assertNotEquals(ONE.id(), new Attachment("cni", "red", "c1e", "th0").id());
    }

    @Test
    void refusesAPrefixThatCannotBeginNames() {
        for (String prefix : new String[] {"", "C-", "containers-", "c/", "-c"}) {
            assertThrows(IllegalArgumentException.class, () -> new Place("hv1", "br0", prefix), prefix);
        }
    }
}
