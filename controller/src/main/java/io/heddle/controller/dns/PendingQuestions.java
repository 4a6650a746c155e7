package io.heddle.controller.dns;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;

/** The queries of each port that wait for another server. Confined to one thread. */
final class PendingQuestions {
    /** The most waiting queries of the hosts behind one port. */
    static final int MOST_PER_PORT = 64;

    private final Map<DnsService.Asker, Set<Key>> pending = new HashMap<>();

    /** What identifies a query of a host. */
    record Key(InetAddress from, int port, int id, Name name, int type) {}

    /** The outcome of adding a query. */
    enum Outcome {
        NEW,
        /** It waits already: the host has asked again. */
        TWICE,
        TOO_MANY
    }

    static Key key(Datagram datagram, Message query) {
        return new Key(
                datagram.from(),
                datagram.fromPort(),
                query.getHeader().getID(),
                query.getQuestion().getName(),
                query.getQuestion().getType());
    }

    Outcome add(DnsService.Asker asker, Key key) {
        Set<Key> all = pending.computeIfAbsent(asker, a -> new HashSet<>());
        if (all.contains(key)) {
            return Outcome.TWICE;
        }
        return all.size() < MOST_PER_PORT && all.add(key) ? Outcome.NEW : Outcome.TOO_MANY;
    }

    void remove(DnsService.Asker asker, Key key) {
        Set<Key> all = pending.get(asker);
        if (all != null && all.remove(key) && all.isEmpty()) {
            pending.remove(asker);
        }
    }
}
