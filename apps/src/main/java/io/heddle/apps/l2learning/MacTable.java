package io.heddle.apps.l2learning;

import com.carrotsearch.hppc.IntIntHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * The MACs known on one switch, and their places. Confined to one thread; does no I/O, so that it behaves the same on a
 * switch's event loop and in a test.
 *
 * <p>An open-addressed hash table with four longs a slot. A sighting touches one cache line and allocates nothing. A
 * MAC takes 43 to 85 bytes.
 */
public final class MacTable {
    private static final int SLOT = 4;
    private static final int NETWORK_PORT = 1;
    private static final int ATTACHMENT_VTEP = 2;
    private static final int ADDRESS_SECOND = 3;
    private static final int FEWEST_SLOTS = 8;
    /** Marks an empty slot; not a MAC, because MACs have 48 bits. */
    private static final long EMPTY = -1;

    /** The meaning of a sighting. */
    public enum Sighting {
        /** Never seen in this network. */
        NEW,
        /** Seen at the same place as before; the caller renews its entries. */
        SAME,
        /** Seen at another place than before. */
        MOVED,
        /** The port has reached its MAC limit. */
        OVER_LIMIT
    }

    /**
     * The place of a MAC.
     *
     * @param network the network's number, see {@link LearntFlows}
     * @param mac 48 bits
     * @param inPort the port that received its last frame
     * @param attachment the port that it is learnt at: {@code inPort}, or for a bond the lowest member
     * @param vtep the id of the tunnel's far end, see {@code Vtep}; 0 for a local MAC
     */
    public record Entry(int network, long mac, int inPort, int attachment, int vtep) {}

    private final IntIntHashMap perAttachment = new IntIntHashMap();
    private long[] slots = empty(FEWEST_SLOTS);
    private int size;
    /** The index in {@link #slots} of the MAC that was seen last. */
    private int seen;

    private int previousInPort;
    private int previousVtep;

    /**
     * Records a frame from {@code mac}.
     *
     * @param limit the highest number of MACs at {@code attachment}
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

    /** The previous port of the MAC that moved last. */
    public int previousInPort() {
        return previousInPort;
    }

    /** The previous tunnel end, by id, of the MAC that moved last; 0 for none. */
    public int previousVtep() {
        return previousVtep;
    }

    /**
     * Records the IPv4 address that the MAC seen last has sent from.
     *
     * @param second the time of any clock
     * @return whether to report it: the address has changed, or was not reported in this second
     */
    public boolean address(int ipv4, int second) {
        long now = pair(ipv4, second);
        boolean news = slots[seen + ADDRESS_SECOND] != now;
        slots[seen + ADDRESS_SECOND] = now;
        return news;
    }

    /** The IPv4 address that {@code mac} last sent from; 0 if unknown. */
    public int address(int network, long mac) {
        int at = slot(network, mac);
        return slots[at] == EMPTY ? 0 : high(slots[at + ADDRESS_SECOND]);
    }

    /** The place of {@code mac}, or null. */
    public Entry find(int network, long mac) {
        int at = slot(network, mac);
        return slots[at] == EMPTY ? null : entry(at);
    }

    /** Forgets a MAC. @return its place, or null */
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

    /** Forgets every MAC for which {@code gone} holds. @return their places */
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

    /** The index of the MAC's slot, or of the empty slot where it would be. */
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

    /** Takes an empty slot; first doubles a table that would be over three quarters full. @return the slot's index */
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

    /** Empties a slot and moves later slots of its probe sequence up, so that no tombstones are needed. */
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
        if (perAttachment.addTo(attachment, -1) == 0) {
            perAttachment.remove(attachment);
        }
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
