package io.heddle.flows.program;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Reads and writes matches on VLAN tags in ovs-ofctl syntax. */
final class VlanText {
    /** The priority bits of a tag control word. */
    private static final int TCI_PRIORITY = 0xe000;

    private static final int TCI_PRIORITY_SHIFT = 13;

    private VlanText() {}

    /** Prints the tag: its VLAN, its priority or both if each is exact, otherwise bits of the tag control word. */
    static String print(Masked vid, Optional<Masked> pcp) {
        long number = vid.maskLo() & 0xfff;
        boolean tagged = (vid.lo() & Field.VLAN_PRESENT) != 0;
        if (tagged && (number == 0xfff || number == 0 && pcp.isPresent())) {
            return (number == 0 ? "" : "dl_vlan=" + (vid.lo() & 0xfff) + (pcp.isPresent() ? "," : ""))
                    + pcp.map(p -> "dl_vlan_pcp=" + p.lo()).orElse("");
        }
        return String.format(
                "vlan_tci=0x%04x/0x%04x",
                vid.lo() | pcp.map(p -> p.lo() << TCI_PRIORITY_SHIFT).orElse(0L),
                vid.maskLo() | (pcp.isPresent() ? TCI_PRIORITY : 0));
    }

    /** A match on the priority implies a tag. */
    static void completeTag(Map<Field, Masked> fields) {
        Masked vid = fields.get(Field.VLAN_VID);
        boolean open = vid == null || (vid.maskLo() & Field.VLAN_PRESENT) == 0;
        if (open && fields.containsKey(Field.VLAN_PCP)) {
            fields.put(
                    Field.VLAN_VID,
                    Masked.of(
                            Field.VLAN_PRESENT | (vid == null ? 0 : vid.lo()),
                            Field.VLAN_PRESENT | (vid == null ? 0 : vid.maskLo())));
        }
    }

    /** Reads the value of {@code dl_vlan}. */
    static Masked parseVlan(String text) {
        long vid = FieldText.integer("dl_vlan", 16, text);
        if (vid > 0xfff && vid != 0xffff) {
            throw new FlowSyntaxException("dl_vlan: " + text + " is out of range, expected 0 to 4095, or 0xffff for"
                    + " frames without a tag");
        }
        return Masked.exact(Field.VLAN_VID, vid == 0xffff ? 0 : vid | Field.VLAN_PRESENT);
    }

    /**
     * Reads the value of {@code vlan_tci}, a tag control word with its mask: any bits of "tagged" and the VLAN, and all bits of a tagged frame's
     * priority or none.
     */
    static Map<Field, Masked> parseTci(String text) {
        int slash = text.indexOf('/');
        long value = FieldText.integer("vlan_tci", 16, slash < 0 ? text : text.substring(0, slash));
        long mask = slash < 0 ? 0xffff : FieldText.integer("vlan_tci", 16, text.substring(slash + 1));
        Map<Field, Masked> out = new EnumMap<>(Field.class);
        out.put(Field.VLAN_VID, Masked.of(value & 0x1fff, mask & 0x1fff));
        boolean untagged = (mask & ~value & Field.VLAN_PRESENT) != 0;
        boolean priority = (mask & TCI_PRIORITY) != 0;
        if (priority && untagged && (value & mask & ~Field.VLAN_PRESENT) != 0) {
            throw new FlowSyntaxException("vlan_tci=" + text + " matches no frame: one without a tag has no VLAN and no"
                    + " priority; for one with a tag add 0x1000");
        }
        if (priority && !untagged) {
            if ((mask & TCI_PRIORITY) != TCI_PRIORITY || (mask & Field.VLAN_PRESENT) == 0) {
                throw new FlowSyntaxException("vlan_tci=" + text + ": OpenFlow 1.3 has no match on parts of a priority,"
                        + " nor on one that need not be there: write a rule with dl_vlan_pcp=N for each");
            }
            out.put(Field.VLAN_PCP, Masked.exact(Field.VLAN_PCP, (value & TCI_PRIORITY) >> TCI_PRIORITY_SHIFT));
        }
        return out;
    }
}
