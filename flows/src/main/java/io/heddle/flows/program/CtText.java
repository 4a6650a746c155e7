package io.heddle.flows.program;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The action {@code ct} in ovs-ofctl syntax. Source: ovs-actions(7), "ct". */
final class CtText {
    /** The start of the action's text. */
    static final String START = "ct(";

    private static final String COMMIT = "commit";
    private static final String TABLE = "table=";
    private static final String ZONE = "zone=";
    private static final String MARK = "exec(set_field:";
    private static final String MARK_END = "->ct_mark)";
    private static final Pattern MARK_PARTS =
            Pattern.compile("exec\\(set_field:(?:0x)?([0-9a-f]{1,8})(?:/0x([0-9a-f]{1,8}))?->ct_mark\\)");
    private static final String HELPER = "alg=";
    private static final String NAT = "nat";
    private static final Pattern NAT_PARTS =
            Pattern.compile("nat\\((src|dst)=([0-9.]{7,15})(?::(\\d{1,5})(?:-(\\d{1,5}))?)?\\)");
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
        ct.nat().ifPresent(n -> out.add(nat(n)));
        ct.mark().ifPresent(m -> out.add(MARK + FieldText.print(Field.CT_MARK, m) + MARK_END));
        if (ct.helper() != 0) {
            out.add(HELPER + (ct.helper() == Action.Ct.FTP ? FTP : TFTP));
        }
        return START + String.join(",", out) + ")";
    }

    private static String nat(Action.Nat nat) {
        if (nat.address().isEmpty()) {
            return NAT;
        }
        String ports = nat.firstPort() == 0
                ? ""
                : ":" + nat.firstPort() + (nat.lastPort() == nat.firstPort() ? "" : "-" + nat.lastPort());
        return NAT + "(" + (nat.source() ? "src=" : "dst=")
                + InetAddresses.toAddrString(nat.address().get()) + ports + ")";
    }

    private static Action.Nat nat(String text, String part) {
        if (part.equals(NAT)) {
            return Action.Nat.RESTORE;
        }
        Matcher m = NAT_PARTS.matcher(part);
        if (!m.matches() || !InetAddresses.isInetAddress(m.group(2))) {
            throw bad(text);
        }
        int first = m.group(3) == null ? 0 : Integer.parseInt(m.group(3));
        int last = m.group(4) == null ? first : Integer.parseInt(m.group(4));
        return new Action.Nat(
                m.group(1).equals("src"), Optional.of((Inet4Address) InetAddresses.forString(m.group(2))), first, last);
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
        Optional<Masked> mark = Optional.empty();
        int helper = 0;
        Optional<Action.Nat> nat = Optional.empty();
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
            } else if (part.startsWith(NAT)) {
                nat = Optional.of(nat(text, part));
            } else {
                mark = Optional.of(mark(text, part));
            }
        }
        return new Action.Ct(commit, zone, table, mark, helper, nat);
    }

    private static Masked mark(String text, String part) {
        Matcher m = MARK_PARTS.matcher(part);
        if (!m.matches()) {
            throw bad(text);
        }
        long mask = m.group(2) == null ? 0xffff_ffffL : Long.parseLong(m.group(2), 16);
        return Masked.of(Long.parseLong(m.group(1), 16), mask);
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
