package io.heddle.apps.l2learning;

import com.carrotsearch.hppc.IntIntHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * The MACs known on one switch: where each one is. Confined to one thread; does no I/O, so that it decides alike on a
 * switch's event loop and in a test.
 *
 * <p>An open-addressed table of four longs a slot, so that a sighting touches one line of the processor's cache and
 * allocates nothing: 43 to 85 bytes a MAC.
 */
public final class MacTable {
    private static final int SLOT = 4;
    private static final int NETWORK_PORT = 1;
    private static final int ATTACHMENT_VTEP = 2;
    private static final int ADDRESS_SECOND = 3;
    private static final int FEWEST_SLOTS = 8;
    /** In place of a MAC, which has 48 bits. */
    private static final long EMPTY = -1;

    /** What a sighting means. */
    public enum Sighting {
        /** Never seen in this network. */
        NEW,
        /** Seen where it was before; its entries are renewed. */
        SAME,
        /** It was elsewhere. */
        MOVED,
        /** The port already has as many MACs as it may. */
        OVER_LIMIT
    }

    /**
     * Where a MAC is.
     *
     * @param network the network's number, see {@link LearntFlows}
     * @param mac 48 bits
     * @param inPort the port it was seen on
     * @param attachment the port it belongs to: the same, or for a bond the one number that stands for all members
     * @param vtep the id of the tunnel's far end, see {@code Vtep}; 0 for a local one
     */
    public record Entry(int network, long mac, int inPort, int attachment, int vtep) {}

    private final IntIntHashMap perAttachment = new IntIntHashMap();
    private long[] slots = empty(FEWEST_SLOTS);
    private int size;
    /** Where the MAC is that was seen last, as an index into {@link #slots}. */
    private int seen;

    private int previousInPort;
    private int previousVtep;

    /**
     * Notes that a frame from {@code mac} came in.
     *
     * @param limit how many MACs {@code attachment} may have
     */
    public Sighting see(int network, long mac, int inPort, int attachment, int vtep, int limit) {
        int at = slot(network, mac);
        boolean isNew = slots[at] == EMPTY;
        long where = pair(attachment, vtep);
        if (!isNew && slots[at + ATTACHMENT_VTEP] == where) {
            slots[at + NETWORK_PORT] = pair(network, inPort);
            seen = at;
            return Sighting.SAME;
        }
        if (perAttachment.getOrDefault(attachment, 0) >= limit) {
            return Sighting.OVER_LIMIT;
        }
        perAttachment.addTo(attachment, 1);
        if (isNew) {
            at = claim(at, network, mac);
        } else {
            previousInPort = low(slots[at + NETWORK_PORT]);
            previousVtep = low(slots[at + ATTACHMENT_VTEP]);
            release(high(slots[at + ATTACHMENT_VTEP]));
        }
        slots[at + NETWORK_PORT] = pair(network, inPort);
        slots[at + ATTACHMENT_VTEP] = where;
        seen = at;
        return isNew ? Sighting.NEW : Sighting.MOVED;
    }

    /** The port where the MAC was that moved last. */
    public int previousInPort() {
        return previousInPort;
    }

    /** The far end of the tunnel behind which the MAC was that moved last, 0 for none. */
    public int previousVtep() {
        return previousVtep;
    }

    /**
     * Notes the IPv4 address from which the MAC sent that was seen last.
     *
     * @param second of any clock
     * @return whether that is worth telling: it is another than before, or was not told in this second
     */
    public boolean address(int ipv4, int second) {
        long now = pair(ipv4, second);
        boolean news = slots[seen + ADDRESS_SECOND] != now;
        slots[seen + ADDRESS_SECOND] = now;
        return news;
    }

    /** The IPv4 address from which {@code mac} was last seen to send, 0 where it is not known. */
    public int address(int network, long mac) {
        int at = slot(network, mac);
        return slots[at] == EMPTY ? 0 : high(slots[at + ADDRESS_SECOND]);
    }

    /** Where {@code mac} is, or null. */
    public Entry find(int network, long mac) {
        int at = slot(network, mac);
        return slots[at] == EMPTY ? null : entry(at);
    }

    /** Forgets a MAC. @return where it was, or null */
    public Entry forget(int network, long mac) {
        int at = slot(network, mac);
        if (slots[at] == EMPTY) {
            return null;
        }
        Entry gone = entry(at);
        release(gone.attachment);
        size--;
        close(at);
        return gone;
    }

    /** Forgets every MAC for which {@code gone} holds. @return where they were */
    public List<Entry> forgetIf(Predicate<Entry> gone) {
        List<Entry> out = entries().stream().filter(gone).toList();
        out.forEach(e -> forget(e.network, e.mac));
        return out;
    }

    /** All MACs. */
    public List<Entry> entries() {
        List<Entry> all = new ArrayList<>(size);
        for (int at = 0; at < slots.length; at += SLOT) {
            if (slots[at] != EMPTY) {
                all.add(entry(at));
            }
        }
        return all;
    }

    /** The number of MACs. */
    public int size() {
        return size;
    }

    private Entry entry(int at) {
        return new Entry(
                high(slots[at + NETWORK_PORT]),
                slots[at],
                low(slots[at + NETWORK_PORT]),
                high(slots[at + ATTACHMENT_VTEP]),
                low(slots[at + ATTACHMENT_VTEP]));
    }

    /** Where the MAC is, or the empty slot where it would be. */
    private int slot(int network, long mac) {
        int mask = slots.length - 1;
        int at = home(network, mac, mask);
        while (slots[at] != EMPTY && (slots[at] != mac || high(slots[at + NETWORK_PORT]) != network)) {
            at = at + SLOT & mask;
        }
        return at;
    }

    private static int home(int network, long mac, int mask) {
        long hash = (mac ^ (long) network << 17) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (hash >>> 32) * SLOT & mask;
    }

    /** Takes an empty slot, and more room where three quarters of it are taken. @return the slot */
    private int claim(int at, int network, long mac) {
        int mine = at;
        if (++size * SLOT > slots.length / 4 * 3) {
            grow();
            mine = slot(network, mac);
        }
        slots[mine] = mac;
        slots[mine + ADDRESS_SECOND] = 0;
        return mine;
    }

    private void grow() {
        long[] before = slots;
        slots = empty(before.length / SLOT * 2);
        for (int at = 0; at < before.length; at += SLOT) {
            if (before[at] != EMPTY) {
                System.arraycopy(before, at, slots, slot(high(before[at + NETWORK_PORT]), before[at]), SLOT);
            }
        }
    }

    /** Empties a slot, and moves up what had to go past it: there are no tombstones. */
    private void close(int gap) {
        int mask = slots.length - 1;
        int hole = gap;
        for (int at = hole + SLOT & mask; slots[at] != EMPTY; at = at + SLOT & mask) {
            int home = home(high(slots[at + NETWORK_PORT]), slots[at], mask);
            if ((at - home & mask) >= (at - hole & mask)) {
                System.arraycopy(slots, at, slots, hole, SLOT);
                hole = at;
            }
        }
        slots[hole] = EMPTY;
    }

    private void release(int attachment) {
        perAttachment.addTo(attachment, -1);
    }

    private static long[] empty(int count) {
        long[] slots = new long[count * SLOT];
        Arrays.fill(slots, EMPTY);
        return slots;
    }

    private static long pair(int high, int low) {
        return (long) high << 32 | low & 0xffff_ffffL;
    }

    private static int high(long pair) {
        return (int) (pair >> 32);
    }

    private static int low(long pair) {
        return (int) pair;
    }
}
