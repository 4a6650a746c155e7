package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import io.heddle.apps.router.Neighbours;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NeighbourTableTest {
    private static final int RED = 7;
    private static final InetAddress HOST = InetAddresses.forString("10.0.0.9");
    private static final long MAC = 0x0200_0000_0009L;

    private final List<String> done = new ArrayList<>();
    private final NeighbourTable table = new NeighbourTable(new NeighbourTable.Link() {
        @Override
        public void ask(int network, InetAddress address) {
            done.add("ask " + address.getHostAddress());
        }

        @Override
        public void deliver(int network, long mac, byte[] frame) {
            done.add("deliver " + frame.length);
        }

        @Override
        public void learn(int network, InetAddress address, long mac) {
            done.add("learn " + address.getHostAddress() + " " + Long.toHexString(mac));
        }

        @Override
        public void forget(int network, InetAddress address) {
            done.add("forget " + address.getHostAddress());
        }
    });

    private List<String> done() {
        List<String> out = List.copyOf(done);
        done.clear();
        return out;
    }

    private void seconds(int count) {
        for (int i = 0; i < count; i++) {
            table.second();
        }
    }

    @Test
    void packetsWaitForTheAnswer() {
        for (int i = 1; i <= 5; i++) {
            table.wanted(RED, HOST, new byte[i]);
        }
        assertEquals(List.of("ask 10.0.0.9"), done(), "asks once, not for each packet");
        table.answered(RED, HOST, MAC);
        assertEquals(
                List.of("learn 10.0.0.9 20000000009", "deliver 3", "deliver 4", "deliver 5"),
                done(),
                "the newest three");
        table.wanted(RED, HOST, new byte[6]);
        assertEquals(List.of("learn 10.0.0.9 20000000009", "deliver 6"), done());
    }

    @Test
    void questionsEndWithoutAnAnswer() {
        table.wanted(RED, HOST, new byte[1]);
        seconds(10);
        assertEquals(List.of("ask 10.0.0.9", "ask 10.0.0.9", "ask 10.0.0.9"), done());
        assertEquals(0, table.size());
        table.answered(RED, HOST, MAC);
        assertEquals(List.of(), done(), "nobody asks any more");
    }

    @Test
    void knownNeighboursAreAskedNowAndThen() {
        table.restore(RED, HOST, MAC);
        for (int i = 0; done.isEmpty() && i <= NeighbourTable.FRESH_SECONDS; i++) {
            table.second();
        }
        assertEquals(List.of("ask 10.0.0.9"), done());
        table.answered(RED, HOST, MAC + 1);
        assertTrue(done.contains("learn 10.0.0.9 2000000000a"), "it has another MAC now");
        done.clear();
        seconds(NeighbourTable.FRESH_SECONDS + NeighbourTable.TRIES + 1);
        assertEquals("forget 10.0.0.9", done.get(done.size() - 1));
    }

    /** A way out that may move here must know the next router before. */
    @Test
    void anotherMachineMayTakeAnAddress() {
        Neighbours.Wanted key = new Neighbours.Wanted(RED, HOST);
        table.wanted(RED, HOST, new byte[1]);
        assertFalse(table.knows(key));
        table.answered(RED, HOST, MAC);
        assertTrue(table.knows(key));
        done();
        table.answered(RED, HOST, MAC);
        assertEquals(List.of(), done(), "tells the same");
        table.answered(RED, HOST, MAC + 1);
        assertEquals(List.of("learn 10.0.0.9 2000000000a"), done());
    }

    @Test
    void whatIsNeededIsAskedForWithoutPacketsAndNeverGivenUp() {
        Set<Neighbours.Wanted> gateway = Set.of(new Neighbours.Wanted(RED, HOST));
        table.need(gateway);
        assertEquals(List.of("ask 10.0.0.9"), done());
        seconds(10);
        assertEquals(2, done().size(), "three questions in all");
        seconds(NeighbourTable.FRESH_SECONDS);
        assertEquals("ask 10.0.0.9", done().get(0), "again in a minute");
        table.answered(RED, HOST, MAC);
        assertTrue(done().contains("learn 10.0.0.9 20000000009"));
        table.need(gateway);
        assertEquals(List.of(), done(), "it is known");
        table.gone(RED, HOST);
        assertEquals(List.of("ask 10.0.0.9"), done(), "somebody has removed it");
        table.answered(RED, HOST, MAC);
        table.need(Set.of());
        seconds(NeighbourTable.FRESH_SECONDS + NeighbourTable.TRIES + 1);
        assertEquals(0, table.size());
    }

    /** The first question may come before the entries that let it out, or the answer in. */
    @Test
    void whatIsNeededIsAskedForAgainWhenTheSwitchIsReady() {
        table.need(Set.of(new Neighbours.Wanted(RED, HOST)));
        done();
        table.ready();
        assertEquals(List.of("ask 10.0.0.9"), done());
        table.answered(RED, HOST, MAC);
        done();
        table.ready();
        assertEquals(List.of(), done(), "it is known");
    }

    /** A next router that reboots takes longer than three questions, and no minute. */
    @Test
    void whatRestsIsAskedForWhenAPacketNeedsIt() {
        table.need(Set.of(new Neighbours.Wanted(RED, HOST)));
        seconds(10);
        done();
        table.wanted(RED, HOST, new byte[9]);
        assertEquals(List.of("ask 10.0.0.9"), done());
        table.wanted(RED, HOST, new byte[8]);
        assertEquals(List.of(), done(), "not for each packet");
        table.answered(RED, HOST, MAC);
        assertEquals(List.of("learn 10.0.0.9 20000000009", "deliver 9", "deliver 8"), done());
        seconds(NeighbourTable.FRESH_SECONDS + NeighbourTable.TRIES + 1);
        table.wanted(RED, HOST, new byte[9]);
        done();
        seconds(10);
        assertEquals(2, done().size(), "three questions in all, then it rests again");
    }

    @Test
    void isBounded() {
        for (int i = 0; i < 2 * NeighbourTable.MOST; i++) {
            table.wanted(RED, InetAddresses.fromInteger(0x0a00_0000 + i), new byte[1500]);
        }
        assertEquals(NeighbourTable.MOST, table.size());
        table.keep(Set.of());
        assertEquals(0, table.size());
        done.clear();
        table.wanted(RED, HOST, new byte[NeighbourTable.MOST_BYTES]);
        table.answered(RED, HOST, MAC);
        assertTrue(done.contains("deliver " + NeighbourTable.MOST_BYTES), "what was released counts no more");
    }
}
