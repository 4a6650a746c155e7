package io.heddle.config;

import io.heddle.flows.model.Bond;
import java.util.List;
import java.util.Optional;

/** Reads bonds. For a mode with a Linux name, adds a note that names the OVS mode which replaces it. */
final class BondReader {
    private final List<Problem> problems;
    private final List<Problem> notes;

    BondReader(List<Problem> problems, List<Problem> notes) {
        this.problems = problems;
        this.notes = notes;
    }

    Bond read(String name, Yaml y) {
        List<String> members = y.texts("members");
        String word = y.text("mode", Bond.Mode.ACTIVE_BACKUP.text());
        Optional<LinuxNames.Mapped> mapped = LinuxNames.mapped(word);
        mapped.ifPresent(m -> notes.add(y.get("mode").orElseThrow().problem("Linux's mode " + word + " " + m.note())));
        Bond.Mode mode = mapped.map(LinuxNames.Mapped::mode).orElseGet(() -> mode(word));
        boolean isLacp = mapped.isPresent() && mode == Bond.Mode.BALANCE_TCP;
        Bond.Lacp lacp = switch (y.text("lacp", isLacp ? "active" : "off")) {
            case "active" -> Bond.Lacp.ACTIVE;
            case "passive" -> Bond.Lacp.PASSIVE;
            default -> Bond.Lacp.OFF;
        };
        check(name, y, members, mode, lacp);
        return new Bond(members, mode, lacp);
    }

    /** The mode of this name; active-backup for a word that the schema check has already reported. */
    private static Bond.Mode mode(String word) {
        for (Bond.Mode m : Bond.Mode.values()) {
            if (m.text().equals(word)) {
                return m;
            }
        }
        return Bond.Mode.ACTIVE_BACKUP;
    }

    private void check(String name, Yaml y, List<String> members, Bond.Mode mode, Bond.Lacp lacp) {
        if (mode == Bond.Mode.BALANCE_TCP && lacp == Bond.Lacp.OFF) {
            problems.add(y.problem("balance-tcp carries nothing without LACP: add lacp: active, or use balance-slb"));
        }
        if (members.contains(name)) {
            problems.add(y.problem("bond " + name + " cannot be its own member"));
        }
        y.get("bond-primary").ifPresent(p -> {
            if (!members.contains(p.text())) {
                problems.add(p.problem("bond-primary " + p.text() + " is not a member, expected one of "
                        + String.join(", ", members)));
            } else if (mode != Bond.Mode.ACTIVE_BACKUP) {
                problems.add(p.problem(
                        "only active-backup prefers a member: " + mode.text() + " uses all, so leave it out"));
            }
        });
        for (Yaml key : y.keys()) {
            if (key.text().startsWith("lacp-") && lacp == Bond.Lacp.OFF) {
                problems.add(key.problem("configures LACP, but lacp is off: add lacp: active"));
            }
        }
        if (y.get("bond-miimon-interval").isPresent()
                && !y.text("bond-detect-mode", "carrier").equals("miimon")) {
            problems.add(y.get("bond-miimon-interval")
                    .orElseThrow()
                    .problem("needs bond-detect-mode: miimon; carrier,"
                            + " the default, notices a lost link at once and asks nobody"));
        }
    }
}
