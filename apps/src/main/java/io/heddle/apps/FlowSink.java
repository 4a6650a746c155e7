package io.heddle.apps;

import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Meter;
import io.heddle.flows.program.PortNumber;
import io.heddle.flows.program.Reason;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Takes the entries of one app, checks them against the pipeline and gives them the app's cookie. */
public final class FlowSink {
    private static final int SAMPLES_PER_SECOND = 1;
    /** Headers up to the transport ports, with tags and IPv6. */
    private static final int SAMPLE_BYTES = 128;

    private final FlowProgram.Builder program;
    private final FlowContributor app;
    private final Parts parts;

    /** @param parts what is known of programs that share entries with this one */
    public FlowSink(FlowProgram.Builder program, FlowContributor app, Parts parts) {
        this.program = program;
        this.app = app;
        this.parts = parts;
    }

    /**
     * Adds entries that follow from {@code origin} alone. Where they are known for an equal origin already, for this
     * switch or another one, they are not made again. They must have the priorities between their highest and their
     * lowest to themselves, and numbered reasons.
     *
     * @param origin has a value's {@code equals}
     * @return the lowest priority among them, empty where there are none
     */
    public OptionalInt addAll(Object origin, Consumer<FlowSink> maker) {
        FlowProgram.Part part = parts.of(List.of(app.number(), origin), () -> {
            FlowProgram.Builder alone = new FlowProgram.Builder();
            maker.accept(new FlowSink(alone, app, parts));
            return alone.part();
        });
        program.add(part);
        return part.lowestPriority();
    }

    /**
     * The number of a meter that holds frames of one port to a rate.
     *
     * @param port the port's OpenFlow number
     */
    public int meter(int port, MeterKind kind, boolean packets, long rate, long burst) {
        Meter meter = new Meter(kind.number(port), packets, rate, burst);
        program.add(meter);
        return meter.id();
    }

    /**
     * An action that copies frames to the controller, and the meter that holds the copies to a rate.
     *
     * @param bytes of each frame
     * @param perSecond the most copies a second; those of {@link Purpose#BURST_SECONDS} seconds may come at once
     */
    public Action copy(Purpose purpose, int bytes, int perSecond) {
        program.add(new Meter(purpose.meter(), true, perSecond, (long) Purpose.BURST_SECONDS * perSecond));
        return new Action.Copy(bytes, purpose.meter());
    }

    /**
     * Adds an entry that stays until it is removed. One that drops lets a frame a second through to the controller, whole
     * headers only, so that the last of them can be shown; the rest ends in the switch.
     *
     * @param reason why it is there; names its counter and ends a trace. It says that frames are dropped just where they are
     * @throws IllegalArgumentException when the pipeline does not allow it
     * @throws IllegalStateException when another entry has the same table, priority and match
     */
    public void add(Table table, int priority, Match match, Instructions instructions, Reason reason) {
        add(table, priority, match, instructions, reason, cookie(reason));
    }

    /**
     * Likewise, for one of very many reasons, which has a number.
     *
     * @param list which of the app's lists, see {@link Cookies#list}; the app sees to it that no two have one number
     * @param item which item of the list, from 0
     */
    public void add(
            Table table, int priority, Match match, Instructions instructions, Reason reason, int list, int item) {
        add(table, priority, match, instructions, reason, Cookies.of(app.number(), list, item, reason.isDrop()));
    }

    private void add(Table table, int priority, Match match, Instructions instructions, Reason reason, long cookie) {
        if (instructions.isDrop() != reason.isDrop()) {
            throw new IllegalArgumentException("the reason \"" + reason.label() + "\" does not say what is done: "
                    + (instructions.isDrop() ? "frames end here" : "frames go on"));
        }
        FlowEntry entry = new FlowEntry(
                table.number(), priority, match, instructions.isDrop() ? sampled(cookie) : instructions, cookie);
        Table.check(entry);
        program.add(entry, reason);
    }

    /** Two reasons may have one hash; the later one then takes the next that is free. */
    private long cookie(Reason reason) {
        int attempt = 0;
        long cookie = Cookies.of(app.number(), reason, attempt);
        while (!program.standsFor(cookie, reason)) {
            cookie = Cookies.of(app.number(), reason, ++attempt);
        }
        return cookie;
    }

    private Instructions sampled(long cookie) {
        Meter meter = new Meter(MeterKind.sample(cookie), true, SAMPLES_PER_SECOND, SAMPLES_PER_SECOND);
        program.add(meter);
        return Instructions.apply(new Action.Output(PortNumber.CONTROLLER, SAMPLE_BYTES))
                .metered(meter.id());
    }
}
