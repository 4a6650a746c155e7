package io.heddle.openflow;

import java.util.ArrayList;
import java.util.List;

/** The listeners of wanted programs that wait for the switch's first answer, or for its confirmation. On the loop. */
final class WaitingListeners {
    private final List<FlowSync.Listener> unanswered = new ArrayList<>();
    private final List<FlowSync.Listener> unconfirmed = new ArrayList<>();

    void add(FlowSync.Listener listener) {
        unanswered.add(listener);
        unconfirmed.add(listener);
    }

    /** The switch has answered about the newest program. A listener may want another program meanwhile. */
    void answer(FlowSync.State now) {
        if (now.inSync()) {
            List<FlowSync.Listener> confirmed = List.copyOf(unconfirmed);
            unconfirmed.clear();
            confirmed.forEach(l -> l.confirmed(now));
        }
        List<FlowSync.Listener> answered = List.copyOf(unanswered);
        unanswered.clear();
        answered.forEach(l -> l.answered(now));
    }
}
