package io.heddle.controller.api;

import io.heddle.controller.access.Role;
import io.heddle.controller.access.Tokens;
import io.heddle.controller.bindings.Bindings;
import io.heddle.controller.capture.Captures;
import io.heddle.controller.changes.Changes;
import io.heddle.controller.changes.Trials;
import io.heddle.controller.concurrent.ModelThread;
import io.heddle.controller.dns.DnsService;
import io.heddle.controller.fleet.Fleet;
import io.heddle.controller.fleet.SwitchReports;
import io.heddle.controller.health.Health;
import io.heddle.controller.hosts.Hosts;
import io.heddle.controller.hosts.Transport;
import io.heddle.controller.leases.DhcpService;
import io.heddle.controller.leases.Reservations;
import io.heddle.controller.services.Services;
import io.heddle.controller.telemetry.Telemetry;
import io.heddle.events.AuditLog;
import io.heddle.events.Counters;
import io.heddle.events.Journal;
import io.heddle.openflow.Limits;
import io.heddle.store.StateFolder;
import io.heddle.store.VersionStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;

/** An API with its own limits, and everything that it leads to, but no listener for switches. Not listening yet. */
final class ServerUnderTest implements AutoCloseable {
    private final Services services;
    private final AdminApi api;
    private final DnsService dns;
    private final Health health;
    private final Bindings bindings;

    /** @param state an empty folder */
    ServerUnderTest(Path state, ClientLimits limits) throws IOException {
        Journal journal = new Journal(state);
        Counters counters = new Counters();
        ModelThread modelThread = new ModelThread(journal);
        Telemetry telemetry = new Telemetry(journal);
        Captures captures = new Captures();
        Hosts hosts = new Hosts(modelThread, journal, counters, Transport.plain(6653));
        DhcpService dhcp = new DhcpService(StateFolder.of(state), journal, counters);
        dns = new DnsService(dhcp.leases()::all, counters);
        health = new Health(StateFolder.of(state), journal);
        bindings = new Bindings(StateFolder.of(state), journal);
        SwitchReports reports = new SwitchReports(telemetry, captures, dhcp, dns, health);
        Fleet fleet =
                new Fleet(modelThread, journal, counters, hosts, captures, reports, health, bindings, Limits.DEFAULT);
        VersionStore store = VersionStore.open(StateFolder.of(state));
        services = new Services(
                fleet,
                new Changes(fleet, store, journal, new Reservations(dhcp), new Trials(StateFolder.of(state))),
                telemetry,
                dhcp,
                store,
                journal,
                counters,
                modelThread,
                Optional.empty(),
                new Tokens(StateFolder.of(state)),
                new AuditLog(state),
                Role.ADMIN,
                Optional.empty(),
                Optional.empty());
        api = new AdminApi(services, limits);
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    Services services() {
        return services;
    }

    AdminApi api() {
        return api;
    }

    @Override
    public void close() throws IOException {
        api.close();
        services.modelThread().close();
        services.fleet().hosts().close();
        bindings.close();
        health.close();
        dns.close();
        services.dhcp().close();
        services.store().close();
        services.journal().close();
    }
}
