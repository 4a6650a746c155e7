package io.heddle.openflow;

import io.heddle.flows.program.Reason;
import io.heddle.openflow.codec.PortCount;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/** Takes all events of switches, and names no switch. */
class TestListener implements SwitchListener {
    @Override
    public String name(long datapathId) {
        return SwitchConnection.format(datapathId);
    }

    @Override
    public boolean isDeclared(long datapathId) {
        return false;
    }

    @Override
    public Optional<String> refusal(SwitchConnection connection) {
        return Optional.empty();
    }

    @Override
    public void connected(SwitchConnection connection) {}

    @Override
    public void portsChanged(SwitchConnection connection) {}

    @Override
    public PacketInHandlers packetIns() {
        return PacketInHandlers.of((c, p) -> {});
    }

    @Override
    public void counted(SwitchConnection c, Map<Long, FrameCount> drops, Map<Integer, FrameCount> meters) {}

    @Override
    public void carried(
            SwitchConnection c,
            Map<Integer, PortCount> ports,
            Map<Long, FrameCount> tunnels,
            Map<Reason.AclRule, FrameCount> acls) {}

    @Override
    public void sighted(SwitchConnection c, int network, long mac, int ipv4) {}

    @Override
    public void spoke(SwitchConnection connection, long mac, int inPort) {}

    @Override
    public void neighbourAnswered(SwitchConnection c, int network, InetAddress address, long mac) {}

    @Override
    public void reflected(SwitchConnection c, int network, long mac, String port, long frames) {}

    @Override
    public void disconnected(SwitchConnection c) {}
}
