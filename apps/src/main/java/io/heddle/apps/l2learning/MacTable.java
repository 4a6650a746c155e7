package io.heddle.apps.l2learning;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The MACs known on one switch: where each one is. Confined to one thread; does no I/O, so that it decides alike on a
 * switch's event loop and in a test.
 */
public final class MacTable {

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
    public record Entry(int network, long mac, int inPort, int attachment, int vtep) {
    }

    /** What the last {@link #see} replaced, for {@link Sighting#MOVED}. */
    private Entry previous;
    private final Map<Integer, Map<Long, Entry>> networks = new HashMap<>();
    private final Map<Integer, Integer> perAttachment = new HashMap<>();

    /**
     * Notes that a frame from {@code mac} came in.
     *
     * @param limit how many MACs {@code attachment} may have
     */
    public Sighting see(int network, long mac, int inPort, int attachment, int vtep, int limit) {
        Map<Long, Entry> macs = networks.computeIfAbsent(network, n -> new HashMap<>());
        Entry old = macs.get(mac);
        if (old != null && old.attachment == attachment && old.vtep == vtep) {
            if (old.inPort != inPort) {
                macs.put(mac, new Entry(network, mac, inPort, attachment, vtep));
            }
            return Sighting.SAME;
        }
        if (perAttachment.getOrDefault(attachment, 0) >= limit) {
            return Sighting.OVER_LIMIT;
        }
        macs.put(mac, new Entry(network, mac, inPort, attachment, vtep));
        perAttachment.merge(attachment, 1, Integer::sum);
        previous = old;
        if (old == null) {
            return Sighting.NEW;
        }
        release(old);
        return Sighting.MOVED;
    }

    /** Where the MAC was that moved last. */
    public Entry previous() {
        return previous;
    }

    /** Where {@code mac} is, or null. */
    public Entry find(int network, long mac) {
        Map<Long, Entry> macs = networks.get(network);
        return macs == null ? null : macs.get(mac);
    }

    /** Forgets a MAC. @return where it was, or null */
    public Entry forget(int network, long mac) {
        Map<Long, Entry> macs = networks.get(network);
        Entry old = macs == null ? null : macs.remove(mac);
        if (old != null) {
            release(old);
        }
        return old;
    }

    /** Forgets every MAC for which {@code gone} holds. @return where they were */
    public List<Entry> forgetIf(Predicate<Entry> gone) {
        List<Entry> out = new ArrayList<>();
        for (Map<Long, Entry> macs : networks.values()) {
            macs.values().removeIf(e -> {
                boolean remove = gone.test(e);
                if (remove) {
                    out.add(e);
                }
                return remove;
            });
        }
        out.forEach(this::release);
        return out;
    }

    /** All MACs. */
    public List<Entry> entries() {
        List<Entry> all = new ArrayList<>();
        networks.values().forEach(macs -> all.addAll(macs.values()));
        return Collections.unmodifiableList(all);
    }

    /** The number of MACs. */
    public int size() {
        return networks.values().stream().mapToInt(Map::size).sum();
    }

    private void release(Entry e) {
        perAttachment.merge(e.attachment, -1, (a, b) -> a + b == 0 ? null : a + b);
    }
}
