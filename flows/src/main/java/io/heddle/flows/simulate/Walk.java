package io.heddle.flows.simulate;

import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Masked;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * The semantics of flow entries, shared by traces of one frame and by checks of header sets. Entries filter and
 * transform frames. Frames go on to later tables by goto_table. The walk ends at NORMAL, which only the switch can
 * carry out. Meters let every frame pass. A frame that an entry tracks goes on in a later table, with the state that
 * the walk assumes for its connection. Source: OpenFlow 1.3.5 §5; ovs-actions(7), "ct".
 *
 * @param <S> a frame, or some frames that go the same way
 */
public final class Walk<S> {
    private static final Masked TAGGED = Masked.exact(Field.VLAN_VID, Field.VLAN_PRESENT);
    private static final Masked UNTAGGED = Masked.exact(Field.VLAN_VID, 0);
    private static final Masked UNTRACKED = Masked.exact(Field.CT_STATE, 0);
    private static final Masked NO_ZONE = Masked.exact(Field.CT_ZONE, 0);
    private static final Masked NO_MARK = Masked.exact(Field.CT_MARK, 0);
    private static final Masked NO_PRIORITY = Masked.exact(Field.VLAN_PCP, 0);

    private final Space<S> space;
    private final Witness<S> witness;
    private final IntFunction<List<Decision>> tables;
    private final IntFunction<List<Opaque>> opaque;
    private final IntPredicate inside;
    private final Connections connections;
    private final int dead;
    /** The frames that wait at each table. The walk visits tables in order, because no entry goes back. */
    private final TreeMap<Integer, List<S>> waiting = new TreeMap<>();

    /** A walk through some tables of frames that begin their connections if an entry tracks them. */
    public Walk(
            Space<S> space,
            Witness<S> witness,
            IntFunction<List<Decision>> tables,
            IntFunction<List<Opaque>> opaque,
            IntPredicate inside) {
        this(space, witness, tables, opaque, inside, Connections.all(Tracked.NEW));
    }

    /**
     * A walk through some tables.
     *
     * @param tables what the entries of a table decide, the highest priority first
     * @param opaque the unreadable entries of a table, the highest priority first
     * @param inside whether the walk enters a table
     * @param connections what the switch finds about frames that an entry tracks
     */
    public Walk(
            Space<S> space,
            Witness<S> witness,
            IntFunction<List<Decision>> tables,
            IntFunction<List<Opaque>> opaque,
            IntPredicate inside,
            Connections connections) {
        this(space, witness, tables, opaque, inside, connections, 0);
    }

    /**
     * Likewise, while some ports are dead.
     *
     * @param dead how many of the ports among which an entry looks for one that is alive, from the first one on
     */
    public Walk(
            Space<S> space,
            Witness<S> witness,
            IntFunction<List<Decision>> tables,
            IntFunction<List<Opaque>> opaque,
            IntPredicate inside,
            Connections connections,
            int dead) {
        this.space = space;
        this.witness = witness;
        this.tables = tables;
        this.opaque = opaque;
        this.inside = inside;
        this.connections = connections;
        this.dead = dead;
    }

    /** Walks from a table on until every frame has ended. */
    public void from(int table, S some) {
        enter(table, some);
        while (!waiting.isEmpty()) {
            Map.Entry<Integer, List<S>> next = waiting.pollFirstEntry();
            next.getValue().forEach(s -> through(next.getKey(), s));
        }
    }

    private void enter(int table, S some) {
        if (!inside.test(table)) {
            witness.left(table, some);
            return;
        }
        List<S> there = waiting.computeIfAbsent(table, t -> new ArrayList<>());
        for (int i = 0; i < there.size(); i++) {
            Optional<S> both = space.join(there.get(i), some);
            if (both.isPresent()) {
                there.set(i, both.get());
                return;
            }
        }
        there.add(some);
    }

