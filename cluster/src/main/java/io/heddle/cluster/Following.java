package io.heddle.cluster;

import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tells of changes in etcd, in their order and each once, over the ends of connections. */
final class Following implements AutoCloseable {
    private final Watch client;
    private final String prefix;
    private final Etcd.Follower follower;
    private long next;
    private boolean closed;
    private Watch.Watcher watcher;
    /** Of the watcher in use: others have nothing to say any more. */
    private Object current;

    Following(Watch client, String prefix, long from, Etcd.Follower follower) {
        this.client = client;
        this.prefix = prefix;
        this.next = from;
        this.follower = follower;
        open();
    }

    private synchronized void open() {
        if (closed) {
            return;
        }
        Object mine = new Object();
        current = mine;
        WatchOption option = WatchOption.builder()
                .isPrefix(true)
                .withRevision(next)
                .withCreateNotify(true)
                .build();
        watcher = client.watch(
                Etcd.bytes(prefix),
                option,
                Watch.listener(
                        answer -> take(mine, answer),
                        why -> again(mine, why),
                        () -> again(mine, new IOException("it has ended"))));
    }

    private synchronized void take(Object from, WatchResponse answer) {
        if (closed || from != current) {
            return;
        }
        follower.interrupted("");
        // One answer may have several revisions, and a key in more than one of them.
        List<WatchEvent> events = answer.getEvents();
        for (int begin = 0; begin < events.size(); ) {
            long revision = events.get(begin).getKeyValue().getModRevision();
            int end = begin;
            while (end < events.size() && events.get(end).getKeyValue().getModRevision() == revision) {
                end++;
            }
            // Not those from before the connection ended.
            if (revision >= next) {
                next = revision + 1;
                follower.changed(change(events.subList(begin, end), revision));
            }
            begin = end;
        }
    }

    private static Etcd.Change change(List<WatchEvent> events, long revision) {
        List<Keys.Entry> put = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        for (WatchEvent e : events) {
            if (e.getEventType() == WatchEvent.EventType.PUT) {
                put.add(Etcd.entry(e.getKeyValue()));
            } else {
                removed.add(e.getKeyValue().getKey().toString(StandardCharsets.UTF_8));
            }
        }
        return new Etcd.Change(put, removed, revision);
    }

    /** The client would go on by itself, but not always where it was. */
    private synchronized void again(Object from, Throwable why) {
        if (closed || from != current) {
            return;
        }
        current = null;
        watcher.close();
        if (Etcd.reason(why).contains("compacted")) {
            closed = true;
            follower.failed(Etcd.reason(why));
        } else {
            follower.interrupted(Etcd.reason(why));
            Etcd.later(this::open);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        watcher.close();
    }
}
