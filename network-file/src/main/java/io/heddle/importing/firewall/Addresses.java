package io.heddle.importing.firewall;

import java.util.ArrayList;
import java.util.List;

/**
 * The addresses that a rule is about.
 *
 * @param name of the address set that holds exactly these; "" if there is none
 * @param v4 whether the rule is about IPv4 at all; likewise for IPv6. A set of IPv4 addresses may be empty
 * @param prefixes without overlap, in order
 */
record Addresses(String name, boolean v4, boolean v6, List<Prefix> prefixes) {
    static Addresses of(List<Prefix> prefixes) {
        return new Addresses(
                "",
                prefixes.stream().anyMatch(p -> !p.v6()),
                prefixes.stream().anyMatch(Prefix::v6),
                Prefix.disjoint(prefixes));
    }

    /** All other addresses of the same IP versions. */
    Addresses others() {
        List<Prefix> out = new ArrayList<>();
        if (v4) {
            out.addAll(Prefix.all(false).without(prefixes));
        }
        if (v6) {
            out.addAll(Prefix.all(true).without(prefixes));
        }
        return new Addresses("", v4, v6, out);
    }

    boolean has(boolean version6) {
        return version6 ? v6 : v4;
    }

    /** Those of one IP version. A set that has both versions keeps its name. */
    Addresses of(boolean version6) {
        return name.isEmpty()
                ? new Addresses(
                        "",
                        v4 && !version6,
                        v6 && version6,
                        prefixes.stream().filter(p -> p.v6() == version6).toList())
                : this;
    }

    /** The addresses that are in both. */
    Addresses and(Addresses other) {
        if (equals(other)) {
            return this;
        }
        List<Prefix> common = Prefix.common(prefixes, other.prefixes);
        return common.equals(prefixes)
                ? this
                : common.equals(other.prefixes) ? other : new Addresses("", v4 && other.v4, v6 && other.v6, common);
    }

    boolean isAll(boolean version6) {
        return prefixes.contains(Prefix.all(version6));
    }
}