    private void through(int table, S some) {
        Optional<S> left = Optional.of(some);
        List<Opaque> unreadable = opaque.apply(table);
        int priority = unreadable.isEmpty() ? -1 : unreadable.get(0).priority();
        for (Decision d : tables.apply(table)) {
            if (d.entry().priority() <= priority) {
                break;
            }
            Optional<S> here = within(left.get(), d);
            if (here.isPresent()) {
                take(d.entry(), here.get());
                left = space.without(left.get(), here.get());
                if (left.isEmpty()) {
                    return;
                }
            }
        }
        if (unreadable.isEmpty()) {
            witness.missed(table, left.get());
        } else {
            witness.lost(table, left.get(), unreadable.get(0).text());
        }
    }

    private Optional<S> within(S some, Decision decision) {
        Optional<S> here = Optional.of(some);
        for (int i = 0; i < decision.clauses().size() && here.isPresent(); i++) {
            S before = here.get();
            here = decision.clauses().get(i).stream()
                    .flatMap(m -> space.within(before, m).stream())
                    .reduce(space::union);
        }
        return here;
    }

    private void take(FlowEntry entry, S some) {
        witness.matched(entry, some);
        Instructions does = entry.instructions();
        Applied applied = new Applied(entry, some);
        for (Action action : does.apply()) {
            if (!action.accept(applied)) {
                witness.lost(entry.table(), applied.now, "the action " + actionText(action) + " of " + entry);
                return;
            }
            if (applied.isOver) {
                witness.ended(entry, applied.now);
                return;
            }
        }
        S now = does.metadata().isWild() ? applied.now : space.set(applied.now, Field.METADATA, does.metadata());
        if (does.nextTable().isPresent()) {
            enter(does.next(), now);
        } else if (!applied.goesOn) {
            witness.ended(entry, now);
        }
    }

    private static String actionText(Action action) {
        return FlowText.instructions(Instructions.apply(action));
    }

    /** Applies one entry's actions in order. Each method returns whether Heddle knows the effect of the action. */
    private final class Applied implements Action.Visitor<Boolean> {
        private final FlowEntry entry;
        private S now;
        /** Whether a tracked copy goes on in another table. */
        private boolean goesOn;
        /** Whether the frames end here, whatever the entry does next: their TTL is used up. */
        private boolean isOver;

        Applied(FlowEntry entry, S some) {
            this.entry = entry;
            this.now = some;
        }

        @Override
        public Boolean output(Action.Output action) {
            witness.emitted(entry, action.port(), now);
            return true;
        }

        @Override
        public Boolean copy(Action.Copy action) {
            witness.emitted(entry, PortNumber.CONTROLLER, now);
            return true;
        }

        @Override
        public Boolean setField(Action.SetField action) {
            now = space.set(now, action.field(), action.value());
            return true;
        }

        @Override
        public Boolean pushVlan(Action.PushVlan action) {
            now = space.set(space.set(now, Field.VLAN_VID, TAGGED), Field.VLAN_PCP, NO_PRIORITY);
            return true;
        }

        @Override
        public Boolean popVlan(Action.PopVlan action) {
            now = space.set(space.set(now, Field.VLAN_VID, UNTAGGED), Field.VLAN_PCP, NO_PRIORITY);
            return true;
        }

        @Override
        public Boolean move(Action.Move action) {
            now = space.move(now, action.from(), action.to());
            return true;
        }

        /** No effect on this frame: a learnt entry applies to later frames. */
        @Override
        public Boolean learn(Action.Learn action) {
            return true;
        }

        /** Unknown: Heddle creates no groups, so the group is foreign and may do anything. */
        @Override
        public Boolean group(Action.Group action) {
            return false;
        }

