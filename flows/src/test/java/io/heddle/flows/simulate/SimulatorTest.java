package io.heddle.flows.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowEntry;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.PortNumber;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SimulatorTest {
    private static Simulator of(String... entries) {
        return new Simulator(Stream.of(entries).map(FlowText::parseEntry).toList());
    }

    @Test
    void theHighestPriorityWinsAndTheMetadataTravels() {
        Simulator s = of(
                "table=0, priority=1 actions=drop",
                "table=0, priority=5,in_port=1 actions=write_metadata:0x7/0xff,goto_table:10",
                "table=10, priority=0 actions=NORMAL",
                "table=10, priority=9,metadata=0x7/0xff actions=push_vlan:0x8100,set_field:4196->vlan_vid,output:2");
        Simulator.Outcome out = s.send(Frame.of(FlowText.parseMatch("in_port=1")));
        assertEquals(
                List.of(2),
                out.emissions().stream().map(Simulator.Emission::port).toList());
        assertEquals(0x1000 | 100, out.emissions().get(0).frame().get(Field.VLAN_VID));
        assertTrue(s.send(Frame.of(FlowText.parseMatch("in_port=2"))).dropped());
    }

    @Test
    void aLaterActionDoesNotReachBackIntoAnEarlierCopy() {
        Simulator.Outcome out = of("table=0, priority=1 actions=NORMAL,pop_vlan,output:3")
                .send(Frame.of(FlowText.parseMatch("dl_vlan=5")));
        assertEquals(PortNumber.NORMAL, out.emissions().get(0).port());
        assertEquals(0x1005, out.emissions().get(0).frame().get(Field.VLAN_VID));
        assertEquals(0, out.emissions().get(1).frame().get(Field.VLAN_VID));
    }

    @Test
    void whatNobodyCanReadIsNotPassedOver() {
        List<FlowEntry> entries = Stream.of(
                        "table=0, priority=9,in_port=1 actions=output:2", "table=0, priority=1 actions=NORMAL")
                .map(FlowText::parseEntry)
                .toList();
        Simulator s = new Simulator(entries, List.of(new Opaque(0, 5, "somebody's")));
        assertEquals(
                Optional.empty(),
                s.send(Frame.of(FlowText.parseMatch("in_port=1"))).lost());
        assertEquals(
                Optional.of("somebody's"),
                s.send(Frame.of(FlowText.parseMatch("in_port=2"))).lost());
        Simulator group = of("table=0, priority=1 actions=group:7");
        assertTrue(group.send(Frame.of(FlowText.parseMatch("in_port=1")))
                .lost()
                .orElseThrow()
                .contains("group:7"));
    }
}
