package io.heddle.apps;

import io.heddle.flows.model.Acl;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Meter;
import io.heddle.flows.program.Reason;
import java.util.Optional;

/**
 * What an access list decides about some frames.
 *
 * @param table the table of its entries
 * @param priority their priority; a large product needs it to itself
 * @param does what happens to the frames
 * @param allow what an entry that allows them does
 * @param reason names the counter
 * @param cookie of the reason
 * @param log whether some of the frames are logged
 * @param limit how many frames it allows; it drops the rest
 */
public record Verdict(
        Table table,
        int priority,
        Acl.Verdict does,
        Instructions allow,
        Reason reason,
        long cookie,
        boolean log,
        Optional<Meter> limit) {
    /** This verdict with the log and the limit of a rule. @param meter the number of the limit's meter */
    public Verdict with(Acl.Rule rule, int meter) {
        return new Verdict(
                table,
                priority,
                does,
                allow,
                reason,
                cookie,
                rule.log(),
                rule.rate() == 0 ? Optional.empty() : Optional.of(new Meter(meter, true, rule.rate(), rule.rate())));
    }

    /** This verdict at another priority. */
    public Verdict at(int other) {
        return new Verdict(table, other, does, allow, reason, cookie, log, limit);
    }

    /** This verdict, logged or not. */
    public Verdict logged(boolean logged) {
        return new Verdict(table, priority, does, allow, reason, cookie, logged, limit);
    }

    /** Whether some of the frames are logged, or limited, and others are not. */
    public boolean isSpecial() {
        return log || limit.isPresent();
    }

    /** This verdict for frames that are neither logged nor limited. */
    public Verdict plain() {
        return new Verdict(table, priority, does, allow, reason, cookie, false, Optional.empty());
    }
}
