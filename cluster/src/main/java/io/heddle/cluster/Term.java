package io.heddle.cluster;

import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.Op;
import io.heddle.store.Replica;
import io.heddle.store.Unavailable;
import io.heddle.store.Uncertain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The time that a controller leads. All that it writes to etcd has the condition that it still does. As soon as that
 * fails, or it is not known whether something was written, the term is over: the controller starts anew from what etcd
 * holds. Any thread.
 */
public final class Term implements Replica, AutoCloseable {
    /** An etcd with its usual settings takes requests of 1.5 MiB. */
    private static final int LARGEST = (3 << 20) / 2 - (16 << 10);
    /** After which a silent etcd is asked first whether it answers: a change without an answer would end the term. */
    private static final long SILENT_NANOS = 2_500_000_000L;

    /** How long etcd may take to choose a leader of its own. */
    private static final long PATIENCE_NANOS = 8_000_000_000L;

    private static final int RETRY_MILLIS = 200;
    private static final String UNKNOWN = ": it is not known whether the change is stored; see heddle history";

    /** Revisions that etcd keeps for those who follow. */
    private static final long HISTORY = 10_000;

    /** The most events and audit lines to keep. */
    private static final int MOST_EVENTS = 10_000;

    private static final int MOST_LINES = 20_000;
    /** Lines after which old ones are deleted. */
    private static final int PRUNE = 1000;

    private final Etcd etcd;
    private final long number;
    private final long generation;
    private final Consumer<String> over;
    private final AtomicReference<String> ended = new AtomicReference<>();
    private final AtomicLong appended = new AtomicLong();
    /** Whether a transaction has had no answer. */
    private final AtomicBoolean doubtful = new AtomicBoolean();

    private final AtomicBoolean verifying = new AtomicBoolean();
    /** The revision of the last transaction that etcd has confirmed. */
    private final AtomicLong confirmed;

    private final AtomicLong compacted;
    private volatile long kept = System.nanoTime();

    /**
     * Begins.
     *
     * @param number the revision of etcd that made this controller the leader
     * @param generation what fences at switches
     * @param over told once why the term is over
     */
    Term(Etcd etcd, long number, long generation, Consumer<String> over) {
        this.etcd = etcd;
        this.number = number;
        this.generation = generation;
        this.over = over;
        this.confirmed = new AtomicLong(number);
        this.compacted = new AtomicLong(number);
    }

    /** The revision of etcd by which it leads. */
    public long number() {
        return number;
    }

    /**
     * The generation id that fences at switches: no later leader has a lower one, also when the state moves to a new etcd
     * or comes from a backup; and it is above those of a controller alone.
     */
    public long generation() {
        return generation;
    }

    /** Why the controller does not lead any more; null while it does as far as it knows. */
    public String ended() {
        return ended.get();
    }

    /** etcd has prolonged the lease by which this controller leads. */
    void prolonged() {
        kept = System.nanoTime();
    }

    /** Whether etcd has confirmed not long ago that the controller leads. */
    public boolean isCertain() {
        return ended() == null && !doubtful.get() && System.nanoTime() - kept <= SILENT_NANOS;
    }

    /** Somebody else writes to hosts or switches: asks etcd who leads, without waiting for the answer; any thread. */
    public void verify() {
        if (verifying.compareAndSet(false, true)) {
            Tasks.start("heddle-verify-term", () -> {
                try {
                    commit(List.of(), List.of());
                } catch (IOException e) {
                    end("another controller writes, and " + e.getMessage());
                } finally {
                    verifying.set(false);
                }
            });
        }
    }

    /** The controller leads no more. */
    public void end(String why) {
        if (ended.compareAndSet(null, why)) {
            over.accept(why);
        }
    }

    @Override
    public void put(String name, byte[] content) throws IOException {
        byte[] packed = Packed.of(content);
        if (packed.length > LARGEST) {
            throw new IOException(name + " has " + packed.length + " bytes even when compressed, and etcd takes "
                    + LARGEST + ": split the network");
        }
        String key = Keys.STATE + name;
        commit(once(key), List.of(Etcd.put(key, packed), forget(key)));
    }

    /**
     * The condition of a first attempt and of those that repeat it: one that arrives late, when the file has another
     * content already, does nothing.
     */
    private List<Cmp> once(String key) {
        return List.of(Etcd.before(key, confirmed.get() + 1));
    }

    /** Deletes what was appended to a file. */
    private static Op forget(String key) {
        return Etcd.delete(key + Keys.MORE, key + (char) (Keys.MORE + 1));
    }

    @Override
    public void append(String name, byte[] more) throws IOException {
        String key =
                Keys.STATE + name + Keys.MORE + Keys.number(number) + "-" + Keys.number(appended.getAndIncrement());
        commit(once(key), List.of(Etcd.put(key, Packed.of(more))));
    }

    @Override
    public void delete(String name) throws IOException {
        String key = Keys.STATE + name;
        commit(once(key), List.of(Etcd.delete(key), forget(key)));
    }

