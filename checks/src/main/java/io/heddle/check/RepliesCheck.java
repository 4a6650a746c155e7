package io.heddle.check;

import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Expectation;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.Reason;
import io.heddle.flows.sets.HeaderSpace;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds stateless lists that drop answers: the file lets connections to servers behind their ports begin, and the lists
 * drop what comes back. Lists of clients, which nobody connects to, drop no answers.
 */
final class RepliesCheck {
    /** From the port of a service to one of those from which clients ask. */
    private static final String REPLIES = "tcp,tp_src=0/0xfc00,tp_dst=0x8000/0x8000";

    private final Checker checker;
    private final HeaderSpace space;

    RepliesCheck(Checker checker) {
        this.checker = checker;
        this.space = checker.space();
    }

    List<Finding> findings() {
        return checker.model().acls().stream()
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
        return checker.ends().stream()
                .filter(end -> acl.networks(end.place(), end.port()).contains(end.network()))
                .filter(this::isServed)
                .anyMatch(server -> dropsReplies(acl, server, replies));
    }

    /** Whether the list drops all that a server answers to one of those whom it can reach. */
    private boolean dropsReplies(Acl acl, Checker.End server, int replies) {
        Optional<Checker.Reach> way = checker.ends().stream()
                .filter(client -> client.network().equals(server.network()))
                .map(client -> checker.reach(server, client))
                .filter(Objects::nonNull)
                .findFirst();
        return way.isPresent()
                && space.and(way.get().passes(), replies) == HeaderSpace.NONE
                && space.and(
                                way.get().drops().getOrDefault(new Reason.AclDefault(acl.name()), HeaderSpace.NONE),
                                replies)
                        != HeaderSpace.NONE;
    }

    /** Whether an expectation, or a list for the port, says that connections to it may begin. */
    private boolean isServed(Checker.End end) {
        for (Expectation e : checker.model().expectations()) {
            if (e.reach() && Expectations.isIn(end, e.to()) && isTcp(e.frames())) {
                return true;
            }
        }
        return checker.model().acls().stream()
                .filter(a -> a.stateful() && a.directions().contains(Acl.Direction.TO))
                .filter(a -> a.networks(end.place(), end.port()).contains(end.network()))
                .flatMap(a -> a.rules().stream())
                .filter(r -> !r.drop())
                .flatMap(r -> r.products().stream())
                .anyMatch(p -> space.and(space.of(p), tcp()) != HeaderSpace.NONE);
    }

    private boolean isTcp(List<Match> matches) {
        return matches.isEmpty() || matches.stream().anyMatch(m -> space.and(space.of(m), tcp()) != HeaderSpace.NONE);
    }

    private int tcp() {
        return space.or(space.of(FlowText.parseMatch("tcp")), space.of(FlowText.parseMatch("tcp6")));
    }
}
