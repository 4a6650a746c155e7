package io.heddle.controller.hosts;

import io.heddle.flows.model.Port;
import io.heddle.ovsdb.Database;
import java.util.List;
import java.util.Optional;

/** Reads the state of bonds from a host's database. Source: ovs-vswitchd.conf.db(5), tables Port and Interface. */
public final class Bonds {
    private Bonds() {}

    /** The active member, "" if there is none or the host does not report it. OVSDB identifies it by its MAC. */
    public static String active(Database db, Port bond) {
        String mac = db.named(Database.PORT, bond.name())
                .map(r -> r.text("bond_active_slave"))
                .orElse("");
        return mac.isEmpty()
                ? ""
                : members(db, bond).stream()
                        .filter(i -> i.text("mac_in_use").equals(mac))
                        .map(i -> i.text("name"))
                        .findFirst()
                        .orElse(mac);
    }

    /** The members whose link is up. */
    public static List<String> up(Database db, Port bond) {
        return members(db, bond).stream()
                .filter(i -> i.text("link_state").equals("up"))
                .map(i -> i.text("name"))
                .toList();
    }

    /** The members that receive from their LACP partner. */
    public static List<String> partnered(Database db, Port bond) {
        return members(db, bond).stream()
                .filter(i -> i.text("lacp_current").equals("true"))
                .map(i -> i.text("name"))
                .toList();
    }

    private static List<Database.Row> members(Database db, Port bond) {
        return bond.interfaces().stream()
                .map(n -> db.named(Database.INTERFACE, n))
                .flatMap(Optional::stream)
                .toList();
    }
}
