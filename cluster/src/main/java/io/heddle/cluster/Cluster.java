package io.heddle.cluster;

import com.google.common.net.InetAddresses;
import io.heddle.store.StateLock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A controller's membership of a cluster. It follows the state in etcd, watches the leader, and takes its place when it
 * is dead. The thread that calls {@link #awaitTerm} makes all decisions; other threads hand it what they see.
 */
public final class Cluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    /** Seconds after which etcd forgets a silent controller, if no other controller has taken its place before. */
    private static final int LEASE_SECONDS = 5;

    private static final int RETRY_MILLIS = 300;
    /** For others that should rather lead: longer than the lease and the longest {@link HoldOff}. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);
    /** Generation ids count up by more than one a millisecond. */
    private static final int GENERATION_SHIFT = 20;

    private final EtcdPulse pulse = new EtcdPulse();
    private final Etcd etcd;
    private final Member me;
    private final Mirror mirror;
    private final Path folder;
    private final PeerDoor door;
    /** What other threads have seen, for the thread that decides. */
    private final BlockingQueue<Runnable> seen = new LinkedBlockingQueue<>();

    private volatile boolean closed;
    private volatile Roster roster = Roster.NOBODY;
    private volatile String trouble = "";
    private volatile Runnable changed = () -> {};
    private volatile Fitness fitness = new Fitness(() -> "", () -> "");
    /** Told when etcd has prolonged the lease. */
    private volatile Runnable prolonged = () -> {};

    private volatile long lease;
    private Optional<Keeping> keeping = Optional.empty();
    /** The generation id with which this controller leads. */
    private long generation;
    /** The last change of etcd that the mirror has. */
    private long mirrored;
    /** Why the state cannot be followed any more. */
    private Optional<String> broken = Optional.empty();

    private Optional<PeerWatch> watch = Optional.empty();
    /** Tells of changes while this controller leads. */
    private Optional<Following> following = Optional.empty();

    private final Candidacy candidacy = new Candidacy();
    /** The term that this controller has last heard of, 0 for none yet. */
    private long lastTerm;

    private final AtomicLong leaderChanges = new AtomicLong();

    /**
     * Joins.
     *
     * @param peer where the other controllers see that this one is alive
     * @param state the state folder, which becomes a copy of what is in etcd
     * @throws IOException if the address is not available
     */
    public Cluster(EtcdAddress address, Member me, InetSocketAddress peer, Path state) throws IOException {
        this.me = me;
        this.folder = Files.createDirectories(state);
        mirror = new Mirror(state);
        door = new PeerDoor(peer, this::isController);
        try {
            etcd = new Etcd(address, pulse);
        } catch (IOException | RuntimeException e) {
            door.close();
            throw e;
        }
    }

    private boolean isController(InetAddress address) {
        return roster.controllers().values().stream()
                .anyMatch(m -> InetAddresses.forString(m.host()).equals(address));
    }

    /** Who belongs to the cluster, as far as this controller knows; any thread. */
    public Roster roster() {
        return roster;
    }

    /** Why this controller could not take over at the moment, "" if it could; any thread. */
    public String trouble() {
        double silent = pulse.silentSeconds();
        return trouble.isEmpty() && silent > EtcdPulse.SILENCE.toSeconds()
                ? String.format("etcd has not answered for %.0f s", silent)
                : trouble.isEmpty() ? fitness.fault() : trouble;
    }

    /** How etcd answers; any thread. */
    public EtcdPulse pulse() {
        return pulse;
    }

    /** How often another term has begun since this controller knows the cluster; any thread. */
    public long leaderChanges() {
        return leaderChanges.get();
    }

    /** This controller. */
    public Member me() {
        return me;
    }

    /** @param listener called on any thread when a controller joins for the first time, or is gone for good */
    public void whenChanged(Runnable listener) {
        changed = listener;
    }

    /**
     * Lets this controller campaign only if it could lead. Called by the thread that waits for the term.
     *
     * @param cannot says why it could not use the state, "" if it could
     * @param shouldNot says why it should leave the lead to others, if there are any; "" if it need not
     */
    public void campaignUnless(Supplier<String> cannot, Supplier<String> shouldNot) {
        fitness = new Fitness(cannot, shouldNot);
    }

    /** Whether another controller could lead instead of this one, as far as this one knows; any thread. */
    public boolean hasFitOther() {
        return roster.hasFitOther(me.name());
    }

    /**
     * Waits until this controller leads. The state folder then holds all that any leader before has acknowledged.
     *
     * @param over told when the term is over, by any thread
     * @return empty when the cluster was closed
     * @throws Unusable if the state in etcd is of a later Heddle, the folder holds what is not in etcd, or another
     *     controller has the same name
     */
    public Optional<Term> awaitTerm(Consumer<String> over) throws Unusable, InterruptedException {
        following.ifPresent(Following::close);
        candidacy.follow(following.isPresent(), System.nanoTime());
        following = Optional.empty();
        while (!closed) {
            seen.clear();
            broken = Optional.empty();
            candidacy.forget();
            StateLock lock = null;
            try {
                lock = lock();
                Optional<Long> number = follow();
                if (number.isPresent()) {
                    return Optional.of(begin(number.get(), over));
                }
            } catch (Unusable e) {
                throw e;
            } catch (Beaten e) {
                LOG.debug("another controller leads");
            } catch (IOException e) {
                trouble = e.getMessage();
                roster = roster.withoutLeader();
                if (!closed) {
                    LOG.warn("the cluster's state cannot be followed: {}", e.getMessage());
                    TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                }
            } finally {
                // The controller that leads takes the lock itself.
                unlock(lock);
            }
        }
        return Optional.empty();
    }

    /** Another controller leads. */
    private static final class Beaten extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** What does not become better by itself. */
    public static final class Unusable extends IOException {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    private StateLock lock() throws IOException {
        try {
            return StateLock.take(folder);
        } catch (StateLock.Taken e) {
            throw new Unusable(e.getMessage());
        }
    }

    private static void unlock(StateLock lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            LOG.debug("cannot close the lock file: {}", e.getMessage());
        }
    }

    /** Follows the state, until this controller leads. @return its term; empty if the cluster was closed */
    private Optional<Long> follow() throws IOException, InterruptedException {
        renewLease();
        Etcd.Snapshot all = etcd.read(Keys.ALL);
        if (all.entries().stream().noneMatch(e -> e.key().equals(Keys.FORMAT))) {
            beginState();
            all = etcd.read(Keys.ALL);
        }
        check(all);
        mirror.begin(all.entries());
        mirrored = all.revision();
        know(Roster.NOBODY.with(all.entries(), List.of()));
        // Before the others count this controller as one that could lead.
        fitness.joins();
        announce();
        join();
        Following watcher = etcd.watch(
                Keys.ALL,
                all.revision() + 1,
                new Follower(change -> seen.add(() -> take(change)), why -> seen.add(() -> broken = Optional.of(why))));
        try {
            trouble = "";
            watchLeader();
            long led = System.nanoTime();
            while (!closed) {
                led = roster.leader().isPresent() ? System.nanoTime() : led;
                // Others that seem able may not be, such as those of an earlier Heddle, which do not say.
                boolean others = hasFitOther() && System.nanoTime() - led < PATIENCE_NANOS;
                Optional<Long> instead =
                        fitness.campaigns(others) ? candidacy.replaces(roster, System.nanoTime()) : Optional.empty();
                Optional<Long> term = instead.isPresent() ? campaign(instead.get()) : Optional.empty();
                if (term.isPresent()) {
                    catchUp(term.get());
                    return term;
                } else if (instead.isPresent()) {
                    // Another controller was faster, or what this one has seen is not all: it looks at everything anew.
                    throw new Beaten();
                }
                look();
            }
            return Optional.empty();
        } finally {
            watcher.close();
            watch.ifPresent(PeerWatch::close);
            watch = Optional.empty();
        }
    }

    /** What etcd tells of. */
    private final class Follower implements Etcd.Follower {
        private final Consumer<Etcd.Change> next;
        private final Consumer<String> lost;

        Follower(Consumer<Etcd.Change> next, Consumer<String> lost) {
            this.next = next;
            this.lost = lost;
        }

        @Override
        public void changed(Etcd.Change change) {
            next.accept(change);
        }

        @Override
        public void interrupted(String why) {
            trouble = why;
        }

        @Override
        public void failed(String why) {
            lost.accept(why);
        }
    }

    /** Takes in what other threads have seen; waits for the first of it. */
    private void look() throws IOException, InterruptedException {
        Runnable next = seen.poll(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        if (next == null) {
            fitness.look();
            announce();
        }
        while (next != null) {
            next.run();
            next = seen.poll();
        }
        if (broken.isPresent()) {
            throw new IOException(broken.get());
        }
    }

    /** Tells the others whether this controller could lead. */
    private void announce() throws IOException {
        if (fitness.isNews()) {
            String key = Keys.UNFIT + me.name();
            byte[] fault = fitness.fault().getBytes(StandardCharsets.UTF_8);
            etcd.commit(List.of(), List.of(fault.length == 0 ? Etcd.delete(key) : Etcd.put(key, fault, lease)));
            fitness.announced();
        }
    }

    private void beginState() throws IOException {
        if (mirror.hasVersions()) {
            throw foreign();
        }
        etcd.commit(List.of(Etcd.unchanged(Keys.FORMAT, 0)), Etcd.begin());
    }

    private void check(Etcd.Snapshot all) throws IOException {
        Format.check(text(all, Keys.FORMAT));
        if (!mirror.isOf(text(all, Keys.BEGUN)) && mirror.hasVersions()) {
            throw foreign();
        }
        mirror.mark(text(all, Keys.BEGUN));
    }

    private Unusable foreign() {
        return new Unusable("the state in " + folder + " has versions of its own, which are not a copy of etcd's: give"
                + " this controller an empty --state, or copy the versions to an empty etcd by heddle store copy");
    }

    /** The value of a key. @throws Unusable if there is none */
    static String text(Etcd.Snapshot all, String key) throws Unusable {
        return all.entries().stream()
                .filter(e -> e.key().equals(key))
                .findFirst()
                .map(e -> new String(e.value(), StandardCharsets.UTF_8))
                .orElseThrow(() -> new Unusable("etcd has no " + key + ": restore it from a backup"));
    }

    /** Gets a lease, which etcd has not forgotten; what this controller had by an earlier one ends. */
    private void renewLease() throws IOException {
        keeping.ifPresent(Keeping::close);
        if (lease != 0) {
            etcd.revoke(lease);
        }
        lease = etcd.lease(LEASE_SECONDS);
        keeping = Optional.of(etcd.keep(lease, () -> prolonged.run()));
    }

    /** Says that this controller runs. */
    private void join() throws IOException {
        Member twin = roster.members().get(me.name());
        if (twin != null && !twin.equals(me)) {
            throw new Unusable("another controller has the name " + me.name() + ", at " + twin.host()
                    + ": give this one another --name");
        }
        etcd.commit(
                List.of(),
                List.of(
                        Etcd.put(Keys.CONTROLLERS + me.name(), me.bytes()),
                        Etcd.put(Keys.MEMBERS + me.name(), me.bytes(), lease)));
    }

    private void take(Etcd.Change change) {
        try {
            mirror.apply(change);
            mirrored = Math.max(mirrored, change.revision());
            if (change.put().stream().anyMatch(e -> Mirror.isVersion(e.key()))) {
                fitness.versionCame();
            }
            long before = roster.term();
            enrol(change);
            if (change.removed().contains(Keys.MEMBERS + me.name())) {
                broken = Optional.of("etcd has not heard of this controller for " + LEASE_SECONDS + " s");
            }
            if (roster.term() != before) {
                watchLeader();
            }
        } catch (IOException e) {
            broken = Optional.of(e.getMessage());
        }
    }

    private void enrol(Etcd.Change change) throws IOException {
        for (Keys.Entry e : change.put()) {
            if (e.key().equals(Keys.FORMAT)) {
                Format.check(new String(e.value(), StandardCharsets.UTF_8));
            }
        }
        Roster before = roster;
        know(before.with(change.put(), change.removed()));
        if (!roster.controllers().equals(before.controllers())) {
            changed.run();
        }
    }

    private void know(Roster next) {
        if (next.term() != 0 && next.term() != lastTerm) {
            if (lastTerm != 0) {
                leaderChanges.incrementAndGet();
            }
            lastTerm = next.term();
        }
        roster = next;
    }

    private void watchLeader() {
        watch.ifPresent(PeerWatch::close);
        watch = Optional.empty();
        long term = roster.term();
        if (roster.leader().map(Member::name).equals(Optional.of(me.name()))) {
            // This controller led before it was started anew.
            candidacy.silent(term);
        } else if (roster.leader().isPresent()) {
            Member leader = roster.leader().get();
            watch = Optional.of(new PeerWatch(leader, answers -> seen.add(() -> judge(leader, term, answers))));
        }
    }

    private void judge(Member leader, long term, boolean answers) {
        if (roster.term() != term) {
            return;
        }
        LOG.info("the controller {}, which leads, {}", leader.name(), answers ? "answers again" : "does not answer");
        if (answers) {
            candidacy.answers(term);
        } else {
            candidacy.silent(term);
        }
    }

    /** Tries to lead. @param instead the term of the dead leader, 0 for none @return the term */
    private Optional<Long> campaign(long instead) throws IOException {
        // Above all before it, and above those of a state that was lost: it follows the clock.
        generation = Math.max(System.currentTimeMillis() << GENERATION_SHIFT, roster.generation() + 1);
        Etcd.Committed won = etcd.commit(
                List.of(Etcd.unchanged(Keys.LEADER, instead), Etcd.unchanged(Keys.GENERATION, roster.generationAt())),
                List.of(
                        Etcd.put(Keys.LEADER, me.bytes(), lease),
                        Etcd.put(Keys.GENERATION, Long.toString(generation).getBytes(StandardCharsets.UTF_8))));
        return won.done() ? Optional.of(won.revision()) : Optional.empty();
    }

    /** Waits until the mirror has all from before the term. */
    private void catchUp(long term) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Etcd.SECONDS);
        while (mirrored < term) {
            if (System.nanoTime() > end) {
                throw new IOException("etcd does not tell of its changes");
            }
            look();
        }
        if (roster.term() != term) {
            throw new Beaten();
        }
    }

    private Term begin(long number, Consumer<String> over) {
        Term term = new Term(etcd, number, generation, over);
        prolonged = term::prolonged;
        following = Optional.of(etcd.watch(
                Keys.ALL,
                number + 1,
                new Follower(change -> led(change, term), why -> term.end("etcd tells of no more changes: " + why))));
        return term;
    }

    /** What changes while this controller leads. */
    private void led(Etcd.Change change, Term term) {
        try {
            enrol(change);
        } catch (Unusable e) {
            term.end(e.getMessage());
        } catch (IOException e) {
            LOG.warn("cannot read a change of the cluster: {}", e.getMessage());
        }
        if (roster.term() != term.number()) {
            term.end(roster.leader()
                    .map(l -> "the controller " + l.name() + " leads")
                    .orElse("etcd has not heard of this controller for " + LEASE_SECONDS + " s"));
        }
    }

    /** Leaves, so that another controller leads at once. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        seen.add(() -> {});
        door.close();
        following.ifPresent(Following::close);
        keeping.ifPresent(Keeping::close);
        if (lease != 0) {
            etcd.revoke(lease);
        }
        etcd.close();
    }
}
