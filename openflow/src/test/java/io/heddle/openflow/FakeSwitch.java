package io.heddle.openflow;

import io.heddle.apps.all.LearntCookies;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.Meter;
import io.heddle.openflow.codec.FlowCodec;
import io.heddle.openflow.codec.MeterCodec;
import io.heddle.openflow.codec.OnfCodec;
import io.heddle.openflow.codec.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A switch in memory that speaks OpenFlow's bytes: flow entries and meters, bundles, flow monitors, barriers, and
 * errors for changes that it refuses. It records faults of the controller. Source: OpenFlow 1.3.5 §7.3, EXT-187,
 * EXT-230.
 */
final class FakeSwitch {
    private static final int METER_MOD = 29;
    private static final int STATS_METER_CONFIG = 10;
    private static final int FLOW_MOD_BODY = 48;
    private static final int STRICT = 4;
    private static final int NICIRA = 0x2320;
    private static final int CT_FLUSH_ZONE = 29;
    private static final int BUNDLE_CONTROL = 2300;
    private static final int FLOW_MOD_FAILED = 5;
    private static final int BAD_REQUEST = 1;
    private static final int EVENT_KIND_AT = 26;
    private static final int ABBREVIATED = 3;

    /** The features that a switch supports. */
    record Abilities(boolean bundles, boolean monitors, boolean meters) {}

    final Map<FlowEntry.Key, FlowEntry> entries = new LinkedHashMap<>();
    final Map<Integer, Meter> meters = new LinkedHashMap<>();
    /** How often each meter was added: an entry's copies keep to the meter that was there when the entry was added. */
    private final Map<Integer, Integer> generations = new HashMap<>();

    private final Map<FlowEntry.Key, Integer> boundTo = new HashMap<>();
    /** Messages for the controller. */
    final Deque<ByteBuf> answers = new ArrayDeque<>();
    /** Faults of the controller. */
    final List<String> faults = new ArrayList<>();
    /** Learnt entries that the controller must remove. */
    final Set<FlowEntry.Key> strays = new HashSet<>();
    /** Entries that the switch refuses. */
    final Set<FlowEntry> refused = new HashSet<>();

    /** Flushes of zones of connection tracking, and how many changes were confirmed before each. */
    final List<String> flushes = new ArrayList<>();

    int capacity = Integer.MAX_VALUE;
    int failingReads;
    /** The first entry refused in the last bundle, or in the last FLOW_MODs since a barrier. */
    private Optional<FlowEntry> firstRefused = Optional.empty();

    int flowMods;
    int reads;
    /** Commits and barriers after changes. While the wanted program stays the same, each is a repair. */
    int rounds;

    private final Abilities abilities;
    private final int partSize;
    private final List<ByteBuf> bundle = new ArrayList<>();
    private boolean monitored;
    private boolean changedSinceRead;
    private boolean roundBegun;
    private boolean removing;

    /** @param partSize entries in one part of a multipart reply */
    FakeSwitch(Abilities abilities, int partSize) {
        this.abilities = abilities;
        this.partSize = partSize;
    }

    /** The connection has ended. */
    void disconnect() {
        bundle.clear();
        answers.clear();
        // What a switch does not report, a controller cannot know that was not connected at the time.
        entries.values().forEach(e -> boundTo.put(e.key(), generation(e)));
        monitored = false;
        roundBegun = false;
    }

    boolean monitors() {
        return abilities.monitors;
    }

    /** The entry that the last failure is about; empty if it is about no entry. */
    Optional<FlowEntry> failure() {
        return firstRefused;
    }

    /** Whether a message to the controller that reports an external change is still under way. */
    boolean hasNews() {
        return answers.stream()
                .anyMatch(m -> Wire.type(m) == Wire.MULTIPART_REPLY
                        && Wire.xid(m) == 0
                        && m.getUnsignedShort(EVENT_KIND_AT) != ABBREVIATED);
    }

    /**
     * An external change: adds or replaces an entry. If that copies by a meter that does not exist yet, it counts as
     * bound to the next one: Heddle cannot tell such an entry from its own.
     */
    void put(FlowEntry e) {
        entries.put(e.key(), e);
        boundTo.put(
                e.key(),
                e.instructions()
                        .copies()
                        .mapToInt(c -> generations.getOrDefault(c.meter(), 0) + (meters.containsKey(c.meter()) ? 0 : 1))
                        .sum());
        external(e.cookie());
    }

    /** An external change: removes an entry. */
    void remove(FlowEntry.Key key) {
        FlowEntry gone = entries.remove(key);
        if (gone != null) {
            external(gone.cookie());
        }
    }

    /** An external change: removes a meter, and with it the entries that refer to it. */
    void removeMeter(int id) {
        meters.remove(id);
        entries.values().stream()
                .filter(e -> e.instructions().meter() == id)
                .map(FlowEntry::key)
                .toList()
                .forEach(this::remove);
    }

    private void external(long cookie) {
        changedSinceRead = true;
        if (monitored) {
            event(0, out -> {
                int start = out.writerIndex();
                out.writeShort(24).writeShort(2).writeZero(12).writeLong(cookie);
                out.setShort(start, out.writerIndex() - start);
            });
        }
    }

