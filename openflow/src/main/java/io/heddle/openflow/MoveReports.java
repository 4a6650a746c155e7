package io.heddle.openflow;

import io.heddle.apps.l2learning.MacFlaps;
import io.heddle.flows.program.FlowText;
import java.util.function.IntFunction;

/** Reports MACs that move between ports, at a bounded rate. Confined to the switch's event loop. */
final class MoveReports {
    private static final int REPORTED_PER_SECOND = 5;

    private final Switch connection;
    private final IntFunction<String> name;
    private final MacFlaps flaps = new MacFlaps();
    private long movesSecond;
    private int movesThisSecond;

    /** @param name gives the name of a port number */
    MoveReports(Switch connection, IntFunction<String> name) {
        this.connection = connection;
        this.name = name;
    }

    /** A MAC has moved. @param second the time of a monotonic clock */
    void moved(long mac, int before, int inPort, long second) {
        movesThisSecond = second == movesSecond ? movesThisSecond + 1 : 1;
        movesSecond = second;
        // A loop moves thousands of MACs. The counter counts all moves; the journal gets the first few of each second.
        MacFlaps.Verdict verdict = flaps.moved(mac, second);
        if (verdict == MacFlaps.Verdict.FLAPS) {
            connection.report(
                    "mac-flapping",
                    FlowText.mac(mac) + " moves between ports "
                            + name.apply(before) + " and " + name.apply(inPort)
                            + " again and again: a loop, or two hosts with one address;"
                            + " for a minute its moves are counted, but not reported");
        } else if (verdict == MacFlaps.Verdict.MOVED && movesThisSecond <= REPORTED_PER_SECOND) {
            connection.report(
                    "mac-moved",
                    FlowText.mac(mac) + " moved from port " + name.apply(before) + " to port " + name.apply(inPort));
        }
    }
}
