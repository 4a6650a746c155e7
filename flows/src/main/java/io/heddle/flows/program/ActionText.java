package io.heddle.flows.program;

import java.util.HexFormat;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** Actions in ovs-ofctl syntax. Source: ovs-actions(7). */
final class ActionText implements Action.Visitor<String> {
    /** The start of a learnt entry's match on metadata bits, from bit 0. */
    static final String METADATA_BITS = "OXM_OF_METADATA[0..";

    /** The start of a metered copy. */
    static final String COPY = "controller(";

    /** The text of {@link Action.CtClear}. */
    static final String CT_CLEAR = "ct_clear";

    /** The text of {@link Action.DecTtl}. */
    static final String DEC_TTL = "dec_ttl";

    /** The start of the text of {@link Action.Conjunction}. */
    static final String CONJUNCTION = "conjunction(";

    /** The start of the text of {@link Action.FirstAlive}. */
    static final String FIRST_ALIVE = "bundle_load(eth_src,0,active_backup,ofport,NXM_NX_REG4[0..15],members:";

    /** The text of {@link Action.LongerThan}, around the number of bytes. */
    static final String LONGER_THAN = "check_pkt_larger(";

    static final String INTO_BIT = ")->NXM_NX_REG4[17]";

    private final IntFunction<String> ports;

    /** @param ports the text of a port's number */
    ActionText(IntFunction<String> ports) {
        this.ports = ports;
    }

    @Override
    public String output(Action.Output o) {
        return o.port() == PortNumber.CONTROLLER
                ? "CONTROLLER:" + o.maxLength()
                : Integer.compareUnsigned(o.port(), PortNumber.MAX) <= 0
                        ? "output:" + ports.apply(o.port())
                        : PortNumber.text(o.port());
    }

    @Override
    public String copy(Action.Copy c) {
        String length = c.maxLength() == Action.Copy.WHOLE ? "" : "max_len=" + c.maxLength() + ",";
        return COPY + length + "meter_id=" + c.meter() + ")";
    }

    @Override
    public String setField(Action.SetField s) {
        String value =
                s.field() == Field.VLAN_VID ? Long.toString(s.value().lo()) : FieldText.print(s.field(), s.value());
        return "set_field:" + value + "->" + s.field().text();
    }

    @Override
    public String pushVlan(Action.PushVlan p) {
        return "push_vlan:0x" + Integer.toHexString(p.etherType());
    }

    @Override
    public String popVlan(Action.PopVlan p) {
        return "pop_vlan";
    }

    @Override
    public String move(Action.Move m) {
        return "move:" + m.from().text() + "[]->" + m.to().text() + "[]";
    }

    @Override
    public String learn(Action.Learn l) {
        return "learn(table=" + l.table() + ",hard_timeout=" + l.hardTimeout() + ",priority=" + l.priority()
                + ",cookie=0x" + Long.toHexString(l.cookie()) + "," + METADATA_BITS
                + (Long.bitCount(l.metadata().maskLo()) - 1) + "]=0x"
                + Long.toHexString(l.metadata().lo())
                + ",NXM_OF_ETH_SRC[])";
    }

    @Override
    public String group(Action.Group g) {
        return "group:" + Integer.toUnsignedString(g.id());
    }

    @Override
    public String ct(Action.Ct c) {
        return CtText.print(c);
    }

    @Override
    public String ctClear(Action.CtClear c) {
        return CT_CLEAR;
    }

    @Override
    public String conjunction(Action.Conjunction c) {
        return CONJUNCTION + Integer.toUnsignedString(c.id()) + "," + c.clause() + "/" + c.clauses() + ")";
    }

    @Override
    public String decTtl(Action.DecTtl d) {
        return DEC_TTL;
    }

    @Override
    public String resubmit(Action.Resubmit r) {
        return "resubmit(," + r.table() + ")";
    }

    @Override
    public String firstAlive(Action.FirstAlive f) {
        return FIRST_ALIVE + f.ports().stream().map(ports::apply).collect(Collectors.joining(",")) + ")";
    }

    @Override
    public String longerThan(Action.LongerThan l) {
        return LONGER_THAN + l.bytes() + INTO_BIT;
    }

    @Override
    public String unknown(Action.Unknown u) {
        return "unknown:" + HexFormat.of().formatHex(u.bytes());
    }
}
