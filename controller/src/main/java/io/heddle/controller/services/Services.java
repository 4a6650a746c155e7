package io.heddle.controller.services;

import io.heddle.cluster.Cluster;
import io.heddle.controller.access.IssuedTokens;
import io.heddle.controller.access.Role;
import io.heddle.controller.access.Tokens;
import io.heddle.controller.changes.Changes;
import io.heddle.controller.concurrent.ModelThread;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.leases.DhcpService;
import io.heddle.controller.telemetry.Telemetry;
import io.heddle.events.AuditLog;
import io.heddle.events.Counters;
import io.heddle.events.Journal;
import io.heddle.store.VersionStore;
import io.heddle.tls.Tls;
import java.util.Optional;

/**
 * The shared services of the controller.
 *
 * @param tls its certificates, if it has any
 * @param local the role of users of the controller's machine who come without a token
 * @param issuer checks the tokens of an issuer (OpenID Connect), if there is one
 * @param cluster the controllers of which this one is, if it is one of several
 */
public record Services(
        Fleet fleet,
        Changes changes,
        Telemetry telemetry,
        DhcpService dhcp,
        VersionStore store,
        Journal journal,
        Counters counters,
        ModelThread modelThread,
        Optional<Tls> tls,
        Tokens tokens,
        AuditLog audit,
        Role local,
        Optional<IssuedTokens> issuer,
        Optional<Cluster> cluster) {}