    private void event(int xid, Consumer<ByteBuf> updates) {
        ByteBuf out = Unpooled.buffer();
        int start = Wire.begin(out, Wire.MULTIPART_REPLY, xid);
        out.writeShort(Wire.STATS_EXPERIMENTER)
                .writeShort(0)
                .writeInt(0)
                .writeInt(Wire.ONF)
                .writeInt(1870);
        updates.accept(out);
        Wire.end(out, start);
        answers.add(out);
    }

    /** Takes one message from the controller. */
    void receive(ByteBuf message) {
        int type = Wire.type(message);
        ByteBuf body = message.slice(Wire.HEADER, message.readableBytes() - Wire.HEADER);
        switch (type) {
            case Wire.FLOW_MOD -> {
                Optional<String> error = apply(message);
                error.ifPresent(e -> error(message, FLOW_MOD_FAILED, 1));
                abbreviate(message);
            }
            case Wire.BARRIER_REQUEST -> {
                endRound();
                reply(message, Wire.BARRIER_REQUEST + 1);
            }
            case Wire.MULTIPART_REQUEST -> multipart(message, body.readUnsignedShort(), body.skipBytes(6));
            case Wire.EXPERIMENTER -> experimenter(message, body);
            case METER_MOD -> meterMod(message, body);
            default -> throw new IllegalStateException("unexpected message type " + type);
        }
    }

    private void reply(ByteBuf request, int type) {
        ByteBuf out = Unpooled.buffer();
        Wire.end(out, Wire.begin(out, type, Wire.xid(request)));
        answers.add(out);
    }

    private void error(ByteBuf cause, int type, int code) {
        ByteBuf out = Unpooled.buffer();
        int start = Wire.begin(out, Wire.ERROR, Wire.xid(cause));
        out.writeShort(type).writeShort(code).writeBytes(cause.duplicate(), Math.min(64, cause.readableBytes()));
        Wire.end(out, start);
        answers.add(out);
    }

    /** Reports the controller's own change as an abbreviated event, which does not describe the change. */
    private void abbreviate(ByteBuf cause) {
        if (monitored) {
            event(0, out -> out.writeShort(8).writeShort(ABBREVIATED).writeInt(Wire.xid(cause)));
        }
    }

    /** Applies one FLOW_MOD. @return the error, if it refuses */
    private Optional<String> apply(ByteBuf flowMod) {
        if (!roundBegun) {
            roundBegun = true;
            removing = false;
            firstRefused = Optional.empty();
        }
        flowMods++;
        int command = flowMod.getByte(25);
        FlowEntry e = entry(flowMod);
        FlowEntry there = entries.get(e.key());
        note(!Cookies.isOurs(e.cookie()), "touches a foreign entry: " + e);
        note(LearntCookies.isLearnt(e.cookie()) && !strays.contains(e.key()), "touches a learnt entry: " + e);
        if (command == STRICT) {
            removing = true;
            boolean hit = there != null && there.cookie() == e.cookie();
            note(!hit && !changedSinceRead, "removes a missing entry: " + e);
            if (hit) {
                entries.remove(e.key());
            }
            return Optional.empty();
        }
        note(removing, "adds an entry after removals: " + e);
        if (refused.contains(e)
                || there == null && entries.size() >= capacity
                || e.instructions().meter() != 0
                        && !meters.containsKey(e.instructions().meter())) {
            firstRefused = firstRefused.or(() -> Optional.of(e));
            return Optional.of("refused");
        }
        boolean copies = e.instructions().copies().findAny().isPresent();
        note(e.equals(there) && !changedSinceRead && !copies, "adds what is there: " + e);
        entries.put(e.key(), e);
        boundTo.put(e.key(), generation(e));
        return Optional.empty();
    }

    private int generation(FlowEntry e) {
        return e.instructions()
                .copies()
                .mapToInt(c -> meters.containsKey(c.meter()) ? generations.get(c.meter()) : 0)
                .sum();
    }

    /** Whether the entry's copies keep to the meter that now has the number. */
    boolean isBound(FlowEntry e) {
        return boundTo.getOrDefault(e.key(), 0) == generation(e);
    }

    private void note(boolean wrong, String what) {
        if (wrong) {
            faults.add(what);
        }
    }

    private void endRound() {
        rounds += roundBegun ? 1 : 0;
        roundBegun = false;
    }

    private void experimenter(ByteBuf message, ByteBuf body) {
        int vendor = body.readInt();
        int kind = body.readInt();
        if (vendor == NICIRA && kind == CT_FLUSH_ZONE) {
            flushes.add(body.skipBytes(6).readUnsignedShort() + " after " + rounds);
        } else if (!abilities.bundles) {
            error(message, BAD_REQUEST, 3);
        } else if (kind != BUNDLE_CONTROL) {
            bundle.add(message.slice(24, message.readableBytes() - 24));
        } else if (body.skipBytes(4).readUnsignedShort() == OnfCodec.OPEN_REQUEST) {
            bundle.clear();
            controlled(message, OnfCodec.OPEN_REQUEST + 1);
        } else {
            commit(message);
        }
    }

