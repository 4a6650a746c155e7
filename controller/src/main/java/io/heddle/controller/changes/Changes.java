package io.heddle.controller.changes;

import io.heddle.check.Checker;
import io.heddle.check.Finding;
import io.heddle.config.AutoAddresses;
import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import io.heddle.controller.access.Scope;
import io.heddle.controller.access.Touched;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.fleet.Rollout;
import io.heddle.controller.leases.Reservations;
import io.heddle.controller.plan.Planner;
import io.heddle.events.Journal;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.order.OrderText;
import io.heddle.store.VersionStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Plans, applies and rolls back changes of the network, for the admin API and all other callers. Any thread; methods
 * may wait for hosts and switches.
 */
public final class Changes {
    private static final int MOST_NAMED = 10;

    private final Fleet fleet;
    private final VersionStore store;
    private final Journal journal;
    private final Planner planner;
    private final Reservations reservations;
    private final Trials trials;
    /** The files that were read last: a plan is often followed by an apply of the same files. */
    private volatile Draft draft = new Draft(Map.of(), NetworkFile.Declared.NOTHING, NetworkFile.Declared.NOTHING);

    /** Files and their declarations. @param basis the previous declarations, which the files were read against */
    private record Draft(Map<String, String> files, NetworkFile.Declared basis, NetworkFile.Declared declared) {}

    /**
     * A requested change.
     *
     * @param author who requests it
     * @param message the reason, "" for none
     * @param files the files of the new network
     * @param base the version that the change was made from, if this must still be the latest
     * @param fingerprint of the confirmed plan, if the plan must still be the same
     * @param scope what the author may change
     * @param trial how long the version waits for a confirmation before it goes back; empty if it needs none
     * @param endsTrial whether it may end the trial of another version
     */
    public record Change(
            String author,
            String message,
            Map<String, String> files,
            OptionalInt base,
            Optional<String> fingerprint,
            Scope scope,
            Optional<Duration> trial,
            boolean endsTrial) {
        /** A change that leaves the trial of another version alone. */
        public Change(
                String author,
                String message,
                Map<String, String> files,
                OptionalInt base,
                Optional<String> fingerprint,
                Scope scope,
                Optional<Duration> trial) {
            this(author, message, files, base, fingerprint, scope, trial, false);
        }

        /** A change that needs no confirmation. */
        public Change(
                String author,
                String message,
                Map<String, String> files,
                OptionalInt base,
                Optional<String> fingerprint,
                Scope scope) {
            this(author, message, files, base, fingerprint, scope, Optional.empty());
        }

        private Change with(Map<String, String> others) {
            return new Change(author, message, others, base, fingerprint, scope, trial, endsTrial);
        }

        private Change from(int version) {
            return new Change(author, message, files, OptionalInt.of(version), fingerprint, scope, trial, endsTrial);
        }

        private Change unconfined() {
            return new Change(author, message, files, base, fingerprint, Scope.ALL, trial, endsTrial);
        }

        private Change back() {
            return new Change(author, message, files, base, fingerprint, scope, trial, true);
        }
    }

    /** A plan and its input. @param base the latest version when the plan was made, 0 for none */
    public record Planned(int base, NetworkFile.Declared declared, Planner.Plan plan) {}

    /** A newer version was accepted after the one that a change was made from. */
    public static final class Overtaken extends Exception {
        private static final long serialVersionUID = 1L;

        Overtaken(int base, VersionStore.Version latest) {
            super("the change was made from version " + base + ", but version " + latest.number()
                    + " was accepted since, from "
                    + latest.author() + " at " + latest.time()
                    + (latest.message().isEmpty() ? "" : " (" + latest.message() + ")")
                    + ": see heddle diff " + base + " " + latest.number() + ", and plan again");
        }

        Overtaken(int base) {
            super("the change was made from version " + base + ", but no version was ever accepted: plan again");
        }
    }

