package io.heddle.check;

import io.heddle.flows.model.Acl;
import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.sets.HeaderSpace;
import java.util.List;

/**
 * Finds stateless lists that drop answers: they let in the packets that begin a connection, and drop those that come
 * back from a server behind their ports.
 */
final class RepliesCheck {
    /** From the port of a service to one of those from which clients ask. */
    private static final String REPLIES = "tcp,tp_src=0/0xfc00,tp_dst=0x8000/0x8000";

    private final NetworkModel model;
    private final HeaderSpace space;

    RepliesCheck(NetworkModel model, HeaderSpace space) {
        this.model = model;
        this.space = space;
    }

    List<Finding> findings() {
        return model.acls().stream()
                .filter(a -> !a.stateful() && a.dropRest() && !a.on().isAll())
                .filter(this::dropsReplies)
                .map(a -> Finding.warning(
                        "replies",
                        "acl " + a.name(),
                        "acl " + a.name()
                                + " drops what servers behind its ports answer, for example by TCP from port 80:"
                                + " stateful: true judges connections, and lets replies pass"))
                .toList();
    }

    private boolean dropsReplies(Acl acl) {
        int replies = space.of(FlowText.parseMatch(REPLIES));
        return acl.rules().stream()
                .filter(r -> !r.drop())
                .flatMap(r -> r.products().stream())
                .allMatch(m -> space.and(space.of(m), replies) == HeaderSpace.NONE);
    }
}
