package io.heddle.controller.fleet;

import io.heddle.apps.dhcp.DhcpApp;
import io.heddle.apps.dns.DnsApp;
import io.heddle.apps.health.HealthApp;
import io.heddle.controller.capture.Captures;
import io.heddle.controller.dns.DnsService;
import io.heddle.controller.health.Health;
import io.heddle.controller.leases.DhcpService;
import io.heddle.controller.telemetry.Telemetry;
import io.heddle.flows.pipeline.Cookies;
import io.heddle.flows.pipeline.Metadata;
import io.heddle.flows.program.Reason;
import io.heddle.openflow.FrameCount;
import io.heddle.openflow.PacketInHandlers;
import io.heddle.openflow.SwitchConnection;
import io.heddle.openflow.SwitchListener;
import io.heddle.openflow.codec.PacketIn;
import io.heddle.openflow.codec.PortCount;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/** Passes the events of switches to the fleet, the telemetry and the captures. */
public final class SwitchReports implements SwitchListener {
    private final Telemetry telemetry;
    private final PacketInHandlers handlers;
    private final Health health;
    private volatile Fleet fleet;

    public SwitchReports(Telemetry telemetry, Captures captures, DhcpService dhcp, DnsService dns, Health health) {
        this.telemetry = telemetry;
        this.health = health;
        this.handlers = PacketInHandlers.of(this::dropped)
                .withLog(this::logged)
                .with(
                        Cookies.CAPTURE_APP,
                        (connection, p) -> captures.captured(connection.datapathId(), p.frameBytes(), p.totalLength()))
                .with(DhcpApp.NUMBER, (connection, p) -> dhcp.received(fleet.model(), connection, p))
                .with(DnsApp.NUMBER, (connection, p) -> dns.received(fleet.model(), connection, p))
                .with(
                        HealthApp.NUMBER,
                        (connection, p) -> health.received(
                                fleet.model(), connection, Metadata.router(p.metadata()), p.frameBytes()));
    }

    /** A sample of a dropped frame; at most one per second and reason. */
    private void dropped(SwitchConnection connection, PacketIn p) {
        telemetry.dropped(Fleet.view(fleet.model(), connection), connection, p.cookie(), p.inPort(), p.frameBytes());
    }

    /** A frame that an access list logs. */
    private void logged(SwitchConnection connection, PacketIn p) {
        telemetry.logged(
                Fleet.view(fleet.model(), connection),
                fleet.name(connection.datapathId()),
                connection,
                p.cookie(),
                p.inPort(),
                p.frameBytes());
    }

    /** Sets the fleet after construction: the fleet creates the switch registry, which already needs this listener. */
    void attach(Fleet of) {
        fleet = of;
    }

    @Override
    public String name(long datapathId) {
        return fleet.name(datapathId);
    }

    @Override
    public boolean isDeclared(long datapathId) {
        return fleet.isDeclared(datapathId);
    }

    @Override
    public Optional<String> refusal(SwitchConnection connection) {
        return fleet.refusal(connection);
    }

    @Override
    public void connected(SwitchConnection connection) {
        fleet.connected(connection);
    }

    @Override
    public void portsChanged(SwitchConnection connection) {
        fleet.portsChanged(connection);
    }

    @Override
    public PacketInHandlers packetIns() {
        return handlers;
    }

    @Override
    public void counted(SwitchConnection connection, Map<Long, FrameCount> drops, Map<Integer, FrameCount> meters) {
        telemetry.counted(connection, fleet.name(connection.datapathId()), drops, meters);
    }

    @Override
    public void carried(
            SwitchConnection connection,
            Map<Integer, PortCount> ports,
            Map<Long, FrameCount> tunnels,
            Map<Reason.AclRule, FrameCount> acls) {
        telemetry.traffic().carried(connection.datapathId(), ports, tunnels, acls);
    }

    @Override
    public void sighted(SwitchConnection connection, int network, long mac, int ipv4) {
        telemetry.sighted(connection.datapathId(), fleet.name(connection.datapathId()), network, mac, ipv4);
    }

    @Override
    public void spoke(SwitchConnection connection, long mac, int inPort) {
        fleet.spoke(connection, mac, inPort);
    }

    @Override
    public void neighbourAnswered(SwitchConnection connection, int network, InetAddress address, long mac) {
        health.hops().answered(network, address, mac);
    }

    @Override
    public void reflected(SwitchConnection connection, int network, long mac, String port, long frames) {
        fleet.place(connection)
                .ifPresent(place -> telemetry.reflected(fleet.model(), place, network, mac, port, frames));
    }

    @Override
    public void disconnected(SwitchConnection connection) {
        fleet.forget(connection);
        if (fleet.switches()
                .find(connection.datapathId())
                .filter(c -> c != connection)
                .isPresent()) {
            // The switch has already reconnected: a newer connection has replaced this one.
            return;
        }
        fleet.gone(connection);
        telemetry.forget(connection.datapathId());
    }
}
