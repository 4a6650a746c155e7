package io.heddle.controller.cluster;

import io.heddle.cluster.Cluster;
import io.heddle.cluster.Member;
import io.heddle.cluster.Term;
import io.heddle.controller.hosts.HostDoor;
import io.heddle.controller.hosts.Lead;
import io.heddle.controller.hosts.Transport;
import io.heddle.events.AuditLog;
import io.heddle.openflow.Leading;
import io.heddle.openflow.OpenFlowServer;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The seat of a controller that leads a cluster.
 *
 * @param term by which it does
 * @param door where switches wait for it
 * @param hosts where hosts do that dial in
 */
public record Seat(Cluster cluster, Term term, OpenFlowServer door, HostDoor hosts) implements Lead, AuditLog.Copy {
    /** The lock under which leaders write to databases. */
    private static final String LOCK = "heddle";

    @Override
    public Set<String> targets(boolean tls) {
        return cluster.roster().controllers().values().stream()
                .filter(m -> port(m, tls) != 0)
                .map(m -> Transport.target(tls, m.host(), port(m, tls)))
                .collect(Collectors.toSet());
    }

    private static int port(Member member, boolean tls) {
        return tls ? member.openFlowTls() : member.openFlow();
    }

    @Override
    public Optional<String> lock() {
        return Optional.of(LOCK);
    }

    @Override
    public boolean holds() {
        return term.isCertain();
    }

    @Override
    public void doubt() {
        term.verify();
    }

    @Override
    public void add(long number, String line) throws IOException {
        term.audit(number, line);
    }

    @Override
    public void broken(String why) {
        term.broken(why);
    }

    /** By which right it is the master of switches. */
    public Leading leading() {
        return new Leading(OptionalLong.of(term.generation()), this::doubt);
    }
}
