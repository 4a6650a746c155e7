package io.heddle.controller.telemetry;

import io.heddle.flows.program.Match;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What access lists with {@code log: true} have decided: the last {@value #MOST} lines in memory, and all in the
 * program's log under {@code heddle.acl}. Thread-safe.
 */
public final class DecisionLog {
    private static final Logger LOG = LoggerFactory.getLogger("heddle.acl");
    private static final int MOST = 1000;

    private final Deque<Line> lines = new ArrayDeque<>();

    /**
     * One decision.
     *
     * @param where the name of the switch
     * @param port the port that the frame came in by
     * @param list the access list
     * @param rule the number of the rule, or {@code default}
     * @param action allow, drop or reject
     * @param frame the headers of the frame
     */
    public record Line(Instant time, String where, String port, String list, String rule, String action, Match frame) {}

    void add(Line line) {
        LOG.info(
                "{} acl={} rule={} action={} port={} frame={}",
                line.where,
                line.list,
                line.rule,
                line.action,
                line.port,
                line.frame);
        synchronized (lines) {
            lines.addLast(line);
            if (lines.size() > MOST) {
                lines.removeFirst();
            }
        }
    }

    /** The last lines, the oldest first. */
    public List<Line> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }
}
