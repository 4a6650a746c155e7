package io.heddle.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/** One session between a {@link HostSync} and a {@link FakeHost}: a test decides when each message arrives. */
final class HostLab implements HostSession, HostSync.Listener {
    private record Sent(List<Operation> operations, BiConsumer<List<JsonNode>, String> done) {}

    /** A wanted state, and the number of its confirmations. */
    static final class Want {
        final HostState state;
        int confirmed;

        Want(HostState state) {
            this.state = state;
        }
    }

    final VirtualTime time;
    final FakeHost host;
    final HostSync sync;
    final List<String> events = new ArrayList<>();
    final List<Want> wants = new ArrayList<>();
    /** The faults that closed the session. */
    final List<Throwable> failures = new ArrayList<>();
    /** Milliseconds that the listener leaves the next external change in place. */
    long pauseMillis;
    /** The exception that the listener throws at the next event. */
    RuntimeException fault;

    private final Database live = new Database();
    private final Deque<Sent> toHost = new ArrayDeque<>();
    private final Deque<Runnable> toSync = new ArrayDeque<>();
    private boolean active = true;

    HostLab(VirtualTime time, FakeHost host) {
        this.time = time;
        this.host = host;
        this.sync = new HostSync(this, this);
        host.updates.clear();
        live.update(host.initial());
    }

    Want want(HostState state) {
        Want want = new Want(state);
        wants.add(want);
        sync.want(state, s -> want.confirmed += s.inSync() ? 1 : 0);
        return want;
    }

    HostState wanted() {
        return wants.get(wants.size() - 1).state;
    }

    boolean isRight() {
        return HostDiff.between(wanted(), host.truth).isEmpty();
    }

    @Override
    public void settled(HostSync.State state) {
        assertEquals(sync.state(), state);
    }

    boolean isQuiet() {
        return toHost.isEmpty() && toSync.isEmpty() && host.updates.isEmpty();
    }

    long count(String kind) {
        return events.stream().filter(e -> e.startsWith(kind + " ")).count();
    }

    /** The host executes one transaction. @return whether there was one */
    boolean hostReads() {
        Sent sent = toHost.poll();
        if (sent == null) {
            return false;
        }
        FakeHost.Outcome outcome = host.transact(sent.operations);
        // ovsdb-server sends updates before the reply to the transaction that caused them.
        takeUpdates();
        toSync.add(() -> sent.done.accept(outcome.results(), outcome.error()));
        return true;
    }

    private void takeUpdates() {
        for (JsonNode u = host.updates.poll(); u != null; u = host.updates.poll()) {
            JsonNode update = u;
            toSync.add(() -> {
                live.update(update);
                sync.databaseChanged();
            });
        }
    }

    /** One message from the host arrives. @return whether there was one */
    boolean deliver() {
        takeUpdates();
        Runnable message = toSync.poll();
        if (message != null) {
            message.run();
        }
        return message != null;
    }

    void drain() {
        for (int n = 0; hostReads() || deliver(); n++) {
            if (n > 10_000) {
                throw new AssertionError("messages without end");
            }
        }
    }

    /** Lets {@code millis} pass; all messages arrive meanwhile, and Open vSwitch acts at once. */
    void pass(long millis) {
        long end = time.millis() + millis;
        settle();
        for (int n = 0; time.next(end - time.millis()); n++) {
            settle();
            if (n > 10_000) {
                throw new AssertionError("timers without end");
            }
        }
        time.advance(Math.max(0, end - time.millis()));
    }

    private void settle() {
        drain();
        host.takeUp();
        drain();
    }

    void disconnect() {
        active = false;
        toSync.clear();
        List<Sent> lost = List.copyOf(toHost);
        toHost.clear();
        lost.forEach(s -> s.done.accept(null, "the connection closed"));
    }

    @Override
    public Database database() {
        return live;
    }

    @Override
    public boolean isReady() {
        return active;
    }

    @Override
    public void transact(List<Operation> operations, BiConsumer<List<JsonNode>, String> done) {
        toHost.add(new Sent(operations, done));
    }

    @Override
    public void schedule(Runnable task, long millis) {
        time.schedule(task, millis);
    }

    @Override
    public void failed(Throwable cause) {
        failures.add(cause);
        active = false;
    }

    private void note(String event) {
        if (fault != null) {
            throw fault;
        }
        events.add(event);
    }

    @Override
    public long drifted(List<String> lines) {
        note("drifted " + lines);
        return pauseMillis;
    }

    @Override
    public void mended(List<String> lines) {
        note("mended " + lines);
    }

    @Override
    public void changed(List<String> lines) {
        note("changed " + lines);
    }

    @Override
    public void refused(String why) {
        note("refused " + why);
    }
}