    /** A version waits for its confirmation, and nothing else changes before. */
    public static final class OnTrial extends Exception {
        private static final long serialVersionUID = 1L;

        OnTrial(Trials.Trial trial) {
            super("version " + trial.version() + " of " + trial.author() + " is on trial until " + trial.until()
                    + ": confirm it (heddle confirm) or go back (heddle rollback " + trial.before() + ") before you"
                    + " change anything else");
        }
    }

    /** No version waits for a confirmation, or another one than somebody confirms. */
    public static final class NotOnTrial extends Exception {
        private static final long serialVersionUID = 1L;

        NotOnTrial(int version, Optional<Trials.Trial> trial) {
            super("version " + version + " is not on trial"
                    + trial.map(t -> ", but version " + t.version() + " is")
                            .orElse(": it has been confirmed, or the" + " network has gone back; see heddle history"));
        }
    }

    /** The network has changed since a plan was made: the same files would now do something else. */
    public static final class PlanOutdated extends Exception {
        private static final long serialVersionUID = 1L;

        PlanOutdated() {
            super("the network has changed since the plan was made, so the plan would now differ: plan again");
        }
    }

    /** A change touches what its author may not change. */
    public static final class OutOfScope extends Exception {
        private static final long serialVersionUID = 1L;

        OutOfScope(Scope scope, Set<String> outside) {
            super("you may change " + scope + ", but the change also touches "
                    + outside.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                    + (outside.size() > MOST_NAMED ? " and " + (outside.size() - MOST_NAMED) + " more" : "")
                    + ": nothing was changed");
        }
    }

    /** The check of a network has found errors. */
    public static final class Unacceptable extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient List<Finding> findings;
        private final transient NetworkFile.Declared declared;

        Unacceptable(List<Finding> findings, NetworkFile.Declared declared) {
            super("the check of the network failed, nothing was changed");
            this.findings = findings;
            this.declared = declared;
        }

        /** The errors. */
        public List<Finding> findings() {
            return findings;
        }

