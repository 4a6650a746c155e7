package io.heddle.config;

import io.heddle.flows.program.Field;
import io.heddle.flows.program.FlowSyntaxException;
import io.heddle.flows.program.FlowText;
import io.heddle.flows.program.Masked;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** An IP prefix as an entry of a switch matches it. */
record Cidr(boolean v6, Masked bits) {
    /** The text becomes part of a match, so it must not hold more than one value. */
    private static final Pattern SHAPE = Pattern.compile("[0-9a-fA-F.:]+(/[0-9a-fA-F.:]+)?");

    private static final Comparator<Cidr> ORDER = Comparator.comparing(Cidr::v6)
            .thenComparing((a, b) -> Long.compareUnsigned(a.bits.hi(), b.bits.hi()))
            .thenComparing((a, b) -> Long.compareUnsigned(a.bits.lo(), b.bits.lo()))
            .thenComparing(c -> Long.bitCount(c.bits.maskHi()) + Long.bitCount(c.bits.maskLo()));

    /**
     * Reads an address or a prefix.
     *
     * @throws FlowSyntaxException if the text is neither
     */
    static Cidr parse(String text) {
        boolean v6 = text.contains(":");
        Field field = v6 ? Field.IPV6_SRC : Field.IPV4_SRC;
        if (!SHAPE.matcher(text).matches()) {
            throw new FlowSyntaxException("\"" + text + "\" is not an IP address or prefix such as 10.0.0.0/24");
        }
        String match = (v6 ? "ipv6,ipv6_src=" : "ip,nw_src=") + text;
        try {
            Masked bits = FlowText.parseMatch(match).get(field).orElse(Masked.of(0, 0));
            if (bits.prefixLength(field.bits()) < 0) {
                throw new FlowSyntaxException(text + " is not a prefix: its mask has gaps");
            }
            return new Cidr(v6, bits);
        } catch (FlowSyntaxException e) {
            // People wrote no such field.
            throw new FlowSyntaxException(e.getMessage().replaceFirst("^(nw|ipv6)_src: ", ""));
        }
    }

    static Cidr of(InetAddress address, int length) {
        boolean v6 = !(address instanceof Inet4Address);
        return new Cidr(v6, Masked.prefix(v6 ? Field.IPV6_SRC : Field.IPV4_SRC, address, length));
    }

    static Cidr of(InetAddress address) {
        return of(address, address.getAddress().length * Byte.SIZE);
    }

    private boolean covers(Cidr other) {
        boolean longer = (other.bits.maskHi() & bits.maskHi()) == bits.maskHi()
                && (other.bits.maskLo() & bits.maskLo()) == bits.maskLo();
        return v6 == other.v6 && longer && bits.covers(other.bits.hi(), other.bits.lo());
    }

    /**
     * The same addresses without overlap, in order. Neighbours stay apart: if 10.0.0.2 and 10.0.0.3 became 10.0.0.2/31,
     * one address more or less would change the entries of another one.
     */
    static List<Cidr> disjoint(Collection<Cidr> all) {
        List<Cidr> sorted = new ArrayList<>(all);
        sorted.sort(ORDER);
        List<Cidr> out = new ArrayList<>();
        for (Cidr c : sorted) {
            // Two prefixes are disjoint, or the shorter one contains the other and comes before it.
            if (out.isEmpty() || !out.get(out.size() - 1).covers(c)) {
                out.add(c);
            }
        }
        return out;
    }
}
