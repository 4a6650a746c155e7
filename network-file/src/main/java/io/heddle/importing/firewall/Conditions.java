package io.heddle.importing.firewall;

import com.google.common.collect.ImmutableRangeSet;
import com.google.common.collect.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What must hold of the packet that begins a connection, so that a rule is about it. All parts must hold; null is any.
 *
 * @param proto the number of the IP protocol
 * @param unsaid reasons for which a list cannot say the rule; empty if it can
 * @param never why no such packet fits; "" if the parts contradict each other; null if some packet fits
 */
record Conditions(
        Integer proto,
        Addresses src,
        Addresses dst,
        ImmutableRangeSet<Integer> srcPort,
        ImmutableRangeSet<Integer> dstPort,
        Integer icmpType,
        Integer icmpCode,
        List<String> unsaid,
        String never) {
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMP6 = 58;
    static final int SCTP = 132;

    static final Conditions ANY = new Conditions(null, null, null, null, null, null, null, List.of(), null);

    static Conditions proto(int number) {
        return new Conditions(number, null, null, null, null, null, null, List.of(), null);
    }

    static Conditions src(Addresses a) {
        return new Conditions(null, a, null, null, null, null, null, List.of(), null);
    }

    static Conditions dst(Addresses a) {
        return new Conditions(null, null, a, null, null, null, null, List.of(), null);
    }

    static Conditions srcPort(ImmutableRangeSet<Integer> ports) {
        return new Conditions(null, null, null, ports, null, null, null, List.of(), null);
    }

    static Conditions dstPort(ImmutableRangeSet<Integer> ports) {
        return new Conditions(null, null, null, null, ports, null, null, List.of(), null);
    }

    static Conditions icmp(boolean v6, Integer type, Integer code) {
        return new Conditions(v6 ? ICMP6 : ICMP, null, null, null, null, type, code, List.of(), null);
    }

    static Conditions unsaid(String why) {
        return new Conditions(null, null, null, null, null, null, null, List.of(why), null);
    }

    static Conditions never(String why) {
        return new Conditions(null, null, null, null, null, null, null, List.of(), why);
    }

    /** Only packets of one IP version. */
    static Conditions version(boolean v6) {
        return src(new Addresses("", !v6, v6, List.of(Prefix.all(v6))));
    }

    static ImmutableRangeSet<Integer> ports(List<Range<Integer>> ranges) {
        return ImmutableRangeSet.unionOf(ranges);
    }

    static Range<Integer> port(int first, int last) {
        return Range.closedOpen(first, last + 1);
    }

    static ImmutableRangeSet<Integer> others(ImmutableRangeSet<Integer> ports) {
        return ports.complement().intersection(ImmutableRangeSet.of(port(0, 0xffff)));
    }

    Conditions and(Conditions o) {
        List<String> reasons = new ArrayList<>(unsaid);
        o.unsaid.stream().filter(r -> !reasons.contains(r)).forEach(reasons::add);
        Addresses s = src == null ? o.src : o.src == null ? src : src.and(o.src);
        Addresses d = dst == null ? o.dst : o.dst == null ? dst : dst.and(o.dst);
        ImmutableRangeSet<Integer> sp =
                srcPort == null ? o.srcPort : o.srcPort == null ? srcPort : srcPort.intersection(o.srcPort);
        ImmutableRangeSet<Integer> dp =
                dstPort == null ? o.dstPort : o.dstPort == null ? dstPort : dstPort.intersection(o.dstPort);
        boolean contradicts = differ(proto, o.proto)
                || differ(icmpType, o.icmpType)
                || differ(icmpCode, o.icmpCode)
                || isNothing(s)
                || isNothing(d)
                || sp != null && sp.isEmpty()
                || dp != null && dp.isEmpty();
        String no = never != null ? never : o.never != null ? o.never : contradicts ? "" : null;
        return new Conditions(
                first(proto, o.proto),
                s,
                d,
                sp,
                dp,
                first(icmpType, o.icmpType),
                first(icmpCode, o.icmpCode),
                List.copyOf(reasons),
                no);
    }

    /** The same for packets of one IP version. What all of them have is left out. */
    Conditions of(boolean v6) {
        boolean other =
                src != null && !src.has(v6) || dst != null && !dst.has(v6) || Objects.equals(proto, v6 ? ICMP : ICMP6);
        return new Conditions(
                proto,
                version(src, v6),
                version(dst, v6),
                srcPort,
                dstPort,
                icmpType,
                icmpCode,
                unsaid,
                other ? "" : never);
    }

    private static Addresses version(Addresses a, boolean v6) {
        return a == null || a.isAll(v6) ? null : a.of(v6);
    }

    /** A name may stand for an empty set, to which somebody adds later. */
    private static boolean isNothing(Addresses a) {
        return a != null && a.name().isEmpty() && a.prefixes().isEmpty();
    }

    private static boolean differ(Integer a, Integer b) {
        return a != null && b != null && !a.equals(b);
    }

    private static Integer first(Integer a, Integer b) {
        return a == null ? b : a;
    }

    /** The same, with another reason why no packet fits. */
    Conditions because(String why) {
        return new Conditions(proto, src, dst, srcPort, dstPort, icmpType, icmpCode, unsaid, why);
    }

    boolean hasPorts() {
        return srcPort != null || dstPort != null;
    }

    /** The same; with a reason if ports go with a protocol whose ports a list cannot match. */
    Conditions checked() {
        return hasPorts() && (proto == null || !Set.of(TCP, UDP, SCTP).contains(proto))
                ? and(unsaid("lists match ports only of tcp, udp and sctp"))
                : this;
    }
}
