package io.heddle.openflow;

import io.heddle.apps.router.Neighbours;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The neighbours of one switch's routers that nobody has declared: asks for them, holds a few packets until they
 * answer, and asks again now and then whether they are still there. Bounded in every way. Does no I/O, so that it
 * behaves the same on a switch's event loop and in a test. Confined to one thread.
 */
final class NeighbourTable {
    /** Neighbours that are known or asked for. */
    static final int MOST = 4096;
    /** Packets that wait for one neighbour; a newer one takes the place of the oldest. */
    static final int HELD = 3;
    /** Bytes that wait for all neighbours. */
    static final int MOST_BYTES = 1 << 20;
    /** Questions, a second apart, before a neighbour counts as gone. */
    static final int TRIES = 3;
    /** Seconds after an answer until a known neighbour is asked again. */
    static final int FRESH_SECONDS = 60;

    private final Link link;
    private final Map<Neighbours.Wanted, Neighbour> all = new HashMap<>();
    private int second;
    private int heldBytes;

    /** The switch, as the table sees it. */
    interface Link {
        /** Asks all of a network for the MAC of an address. */
        void ask(int network, InetAddress address);

        /** Sends a packet that has waited. */
        void deliver(int network, long mac, byte[] frame);

        /** Tells the switch the MAC of a neighbour. */
        void learn(int network, InetAddress address, long mac);

        /** Takes a neighbour away from the switch. */
        void forget(int network, InetAddress address);
    }

    private static final class Neighbour {
        /** 0 while it is not known. */
        private long mac;

        /** Whether it is resolved without packets for it, and never given up. */
        private boolean needed;

        private final Deque<byte[]> held = new ArrayDeque<>(0);
        private int tries;
        private int next;
    }

    NeighbourTable(Link link) {
        this.link = link;
    }

    /** A packet waits for a neighbour that the switch does not know. */
    void wanted(int network, InetAddress address, byte[] frame) {
        Neighbours.Wanted key = new Neighbours.Wanted(network, address);
        Neighbour n = all.get(key);
        if (n == null) {
            if (all.size() >= MOST) {
                return;
            }
            n = new Neighbour();
            all.put(key, n);
            hold(n, frame);
            ask(key, n);
        } else if (n.mac != 0) {
            // The switch learns it at this moment, or has lost it.
            link.learn(network, address, n.mac);
            link.deliver(network, n.mac, frame);
        } else {
            hold(n, frame);
            if (n.tries == 0) {
                // It rests until its minute is over, but somebody needs it now.
                ask(key, n);
            }
        }
    }

    private void hold(Neighbour n, byte[] frame) {
        if (n.held.size() >= HELD) {
            heldBytes -= n.held.removeFirst().length;
        }
        if (heldBytes + frame.length <= MOST_BYTES) {
            n.held.add(frame);
            heldBytes += frame.length;
        }
    }

    /** A host has told its MAC, which may be another one than before. What nobody has asked for is ignored. */
    void answered(int network, InetAddress address, long mac) {
        Neighbour n = all.get(new Neighbours.Wanted(network, address));
        if (n == null) {
            return;
        }
        if (n.mac != mac) {
            n.mac = mac;
            link.learn(network, address, mac);
        }
        n.tries = 0;
        n.next = second + FRESH_SECONDS;
        n.held.forEach(frame -> link.deliver(network, mac, frame));
        release(n);
    }

    private void release(Neighbour n) {
        n.held.forEach(frame -> heldBytes -= frame.length);
        n.held.clear();
    }

    /** The switch still knows a neighbour from before. */
    void restore(int network, InetAddress address, long mac) {
        if (all.size() < MOST) {
            Neighbour n = all.computeIfAbsent(new Neighbours.Wanted(network, address), k -> new Neighbour());
            n.mac = mac;
            n.next = second + 1 + Math.floorMod(address.hashCode(), FRESH_SECONDS);
        }
    }

    /** Asks for neighbours now, and again every minute, and for no others without packets for them. */
    void need(Set<Neighbours.Wanted> wanted) {
        all.forEach((key, n) -> n.needed = wanted.contains(key));
        for (Neighbours.Wanted key : wanted) {
            Neighbour n = all.computeIfAbsent(key, k -> new Neighbour());
            if (!n.needed) {
                n.needed = true;
                ask(key, n);
            }
        }
    }

    /** Asks again for those that are needed and have not answered: the switch can deliver questions and answers now. */
    void ready() {
        all.forEach((key, n) -> {
            if (n.needed && n.mac == 0) {
                ask(key, n);
            }
        });
    }

    /** The switch has forgotten a neighbour, because nobody sends to it. */
    void gone(int network, InetAddress address) {
        Neighbours.Wanted key = new Neighbours.Wanted(network, address);
        Neighbour n = all.get(key);
        if (n != null && !n.needed) {
            all.remove(key);
            release(n);
            link.forget(network, address);
        } else if (n != null && n.mac != 0) {
            // Somebody has removed it.
            n.mac = 0;
            ask(key, n);
        }
    }

    /** Keeps only the neighbours of these networks. */
    void keep(Set<Integer> networks) {
        removeIf(e -> !networks.contains(e.getKey().network()));
    }

    /** A second has passed: repeats questions, and gives up those that nobody answers. */
    void second() {
        second++;
        removeIf(e -> !e.getValue().needed && isLost(e.getValue()));
        all.forEach((key, n) -> {
            if (n.needed && isLost(n)) {
                rest(key, n);
            } else if (n.next <= second) {
                ask(key, n);
            }
        });
    }

    private boolean isLost(Neighbour n) {
        return n.next <= second && n.tries >= TRIES;
    }

    /** Takes a neighbour from the switch, and asks for it again in a minute. */
    private void rest(Neighbours.Wanted key, Neighbour n) {
        release(n);
        if (n.mac != 0) {
            n.mac = 0;
            link.forget(key.network(), key.address());
        }
        n.tries = 0;
        n.next = second + FRESH_SECONDS;
    }

    private void ask(Neighbours.Wanted key, Neighbour n) {
        n.tries++;
        n.next = second + 1;
        link.ask(key.network(), key.address());
    }

    private void removeIf(Predicate<Map.Entry<Neighbours.Wanted, Neighbour>> which) {
        for (Iterator<Map.Entry<Neighbours.Wanted, Neighbour>> i =
                        all.entrySet().iterator();
                i.hasNext(); ) {
            Map.Entry<Neighbours.Wanted, Neighbour> e = i.next();
            if (which.test(e)) {
                release(e.getValue());
                if (e.getValue().mac != 0) {
                    link.forget(e.getKey().network(), e.getKey().address());
                }
                i.remove();
            }
        }
    }

    /** Whether the MAC of a neighbour is known. */
    boolean knows(Neighbours.Wanted neighbour) {
        Neighbour n = all.get(neighbour);
        return n != null && n.mac != 0;
    }

    /** The number of neighbours that are known or asked for. */
    int size() {
        return all.size();
    }
}