        /** Unknown if it goes back: this walk visits tables in order. */
        @Override
        public Boolean ct(Action.Ct action) {
            int table = action.table().orElse(Integer.MAX_VALUE);
            if (table <= entry.table()) {
                return false;
            }
            if (action.commit()) {
                witness.committed(action, now);
            }
            if (action.table().isPresent()) {
                enter(table, tracked(action));
                goesOn = true;
            }
            return ctClear(new Action.CtClear());
        }

        /** The tracked copy. In the zone of an earlier lookup, the switch finds the same again. */
        private S tracked(Action.Ct action) {
            OptionalInt zone = action.zone().number();
            S some = zone.isPresent() ? found(zone.getAsInt()) : now;
            if (zone.isPresent() && action.nat().isPresent()) {
                some = translated(some, action.nat().get(), connections.in(zone.getAsInt()), action.commit());
            }
            return action.commit() && action.mark().isPresent()
                    ? space.set(some, Field.CT_MARK, action.mark().get())
                    : some;
        }

        private S translated(S tracked, Action.Nat nat, Connections.Found found, boolean commit) {
            S some = tracked;
            if (found.tracked() == Tracked.REPLY) {
                for (Action.SetField restore : found.restores()) {
                    some = space.set(some, restore.field(), restore.value());
                }
            } else if (commit) {
                for (Map.Entry<Field, Masked> e : Translation.all(nat).entrySet()) {
                    some = overwritten(some, e.getKey(), e.getValue());
                }
                long state = Translation.state(nat);
                some = space.set(some, Field.CT_STATE, Masked.of(state, state));
            }
            return some;
        }

        /** Sets a field of the frames that have it. */
        private S overwritten(S some, Field field, Masked value) {
            OptionalInt protocol = Translation.protocol(field);
            if (protocol.isEmpty()) {
                return space.set(some, field, value);
            }
            Optional<S> those = space.within(some, Match.ALL.with(Field.IP_PROTO, protocol.getAsInt()));
            if (those.isEmpty()) {
                return some;
            }
            S set = space.set(those.get(), field, value);
            return space.without(some, those.get())
                    .map(rest -> space.union(rest, set))
                    .orElse(set);
        }

        private S found(int zone) {
            Connections.Found found = connections.in(zone);
            S some = space.set(
                    now,
                    Field.CT_STATE,
                    Masked.exact(Field.CT_STATE, found.tracked().state()));
            some = space.set(some, Field.CT_MARK, Masked.exact(Field.CT_MARK, found.mark()));
            return space.set(some, Field.CT_ZONE, Masked.exact(Field.CT_ZONE, zone));
        }

        @Override
        public Boolean ctClear(Action.CtClear action) {
            now = space.set(now, Field.CT_STATE, UNTRACKED);
            now = space.set(now, Field.CT_ZONE, NO_ZONE);
            now = space.set(now, Field.CT_MARK, NO_MARK);
            return true;
        }

        /** Never here: an entry of a conjunction decides nothing by itself. */
        @Override
        public Boolean conjunction(Action.Conjunction action) {
            return false;
        }

        @Override
        public Boolean decTtl(Action.DecTtl action) {
            Optional<S> less = space.decrement(now, Field.IP_TTL);
            isOver = less.isEmpty();
            now = less.orElse(now);
            return true;
        }

        /** Unknown: only frames of the controller go another way than forward. */
        @Override
        public Boolean resubmit(Action.Resubmit action) {
            return false;
        }

        @Override
        public Boolean firstAlive(Action.FirstAlive action) {
            long found = dead < action.ports().size() ? action.ports().get(dead) : Action.FirstAlive.NONE;
            now = space.set(now, Field.REG4, Masked.of(found, Action.FirstAlive.BITS));
            return true;
        }

        /** As if no frame was too long: a walk is about headers. */
        @Override
        public Boolean longerThan(Action.LongerThan action) {
            now = space.set(now, Field.REG4, Masked.of(0, Action.LongerThan.BIT));
            return true;
        }

        @Override
        public Boolean unknown(Action.Unknown action) {
            return false;
        }
    }
}
