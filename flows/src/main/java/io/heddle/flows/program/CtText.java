package io.heddle.flows.program;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The action {@code ct} in ovs-ofctl syntax. Source: ovs-actions(7), "ct". */
final class CtText {
    /** The start of the action's text. */
    static final String START = "ct(";

    private static final String COMMIT = "commit";
    private static final String TABLE = "table=";
    private static final String ZONE = "zone=";
    private static final String MARK = "exec(set_field:0x";
    private static final String MARK_END = "->ct_mark)";
    private static final String HELPER = "alg=";
    private static final String FTP = "ftp";
    private static final String TFTP = "tftp";
    private static final String TRACKED_ZONE = "NXM_NX_CT_ZONE[]";

    private CtText() {}

    /** Prints {@code ct(commit,table=10,zone=5)}; leaves out zone 0, as ovs-ofctl does. */
    static String print(Action.Ct ct) {
        List<String> out = new ArrayList<>();
        if (ct.commit()) {
            out.add(COMMIT);
        }
        ct.table().ifPresent(t -> out.add(TABLE + t));
        if (!ct.zone().equals(Action.Zone.of(0))) {
            OptionalInt number = ct.zone().number();
            out.add(ZONE + (number.isPresent() ? Integer.toString(number.getAsInt()) : TRACKED_ZONE));
        }
        ct.mark().ifPresent(m -> out.add(MARK + Integer.toHexString(m) + MARK_END));
        if (ct.helper() != 0) {
            out.add(HELPER + (ct.helper() == Action.Ct.FTP ? FTP : TFTP));
        }
        return START + String.join(",", out) + ")";
    }

    /**
     * Reads the output of {@link #print}, with its parts in any order.
     *
     * @throws FlowSyntaxException for any other option of {@code ct}
     */
    static Action.Ct parse(String text) {
        boolean commit = false;
        Action.Zone zone = Action.Zone.of(0);
        OptionalInt table = OptionalInt.empty();
        OptionalInt mark = OptionalInt.empty();
        int helper = 0;
        String inside = text.substring(START.length(), text.length() - 1);
        for (String part : inside.isEmpty() ? new String[0] : inside.split(",")) {
            if (part.equals(COMMIT)) {
                commit = true;
            } else if (part.startsWith(TABLE)) {
                table = OptionalInt.of(number(text, part, TABLE, 254));
            } else if (part.startsWith(ZONE)) {
                zone = part.endsWith(TRACKED_ZONE)
                        ? Action.Zone.TRACKED
                        : Action.Zone.of(number(text, part, ZONE, 0xffff));
            } else if (part.equals(HELPER + FTP) || part.equals(HELPER + TFTP)) {
                helper = part.endsWith(TFTP) ? Action.Ct.TFTP : Action.Ct.FTP;
            } else if (part.matches("exec\\(set_field:0x[0-9a-f]{1,8}->ct_mark\\)")) {
                mark = OptionalInt.of(
                        Integer.parseUnsignedInt(part.substring(MARK.length(), part.length() - MARK_END.length()), 16));
            } else {
                throw bad(text);
            }
        }
        return new Action.Ct(commit, zone, table, mark, helper);
    }

    private static int number(String text, String part, String name, int most) {
        String digits = part.substring(name.length());
        if (!digits.matches("\\d{1,5}") || Integer.parseInt(digits) > most) {
            throw bad(text);
        }
        return Integer.parseInt(digits);
    }

    private static FlowSyntaxException bad(String text) {
        return new FlowSyntaxException("\"" + text + "\": expected commit, table=0 to 254, zone=0 to 65535 or zone="
                + TRACKED_ZONE + " in ct(...)");
    }
}
