package io.heddle.openflow;

import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowProgram;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Meter;
import io.heddle.flows.program.Reason;
import java.util.ArrayList;
import java.util.List;

/** Small programs with common parts: each of {@link #PLACES} places is empty or holds one of two parts. */
final class Programs {
    static final int PLACES = 5;
    /** The number of programs. */
    static final int COUNT = (int) Math.pow(3, PLACES);
    /** The entries of all programs. */
    static final List<FlowEntry> ENTRIES = new ArrayList<>();

    private static final List<List<FlowProgram.Part>> PARTS = new ArrayList<>();

    static {
        for (int place = 0; place < PLACES; place++) {
            PARTS.add(List.of(part(place, 0), part(place, 1)));
        }
    }

    private Programs() {}

    /**
     * Two entries: one that both variants have, with and without a meter, and one that only this variant has, which
     * also copies frames to the controller where there is a meter.
     */
    private static FlowProgram.Part part(int place, int variant) {
        int meter = variant * (1 + place % 3);
        FlowProgram.Builder out = new FlowProgram.Builder();
        FlowEntry both = entry(10 * place, 9, meter, variant);
        FlowEntry plain = entry(10 * place + 1, variant, meter, variant);
        FlowEntry own = meter == 0
                ? plain
                : new FlowEntry(
                        plain.table(),
                        plain.priority(),
                        plain.match(),
                        Instructions.apply(new Action.Copy(64, meter), new Action.Output(7)),
                        plain.cookie());
        ENTRIES.addAll(List.of(both, own));
        Reason reason = Reason.note("place", "place " + place + " variant " + variant, place + " " + variant);
        out.add(both, reason).add(own, reason);
        if (meter != 0) {
            out.add(new Meter(meter, true, 100 * meter, 10));
        }
        return out.part();
    }

    private static FlowEntry entry(int priority, int port, int meter, int variant) {
        return new FlowEntry(
                10,
                priority,
                Match.ALL.with(Field.IN_PORT, port),
                Instructions.apply(new Action.Output(7)).metered(meter),
                Cookies.base(5) | priority / 10 << 1 | variant);
    }

    /** Builds one of the programs. @param code number of the program, from 0 */
    static FlowProgram of(int code) {
        FlowProgram.Builder out = new FlowProgram.Builder();
        int rest = code % COUNT;
        for (List<FlowProgram.Part> place : PARTS) {
            if (rest % 3 > 0) {
                out.add(place.get(rest % 3 - 1));
            }
            rest /= 3;
        }
        return out.build();
    }

    /** The same entry with other instructions. */
    static FlowEntry altered(FlowEntry e) {
        return new FlowEntry(e.table(), e.priority(), e.match(), Instructions.DROP, e.cookie());
    }

    /** The same entry in another table, with another cookie. */
    static FlowEntry withCookie(FlowEntry e, int table, long cookie) {
        return new FlowEntry(table, e.priority(), e.match(), e.instructions(), cookie);
    }
}
