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

/** Takes the entries of one app, checks them against the pipeline and gives them the app's cookie. */
public final class FlowSink {
    private static final int SAMPLES_PER_SECOND = 1;
    /** Headers up to the transport ports, with tags and IPv6. */
    private static final int SAMPLE_BYTES = 128;

    private final FlowProgram.Builder program;
    private final FlowContributor app;

    FlowSink(FlowProgram.Builder program, FlowContributor app) {
        this.program = program;
        this.app = app;
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
     * Adds an entry that stays until it is removed. One that drops lets a frame a second through to the controller, whole
     * headers only, so that the last of them can be shown; the rest ends in the switch.
     *
     * @param reason why it is there, in words; names its counter and ends a trace
     * @throws IllegalArgumentException when the pipeline does not allow it
     * @throws IllegalStateException when another entry has the same table, priority and match
     */
    public void add(Table table, int priority, Match match, Instructions instructions, String reason) {
        long cookie = cookie(reason);
        FlowEntry entry = new FlowEntry(table.number(), priority, match,
                instructions.isDrop() ? sampled(cookie) : instructions, cookie);
        Table.check(entry);
        program.add(entry, reason);
    }

    /** Two reasons of a hundred thousand may have one hash; the later one then takes the next that is free. */
    private long cookie(String reason) {
        String words = reason;
        while (true) {
            long cookie = Cookies.of(app.number(), words);
            if (program.standsFor(cookie, reason)) {
                return cookie;
            }
            words += '\'';
        }
    }

    private Instructions sampled(long cookie) {
        Meter meter = new Meter(MeterKind.sample(cookie), true, SAMPLES_PER_SECOND, SAMPLES_PER_SECOND);
        program.add(meter);
        return Instructions.apply(new Action.Output(PortNumber.CONTROLLER, SAMPLE_BYTES)).metered(meter.id());
    }
}
