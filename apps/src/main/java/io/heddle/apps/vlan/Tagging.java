package io.heddle.apps.vlan;

import io.heddle.apps.FlowSink;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import io.heddle.flows.pipeline.Table;
import io.heddle.flows.program.Action;
import io.heddle.flows.program.Field;
import io.heddle.flows.program.Instructions;
import io.heddle.flows.program.Match;
import io.heddle.flows.program.PortNumber;
import io.heddle.flows.program.Reason;

/** Outputs frames of a network to a port with the tag that the port requires, whatever their tag was before. */
final class Tagging {
    static final Action NORMAL = new Action.Output(PortNumber.NORMAL);

    private Tagging() {}

    static void output(FlowSink sink, int priority, Match to, Port port, Network network, int number) {
        Action out = new Action.Output(number);
        Reason reason = Reason.ofPort(
                "leaves", port.name(), "vlan: " + network.name() + " leaves by port " + port.name(), network.name());
        Match untagged = to.with(Field.VLAN_VID, VlanApp.UNTAGGED);
        if (port.tag(network) == 0) {
            sink.add(Table.EGRESS, priority, untagged, Instructions.apply(out), reason);
            sink.add(
                    Table.EGRESS,
                    priority,
                    to.with(Field.VLAN_VID, VlanApp.TAGGED),
                    Instructions.apply(new Action.PopVlan(), out),
                    reason);
            return;
        }
        Action tag = new Action.SetField(Field.VLAN_VID, Field.VLAN_PRESENT | network.vlan());
        sink.add(Table.EGRESS, priority, untagged, Instructions.apply(Action.PushVlan.CUSTOMER, tag, out), reason);
        sink.add(Table.EGRESS, priority, to.with(Field.VLAN_VID, VlanApp.TAGGED), Instructions.apply(tag, out), reason);
    }
}