    private void controlled(ByteBuf request, int answer) {
        ByteBuf out = Unpooled.buffer();
        OnfCodec.writeControl(out, Wire.xid(request), 1, answer);
        answers.add(out);
    }

    /** Applies all changes of the bundle or none. */
    private void commit(ByteBuf request) {
        Map<FlowEntry.Key, FlowEntry> before = new LinkedHashMap<>(entries);
        for (ByteBuf flowMod : bundle) {
            if (apply(flowMod).isPresent()) {
                entries.clear();
                entries.putAll(before);
                error(flowMod, FLOW_MOD_FAILED, 1);
                error(request, 0xffff, 2310);
                endRound();
                return;
            }
        }
        endRound();
        abbreviate(request);
        controlled(request, OnfCodec.COMMIT_REQUEST + 1);
    }

    private void multipart(ByteBuf request, int kind, ByteBuf body) {
        if (kind == Wire.STATS_FLOW && failingReads > 0) {
            failingReads--;
            firstRefused = Optional.empty();
            error(request, BAD_REQUEST, 2);
        } else if (kind == Wire.STATS_FLOW) {
            long cookie = body.getLong(body.readerIndex() + 16);
            long mask = body.getLong(body.readerIndex() + 24);
            changedSinceRead = false;
            reads++;
            parts(
                    request,
                    kind,
                    entries.values().stream()
                            .filter(e -> (e.cookie() & mask) == (cookie & mask))
                            .map(FakeSwitch::stats)
                            .toList());
        } else if (kind == STATS_METER_CONFIG && abilities.meters) {
            parts(
                    request,
                    kind,
                    meters.values().stream().map(FakeSwitch::config).toList());
        } else if (kind == Wire.STATS_EXPERIMENTER && abilities.monitors) {
            monitored = true;
            event(Wire.xid(request), out -> {});
        } else {
            error(request, BAD_REQUEST, 2);
        }
    }

    private void parts(ByteBuf request, int kind, List<ByteBuf> all) {
        for (int from = 0; from == 0 || from < all.size(); from += partSize) {
            ByteBuf out = Unpooled.buffer();
            int start = Wire.begin(out, Wire.MULTIPART_REPLY, Wire.xid(request));
            out.writeShort(kind)
                    .writeShort(from + partSize < all.size() ? 1 : 0)
                    .writeInt(0);
            all.subList(from, Math.min(from + partSize, all.size())).forEach(out::writeBytes);
            Wire.end(out, start);
            answers.add(out);
        }
    }

    private void meterMod(ByteBuf message, ByteBuf body) {
        int command = body.readUnsignedShort();
        int id = body.getInt(body.readerIndex() + 2);
        if (command == MeterCodec.DELETE) {
            note(
                    entries.values().stream().anyMatch(e -> e.instructions().meter() == id) && !changedSinceRead,
                    "removes meter " + id + " while entries refer to it");
            meters.remove(id);
            entries.values().removeIf(e -> e.instructions().meter() == id);
        } else if (!abilities.meters || meters.containsKey(id) != (command == MeterCodec.MODIFY)) {
            error(message, 12, 1);
        } else {
            ByteBuf config = Unpooled.buffer().writeShort(body.readableBytes() + 2);
            MeterCodec.readConfig(config.writeBytes(body), m -> meters.put(id, m));
            if (command == MeterCodec.ADD) {
                generations.merge(id, 1, Integer::sum);
            }
        }
    }

    /** The entry of a FLOW_MOD. Reorders its bytes into flow statistics, because only those have a reader. */
    private static FlowEntry entry(ByteBuf flowMod) {
        List<FlowEntry> out = new ArrayList<>();
        FlowCodec.readStats(statsOf(flowMod), r -> out.add(r.entry().orElseThrow()));
        return out.get(0);
    }

    private static ByteBuf stats(FlowEntry e) {
        ByteBuf flowMod = Unpooled.buffer();
        FlowCodec.writeAdd(flowMod, 0, e);
        return statsOf(flowMod);
    }

    private static ByteBuf statsOf(ByteBuf m) {
        ByteBuf out = Unpooled.buffer();
        out.writeShort(m.readableBytes()).writeByte(m.getByte(24)).writeZero(1 + 8);
        out.writeShort(m.getShort(30))
                .writeShort(m.getShort(26))
                .writeShort(m.getShort(28))
                .writeShort(m.getShort(44));
        out.writeZero(4).writeLong(m.getLong(8)).writeZero(16);
        return out.writeBytes(m.slice(FLOW_MOD_BODY, m.readableBytes() - FLOW_MOD_BODY));
    }

    private static ByteBuf config(Meter m) {
        ByteBuf mod = Unpooled.buffer();
        MeterCodec.write(mod, 0, MeterCodec.ADD, m);
        ByteBuf out = Unpooled.buffer().writeShort(mod.readableBytes() - Wire.HEADER);
        return out.writeBytes(mod.slice(Wire.HEADER + 2, mod.readableBytes() - Wire.HEADER - 2));
    }
}
