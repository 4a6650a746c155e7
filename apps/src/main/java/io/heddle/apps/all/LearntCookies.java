package io.heddle.apps.all;

import io.heddle.apps.l2learning.L2LearningApp;
import io.heddle.apps.router.RouterApp;
import io.heddle.flows.program.Reason;
import java.util.Optional;

/** The cookies of entries that follow from traffic, not from the network file. */
public final class LearntCookies {
    private static final Reason NEIGHBOUR = Reason.note("learnt-neighbour", "router: the neighbour has answered");

    private LearntCookies() {}

    /** Whether entries with this cookie are learnt, not declared. */
    public static boolean isLearnt(long cookie) {
        return L2LearningApp.isLearnt(cookie) || cookie == RouterApp.LEARNT;
    }

    /** The reason of learnt entries with this cookie; empty for other entries. */
    public static Optional<Reason> reason(long cookie) {
        return cookie == RouterApp.LEARNT ? Optional.of(NEIGHBOUR) : L2LearningApp.reason(cookie);
    }
}