        /** The refused network. */
        public NetworkFile.Declared declared() {
            return declared;
        }
    }

    public Changes(Fleet fleet, VersionStore store, Journal journal, Reservations reservations, Trials trials) {
        this.fleet = fleet;
        this.store = store;
        this.journal = journal;
        this.reservations = reservations;
        this.trials = trials;
        this.planner = new Planner(fleet);
    }

    /** The number of the latest version, 0 for none. */
    public int latest() {
        return store.latest().map(VersionStore.Version::number).orElse(0);
    }

    /**
     * Reads files. A plan of files and the apply after it share one result.
     *
     * @throws InvalidNetworkException if the files are wrong
     */
    public NetworkFile.Declared read(Map<String, String> files) throws InvalidNetworkException {
        NetworkFile.Declared basis = fleet.latest().declared();
        Draft last = draft;
        if (last.basis == basis && last.files.equals(files)) {
            return last.declared;
        }
        NetworkFile.Declared declared = NetworkFile.read(files, basis);
        draft = new Draft(Map.copyOf(files), basis, declared);
        return declared;
    }

    /**
     * Plans the changes that files would make. This looks at hosts, also at those that only the files name.
     *
     * @param scope what the author may change
     */
    public Planned plan(Map<String, String> files, Scope scope)
            throws InterruptedException, InvalidNetworkException, OutOfScope, IOException {
        int base = latest();
        NetworkFile.Declared declared = read(addressed(files, false));
        check(declared, scope);
        return new Planned(base, declared, planner.plan(declared));
    }

    /**
     * Puts files in force, unless they already are. Stores them on disk before it returns. With concurrent callers,
     * versions still come into force in the order of their numbers.
     *
     * @throws InvalidNetworkException if the files are wrong; nothing was touched, as with the other exceptions
     * @throws IOException if the version cannot be stored
     */
    public Rollout apply(Change change)
            throws InvalidNetworkException, Unacceptable, Overtaken, OutOfScope, PlanOutdated, OnTrial, IOException,
                    InterruptedException {
        Optional<Trials.Trial> trial = trial();
        if (trial.isPresent() && !(change.endsTrial && change.scope.isAll())) {
            throw new OnTrial(trial.get());
        }
        if (change.trial.isPresent() && !change.scope.isAll()) {
            // Nobody else could change anything meanwhile.
            throw new OutOfScope(change.scope, Set.of("all others, who would have to wait for the end of a trial"));
        }
        return change.scope.isAll()
                ? applyAll(change)
                // Nothing is reserved for a change that is out of scope.
                : applyAll(confined(change.with(addressed(change.files, false))).with(change.files));
    }

    /** The files with the addresses of ports that leave the choice to Heddle. @param keep whether to reserve them */
    private Map<String, String> addressed(Map<String, String> files, boolean keep)
            throws InvalidNetworkException, IOException, InterruptedException {
        return AutoAddresses.in(files).isEmpty()
                ? files
                : reservations.fill(
                        files, read(files).model(), fleet.latest().declared().model(), keep);
    }

    private Rollout applyAll(Change asked)
            throws InvalidNetworkException, Unacceptable, Overtaken, OutOfScope, PlanOutdated, OnTrial, IOException,
                    InterruptedException {
        Change change = asked.with(addressed(asked.files, false));
        Optional<VersionStore.Version> latest = store.latest();
        Rollout inForce = fleet.latest();
        boolean same = latest.isPresent()
                && latest.get().files().equals(change.files)
                && (change.base.isEmpty()
                        || change.base.getAsInt() == latest.get().number());
        if (same && inForce.number() == latest.get().number()) {
            return inForce;
        }
        checkBase(change, latest);
        NetworkFile.Declared declared = read(change.files);
        List<Finding> errors = new ArrayList<>(Checker.errors(declared));
        errors.addAll(planner.lacking(declared.model()));
        if (!errors.isEmpty()) {
            throw new Unacceptable(errors, declared);
        }
        boolean planned = change.fingerprint.isPresent();
        if (planned && !change.fingerprint.get().equals(planner.plan(declared).fingerprint())) {
            throw new PlanOutdated();
        }
        // Not earlier: what a refused change has reserved would stay reserved.
        Change kept = asked.with(addressed(asked.files, true));
        if (!kept.files.equals(change.files)) {
            // Somebody has got one of the addresses meanwhile.
            return applyAll(kept);
        }
        if (!planned) {
            return accept(change, declared);
        }
        // The plan holds for the version from which it was made, also if the caller names none.
        int base = latest.map(VersionStore.Version::number).orElse(0);
        return accept(change.base.isPresent() ? change : change.from(base), declared);
    }

    /** Whether the change was made from the latest version, if it says from which. */
    private static void checkBase(Change change, Optional<VersionStore.Version> latest) throws Overtaken {
        int number = latest.map(VersionStore.Version::number).orElse(0);
        int base = change.base.orElse(number);
        if (base != number) {
            throw latest.isPresent() ? new Overtaken(base, latest.get()) : new Overtaken(base);
        }
    }

    private void check(NetworkFile.Declared declared, Scope scope) throws OutOfScope {
        Set<String> outside = Touched.outside(fleet.latest().declared().model(), declared.model(), scope);
        if (!outside.isEmpty()) {
            throw new OutOfScope(scope, outside);
        }
    }

    /** A change that stays within its author's scope, from the version that it was compared with. */
    private Change confined(Change change) throws InvalidNetworkException, OutOfScope {
        Rollout inForce = fleet.latest();
        Set<String> outside =
                Touched.outside(inForce.declared().model(), read(change.files).model(), change.scope);
        if (!outside.isEmpty()) {
            throw new OutOfScope(change.scope, outside);
        }
        // Never a later version than the one that it was compared with.
        return change.from(Math.min(change.base.orElse(Integer.MAX_VALUE), inForce.number()))
                .unconfined();
    }

    private Rollout accept(Change change, NetworkFile.Declared declared) throws IOException, Overtaken, OnTrial {
        Rollout rollout;
        synchronized (store) {
            checkBase(change, store.latest());
            Optional<Trials.Trial> ended = trial();
            if (ended.isPresent() && !change.endsTrial) {
                throw new OnTrial(ended.get());
            }
            // A version that nobody has confirmed is nothing to go back to.
            int before = ended.map(Trials.Trial::before).orElse(latest());
            Optional<Trials.Trial> trial = change.trial.map(time -> new Trials.Trial(
                    latest() + 1,
                    before,
                    change.author,
                    Instant.now().plus(time).truncatedTo(ChronoUnit.SECONDS)));
            VersionStore.Version version = add(change, declared, trial);
            // Before the version comes into force: it must never look as if it had no trial.
            trial.ifPresent(t -> trials.begin(t, this::expired));
            rollout = fleet.impose(declared, version.number());
            if (trial.isEmpty() && ended.isPresent()) {
                forgetTrial();
            }
        }
        journal.add(
                "applied",
                "version " + rollout.number(),
                "accepted from " + change.author + (change.message.isEmpty() ? "" : ": " + change.message));
        return rollout;
    }

    /** Stores a version, after its trial: it must never be in force without. */
    private VersionStore.Version add(Change change, NetworkFile.Declared declared, Optional<Trials.Trial> trial)
            throws IOException {
        if (trial.isPresent()) {
            trials.store(trial.get());
        }
        try {
            return store.add(
                    change.author,
                    change.message,
                    change.files,
                    OrderText.of(declared.model().acls()));
        } catch (IOException | RuntimeException e) {
            if (trial.isPresent()) {
                trials.undo();
            }
            throw e;
        }
    }

    /** The trial is over. If its file stays, the next start finds that it names no version in force. */
    private void forgetTrial() {
        try {
            trials.end(false);
        } catch (IOException e) {
            journal.add("failed", "trial", "cannot remove the file of the trial that is over: " + e.getMessage());
        }
    }

    /** Keeps the version on trial. @param scope what the caller may change: it must be everything */
    public void confirm(int version, String author, Scope scope) throws NotOnTrial, OutOfScope, IOException {
        synchronized (store) {
            Optional<Trials.Trial> trial = trial();
            if (trial.isEmpty() || trial.get().version() != version) {
                throw new NotOnTrial(version, trial);
            }
            if (!scope.isAll()) {
                throw new OutOfScope(
                        scope,
                        Set.of("version " + version + " of " + trial.get().author()));
            }
            trials.end(true);
        }
        journal.add("confirmed", "version " + version, "confirmed by " + author);
    }

    /** The version that waits for a confirmation. */
    public Optional<Trials.Trial> trial() {
        int latest = latest();
        return trials.current().filter(t -> t.version() == latest);
    }

    /**
     * The version that waits for a confirmation, as long as a version is in force: when it goes back, until the next
     * version is in force in its place.
     */
    public Optional<Trials.Trial> trial(int inForce) {
        return trial().or(() -> trials.unkept(inForce));
    }

    /** Nobody has confirmed a version in time: goes back to the one before it. */
    private void expired(Trials.Trial trial) {
        String name = "version " + trial.version();
        try {
            Map<String, String> files = trial.before() == 0
                    ? Map.of("network.yaml", "heddle: v1\n")
                    : store.find(trial.before()).orElseThrow().files();
            Change back = new Change(
                            "heddle",
                            name + " was not confirmed in time",
                            files,
                            OptionalInt.of(trial.version()),
                            Optional.empty(),
                            Scope.ALL)
                    .back();
            NetworkFile.Declared declared = read(files);
            synchronized (store) {
                if (trial().equals(Optional.of(trial))) {
                    accept(back, declared);
                    journal.add("rollback", name, "nobody confirmed it, so version " + trial.before() + " is back");
                }
            }
        } catch (IOException | RuntimeException e) {
            journal.add("failed", name, "not confirmed, but cannot go back yet: " + e.getMessage());
            trials.retry(trial, this::expired);
        } catch (InvalidNetworkException | Overtaken | OnTrial e) {
            journal.add("failed", name, "not confirmed, but cannot go back: " + e.getMessage());
            forgetTrial();
        }
    }

    /** Lets the time run on for a version that was on trial before the controller started. */
    public void resumeTrial() {
        trial().ifPresentOrElse(trial -> trials.begin(trial, this::expired), this::forgetTrial);
    }

    /** Puts the network of an earlier version in force, also while a version is on trial, which this ends. */
    public Rollout rollback(VersionStore.Version to, Change change)
            throws InvalidNetworkException, Unacceptable, Overtaken, OutOfScope, PlanOutdated, OnTrial, IOException,
                    InterruptedException {
        int before = latest();
        Rollout rollout = apply(change.back());
        if (rollout.number() > before) {
            journal.add("rollback", "version " + rollout.number(), "rolled back to version " + to.number());
        }
        return rollout;
    }

    /**
     * Puts the stored version in force; or the given files, which declare {@code declared}, if they differ from it.
     *
     * @throws IOException if the check refuses the given files; nothing was touched
     */
    public void resume(Optional<Map<String, String>> given, NetworkFile.Declared declared)
            throws InvalidNetworkException, IOException {
        if (given.isEmpty() || AutoAddresses.in(given.get()).isEmpty()) {
            resumeAddressed(given, declared);
            return;
        }
        NetworkModel before = store.latest().map(v -> stored(v).model()).orElse(NetworkModel.EMPTY);
        try {
            Map<String, String> files = reservations.fill(given.get(), declared.model(), before, false);
            resumeAddressed(Optional.of(files), NetworkFile.read(files));
            // Nobody else asks yet, so these are the same addresses.
            reservations.fill(given.get(), declared.model(), before, true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void resumeAddressed(Optional<Map<String, String>> given, NetworkFile.Declared declared)
            throws InvalidNetworkException, IOException {
        Optional<VersionStore.Version> latest = store.latest();
        boolean same =
                given.isEmpty() || latest.isPresent() && latest.get().files().equals(new TreeMap<>(given.get()));
        if (!same) {
            start(given.get(), latest.isEmpty() ? declared : declared.after(stored(latest.get())));
        } else if (latest.isPresent()) {
            VersionStore.Version version = latest.get();
            NetworkFile.Declared stored = given.isPresent() ? declared : NetworkFile.read(version.files());
            fleet.impose(stored.inOrder(version.order()), version.number());
        }
    }

    /** The stored network, from which the given files differ; nothing if this Heddle cannot read it. */
    private static NetworkFile.Declared stored(VersionStore.Version version) {
        try {
            return NetworkFile.read(version.files()).inOrder(version.order());
        } catch (InvalidNetworkException e) {
            return NetworkFile.Declared.NOTHING;
        }
    }

    /** Accepts the files given at start. */
    private void start(Map<String, String> given, NetworkFile.Declared declared) throws IOException {
        List<Finding> errors = Checker.errors(declared);
        if (!errors.isEmpty()) {
            throw new IOException(
                    "the check of the network failed, nothing was changed; see heddle check FILE; first error: "
                            + errors.get(0).text());
        }
        try {
            accept(
                    new Change(
                                    System.getProperty("user.name"),
                                    "given at start",
                                    given,
                                    OptionalInt.empty(),
                                    Optional.empty(),
                                    Scope.ALL)
                            .back(),
                    declared);
        } catch (Overtaken | OnTrial e) {
            throw new IllegalStateException(e);
        }
    }

    /** The rollout of a version; empty for a superseded one. */
    public Optional<Rollout> rollout(int version) {
        Rollout latest = fleet.latest();
        return latest.number() == version ? Optional.of(latest) : Optional.empty();
    }
}
