package io.heddle.flows.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connection tracking in ovs-ofctl syntax. */
class CtTextTest {
    /** Matches of entries that ovs-ofctl 3.1 accepts in OpenFlow 1.3, and its output for them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "ct_state=+trk+new-rel;ct_state=+new-rel+trk",
                "ct_state=0x21/0x21;ct_state=+new+trk",
                "ct_state=33/33;ct_state=+new+trk",
                "ct_state=0x21;ct_state=new|trk",
                "ct_state=new|trk;ct_state=new|trk",
                "ct_state=0xff/0xff;ct_state=new|est|rel|rpl|inv|trk|snat|dnat",
                "ct_state=0;ct_state=0",
                "ct_state=0/0x20;ct_state=-trk",
                "ct_state=+trk+snat+dnat;ct_state=+trk+snat+dnat",
                "ct_zone=0x5;ct_zone=5",
                "ct_mark=5;ct_mark=0x5",
                "ct_mark=0;ct_mark=0",
                "ct_mark=5/0xf;ct_mark=0x5/0xf",
                "ct_state=-trk,ip;ct_state=-trk,ip",
                "ct_state=-inv+trk,ct_nw_proto=17;ct_state=-inv+trk,ct_nw_proto=17",
                "ip,ct_state=+new,ct_nw_src=10.0.0.1;ct_state=+new,ct_nw_src=10.0.0.1,ip",
                "ip,ct_state=-inv+trk,ct_nw_proto=17,ct_tp_src=0x10/0xfff0;"
                        + "ct_state=-inv+trk,ct_nw_proto=17,ct_tp_src=0x10/0xfff0,ip",
                "ct_state=+new-rel+trk,tcp,ct_mark=1,ct_zone=3,ct_nw_src=1.2.3.4,ct_nw_dst=1.2.0.0/16,ct_nw_proto=6,"
                        + "ct_tp_src=1,ct_tp_dst=2,nw_src=1.1.1.1,in_port=1,dl_vlan=3;"
                        + "ct_state=+new-rel+trk,ct_zone=3,ct_mark=0x1,ct_nw_src=1.2.3.4,ct_nw_dst=1.2.0.0/16,"
                        + "ct_nw_proto=6,ct_tp_src=1,ct_tp_dst=2,tcp,in_port=1,dl_vlan=3,nw_src=1.1.1.1",
                "ipv6,ct_state=+trk-inv,ct_ipv6_src=fd00::/8,ct_ipv6_dst=fd00::1,ct_nw_proto=6,ct_tp_src=1,ct_zone=3;"
                        + "ct_state=-inv+trk,ct_zone=3,ct_ipv6_src=fd00::/8,ct_ipv6_dst=fd00::1,ct_nw_proto=6,"
                        + "ct_tp_src=1,ipv6"
            })
    void readsMatchesOfEntriesAndPrintsThemAsOvsOfctlDoes(String text, String printed) {
        assertEquals(printed, FlowText.match(FlowText.parseEntryMatch(text)));
        assertEquals(FlowText.parseEntryMatch(text), FlowText.parseEntryMatch(printed));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ct_state=+foo|expected states such as +new-rel+trk",
                "ct_state=+trk+trk|given twice",
                "ct_state=0x121/0x121|expected 0 to 255",
                "ct_zone=70000|expected 0 to 65535",
                "ct_zone=5/0xf|cannot be masked",
                "ip,ct_nw_src=10.0.0.1|add ct_state=+trk-inv",
                "ip,ct_state=+trk,ct_nw_src=10.0.0.1|add ct_state=+trk-inv",
                "ip,ct_state=-inv,ct_nw_src=10.0.0.1|add ct_state=+trk-inv",
                "ip,ct_state=+inv+trk,ct_nw_src=10.0.0.1|add ct_state=+trk-inv",
                "ct_state=+new,ct_nw_src=10.0.0.1|needs its protocol: add ip",
                "ipv6,ct_state=+new,ct_nw_src=10.0.0.1|needs its protocol: add ip",
                "ip,ct_state=+new,ct_ipv6_src=fd00::1|needs its protocol: add ipv6",
                "ip,ct_state=+new,ct_tp_dst=53|add ct_nw_proto=N",
                "ct_state=+trk,ct_label=5|cannot be matched"
            })
    void saysWhatIsWrongWithAMatch(String text, String remedy) {
        String message = assertThrows(FlowSyntaxException.class, () -> FlowText.parseEntryMatch(text))
                .getMessage();
        assertTrue(message.contains(remedy), message);
    }

    /** People write matches for frames, and no frame that they can think of has been tracked yet. */
    @ParameterizedTest
    @ValueSource(strings = {"ip,ct_state=-trk", "ct_zone=3", "ct_mark[0]=1", "ct_tp_dst=5", "ct_ipv6_src=::1"})
    void refusesConnectionsInTheMatchesThatPeopleWrite(String text) {
        String message = assertThrows(FlowSyntaxException.class, () -> FlowText.parseMatch(text))
                .getMessage();
        assertTrue(message.contains(" cannot be matched: no frame passes connection tracking here"), message);
    }