    @Override
    public void broken(String why) {
        end(why);
    }

    /** Adds a line of the audit log. */
    public void audit(long line, String text) throws IOException {
        commit(once(Keys.AUDIT + Keys.number(line)), lines(Keys.AUDIT, line, MOST_LINES, text));
    }

    /**
     * Adds events, once also if they are sent again. They matter less than the term.
     *
     * @param rows as JSON, by their ids
     */
    void events(Map<Long, String> rows) throws IOException {
        List<Op> ops = new ArrayList<>();
        rows.forEach((id, row) -> ops.addAll(lines(Keys.EVENTS, id, MOST_EVENTS, row)));
        // Who follows would copy them twice if an attempt without an answer was done, and is repeated.
        String last = Keys.EVENTS + Keys.number(Collections.max(rows.keySet()));
        etcd.commit(List.of(Etcd.unchanged(Keys.LEADER, number), Etcd.before(last, 1)), ops);
    }

    private static List<Op> lines(String prefix, long number, int most, String text) {
        List<Op> ops = new ArrayList<>();
        ops.add(Etcd.put(prefix + Keys.number(number), text.getBytes(StandardCharsets.UTF_8)));
        if (number % PRUNE == 0 && number > most) {
            ops.add(Etcd.delete(prefix + Keys.number(0), prefix + Keys.number(number - most)));
        }
        return ops;
    }

    private void commit(List<Cmp> conditions, List<Op> ops) throws IOException {
        if (ended() != null) {
            throw new Lost("this controller does not lead any more (" + ended() + "): ask again");
        }
        if (doubtful.get()) {
            throw silent(null);
        }
        if (System.nanoTime() - kept > SILENT_NANOS) {
            probe();
        }
        List<Cmp> all = new ArrayList<>(conditions);
        all.add(Etcd.unchanged(Keys.LEADER, number));
        repeated(all, ops);
    }

    /**
     * Commits, over the deaths of etcd's servers. A transaction without an answer may have been done, or may yet be, and
     * is done again: its conditions hold for one of these attempts only.
     */
    private void repeated(List<Cmp> conditions, List<Op> ops) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        boolean again = false;
        while (true) {
            try {
                Etcd.Committed committed = etcd.commit(conditions, ops);
                if (committed.done() || again && leads()) {
                    confirm(committed.revision());
                    return;
                }
                throw beaten(again);
            } catch (Unavailable e) {
                throw e;
            } catch (Etcd.Refused e) {
                if (!again) {
                    throw new Unavailable(e.getMessage() + ": nothing was changed", e);
                }
                throw unknown(e);
            } catch (IOException e) {
                if (System.nanoTime() > end || ended() != null) {
                    throw unknown(e);
                }
            }
            again = true;
            try {
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unknown(e);
            }
        }
    }

    /** @param again whether an earlier attempt may have been done before the other controller led */
    private Unavailable beaten(boolean again) {
        end("another controller leads");
        return again
                ? new Uncertain("another controller leads meanwhile" + UNKNOWN, null)
                : new Lost("another controller leads meanwhile, so nothing was changed: ask again");
    }

    /**
     * It may have been written, and may yet be: the controller must begin anew with what etcd has. Not before etcd
     * answers, because until then nobody could lead in its place.
     */
    private Uncertain unknown(Exception why) {
        if (doubtful.compareAndSet(false, true)) {
            Tasks.start("heddle-doubtful-term", this::endWhenEtcdAnswers);
        }
        String reason = why instanceof InterruptedException ? "the controller is stopping" : why.getMessage();
        return new Uncertain(reason + UNKNOWN, why);
    }

    private void endWhenEtcdAnswers() {
        while (ended() == null) {
            try {
                etcd.read(Keys.LEADER);
                end("it was not known whether etcd has the last change");
            } catch (IOException e) {
                Tasks.pause(RETRY_MILLIS);
            }
        }
    }

    private void confirm(long revision) {
        kept = System.nanoTime();
        confirmed.accumulateAndGet(revision, Math::max);
        long before = compacted.get();
        if (revision - before > 2 * HISTORY && compacted.compareAndSet(before, revision - HISTORY)) {
            // Whoever follows is seldom so far behind, and then reads all anew.
            etcd.compact(revision - HISTORY);
        }
    }

    private boolean leads() throws IOException {
        return etcd.read(Keys.LEADER).entries().stream().anyMatch(e -> e.revision() == number);
    }

    /** Asks a silent etcd something that changes nothing, before something that does. */
    private void probe() throws IOException {
        boolean leads;
        try {
            leads = leads();
        } catch (IOException e) {
            throw silent(e);
        }
        if (!leads) {
            throw beaten(false);
        }
        kept = System.nanoTime();
    }

    private Unavailable silent(IOException why) {
        return new Unavailable(
                String.format(
                        "etcd has not answered for %.0f s, so nothing was changed; switches and hosts go on",
                        (System.nanoTime() - kept) / 1e9),
                why);
    }

    @Override
    public void close() {
        ended.compareAndSet(null, "it was given away");
    }
}