    /** Actions that ovs-ofctl 3.1 accepts, and its output for them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "ct();ct()",
                "ct(commit);ct(commit)",
                "ct(commit,table=20,zone=NXM_NX_CT_ZONE[],exec(set_field:0x2->ct_mark));"
                        + "ct(commit,table=20,zone=NXM_NX_CT_ZONE[],exec(set_field:0x2->ct_mark))",
                "ct(commit,alg=ftp,exec(set_field:0x2->ct_mark));ct(commit,exec(set_field:0x2->ct_mark),alg=ftp)",
                "ct(commit,table=3,alg=tftp);ct(commit,table=3,alg=tftp)",
                "ct(commit,zone=7,exec(set_field:0x50000/0xffff0000->ct_mark));"
                        + "ct(commit,zone=7,exec(set_field:0x50000/0xffff0000->ct_mark))",
                "ct(zone=0);ct()",
                "ct(table=0);ct(table=0)",
                "ct(zone=65535);ct(zone=65535)",
                "ct(table=10,zone=5,commit);ct(commit,table=10,zone=5)",
                "ct(commit,zone=NXM_NX_CT_ZONE[],table=254);ct(commit,table=254,zone=NXM_NX_CT_ZONE[])",
                "ct_clear,goto_table:12;ct_clear,goto_table:12",
                "output:1,ct(commit,zone=1,table=3);output:1,ct(commit,table=3,zone=1)",
                "ct(commit),ct(table=4);ct(commit),ct(table=4)"
            })
    void readsActionsAndPrintsThemAsOvsOfctlDoes(String text, String printed) {
        assertEquals(printed, FlowText.instructions(FlowText.parseInstructions(text)));
        assertEquals(FlowText.parseInstructions(text), FlowText.parseInstructions(printed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ct(table=21,zone=7,nat)",
                "ct(commit,table=23,zone=7,nat(src=192.0.2.10))",
                "ct(commit,table=23,zone=7,nat(src=192.0.2.10:1024-65535))",
                "ct(commit,table=21,zone=7,nat(dst=10.0.200.1:80),exec(set_field:0x1->ct_mark))"
            })
    void translates(String text) {
        assertEquals(text, FlowText.instructions(FlowText.parseInstructions(text)));
    }

    @Test
    void readsTheParts() {
        assertEquals(
                List.of(
                        new Action.Ct(true, Action.Zone.TRACKED, OptionalInt.of(3)),
                        Action.Ct.track(5, 10),
                        new Action.Ct(true, Action.Zone.of(0), OptionalInt.empty()),
                        new Action.CtClear()),
                FlowText.parseInstructions(
                                "ct(commit,table=3,zone=NXM_NX_CT_ZONE[]),ct(table=10,zone=5),ct(commit)," + "ct_clear")
                        .apply());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ct(table=255)",
                "ct(zone=65536)",
                "ct(zone=-1)",
                "ct(zone=NXM_NX_REG0[0..15])",
                "ct(commit,force,zone=1)",
                "ct(nat(src=10.0.0.1-10.0.0.9))",
                "ct(commit,nat(src=10.0.0.1,random))",
                "ct(commit,alg=sip)"
            })
    void refusesOptionsThatItDoesNotSupport(String text) {
        String message = assertThrows(FlowSyntaxException.class, () -> FlowText.parseInstructions(text))
                .getMessage();
        assertTrue(message.contains("expected commit, table=0 to 254"), message);
    }

    @Test
    void refusesNumbersThatNoSwitchKnows() {
        assertThrows(IllegalArgumentException.class, () -> Action.Ct.track(0x10000, 1));
        assertThrows(IllegalArgumentException.class, () -> Action.Ct.track(1, 255));
    }

    @Test
    void knowsWhetherAFrameEndsInTracking() {
        assertTrue(FlowText.parseInstructions("ct(commit)").isDrop());
        assertEquals(false, FlowText.parseInstructions("ct(table=3)").isDrop());
        assertEquals(
                FlowText.parseInstructions("ct(commit)"),
                FlowText.parseInstructions("controller(max_len=64,meter_id=7),ct(commit)")
                        .withoutMeters());
    }
}
