package io.heddle.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A plan for people, coloured on a terminal. It has at most {@value #MOST_LINES} lines unless all rows or all flow
 * entries are asked for.
 *
 * @param allRows whether to show each row that changes, however many there are
 * @param allFlows whether to show each flow entry that changes
 */
record PlanText(boolean allRows, boolean allFlows) {
    /** The most lines of a plan that fits one screen. */
    static final int MOST_LINES = 40;
    /** Rows are shown one by one, without being asked for, where they and their hosts take no more lines. */
    private static final int FEW_LINES = 9;
    /** Lines for hosts, and as many for switches. The headings and "and N more" come on top. */
    private static final int MOST_PARTS = 7;
    /** Lines of each other section. "and N more" comes on top. */
    private static final int MOST_NOTES = 3;
    /** Names of hosts or switches in one line. */
    private static final int MOST_NAMES = 3;

    String of(JsonNode plan) {
        List<String> out = new ArrayList<>();
        hosts(out, plan);
        switches(out, plan);
        section(out, "notes", plan.path("notes"), n -> "note: " + n.asText());
        section(out, "findings", errorsFirst(plan.path("findings")), PlanText::finding);
        section(out, "conflicts", plan.path("conflicts"), c -> "conflict: " + c.asText());
        pending(out, plan.path("pending"));
        section(out, "confirmations", plan.path("confirmations"), c -> "needs confirmation: " + c.asText());
        section(out, "disturbances", plan.path("disturbs"), d -> "disturbs: " + d.asText());
        out.add(
                plan.path("empty").asBoolean()
                        ? "nothing to do"
                        : total(plan) + (plan.path("disturbs").isEmpty() ? "; no conversation is disturbed" : ""));
        return String.join("\n", out);
    }

    /** What a check of the file has found. */
    static String finding(JsonNode f) {
        String place = f.path("place").asText();
        return f.path("severity").asText() + ": " + (place.isEmpty() ? "" : place + ": ")
                + f.path("text").asText();
    }

    private void hosts(List<String> out, JsonNode plan) {
        int needed = 0;
        for (JsonNode lines : plan.path("hosts")) {
            needed += lines.isEmpty() ? 0 : 1 + lines.size();
        }
        if (allRows || needed <= FEW_LINES) {
            lines(out, "host ", plan.path("hosts"));
        } else {
            counts(out, "rows", "--rows", plan.path("counts").path("hosts"));
        }
    }

    private void switches(List<String> out, JsonNode plan) {
        if (allFlows) {
            lines(out, "flows on ", plan.path("switches"));
        } else {
            counts(out, "flow entries", "--flows", plan.path("counts").path("switches"));
        }
    }

    private static void lines(List<String> out, String title, JsonNode parts) {
        parts.properties().forEach(part -> {
            if (!part.getValue().isEmpty()) {
                out.add(title + part.getKey());
                part.getValue().forEach(line -> out.add("  " + PlanCommand.colour(line.asText())));
            }
        });
    }

    /** A line for each host or switch. Those that change alike share one. */
    private static void counts(List<String> out, String what, String option, JsonNode parts) {
        if (parts.isEmpty()) {
            return;
        }
        Map<String, List<String>> alike = new LinkedHashMap<>();
        parts.properties()
                .forEach(part -> alike.computeIfAbsent(counted(part.getValue()), k -> new ArrayList<>())
                        .add(part.getKey()));
        out.add(what + " (" + option + " shows each)");
        List<String> names = alike.values().stream().map(PlanText::names).toList();
        int width =
                names.stream().limit(MOST_PARTS).mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        int i = 0;
        for (String counted : alike.keySet()) {
            lines.add("  " + names.get(i)
                    + " ".repeat(Math.max(0, width - names.get(i).length()) + 2) + counted);
            i++;
        }
        long unnamed =
                alike.values().stream().skip(MOST_PARTS).mapToLong(List::size).sum();
        lines.stream().limit(MOST_PARTS).forEach(out::add);
        if (unnamed > 0) {
            out.add("  and " + unnamed + " more");
        }
    }

    private static String names(List<String> all) {
        return all.size() <= MOST_NAMES
                ? String.join(", ", all)
                : String.join(", ", all.subList(0, MOST_NAMES - 1)) + " and " + (all.size() - MOST_NAMES + 1)
                        + " more, each";
    }

    private static String counted(JsonNode counts) {
        List<String> words = new ArrayList<>();
        for (JsonNode c : counts) {
            String numbers = signed('+', c.path("add").asInt())
                    + signed('~', c.path("change").asInt())
                    + signed('-', c.path("remove").asInt());
            words.add(c.path("of").asText() + numbers);
        }
        return String.join(", ", words);
    }

    private static String signed(char sign, int number) {
        return number == 0 ? "" : " " + PlanCommand.colour(sign + Integer.toString(number));
    }

    private static void pending(List<String> out, JsonNode hosts) {
        if (!hosts.isEmpty()) {
            List<String> all = new ArrayList<>();
            hosts.forEach(h -> all.add(h.asText()));
            String more = all.size() > MOST_NAMES ? " and " + (all.size() - MOST_NAMES) + " more" : "";
            out.add("not connected, to be changed on return: "
                    + String.join(", ", all.subList(0, Math.min(MOST_NAMES, all.size()))) + more);
        }
    }

    private static Iterable<JsonNode> errorsFirst(JsonNode findings) {
        List<JsonNode> sorted = new ArrayList<>();
        findings.forEach(sorted::add);
        sorted.sort(Comparator.comparing(f -> !f.path("severity").asText().equals("error")));
        return sorted;
    }

    private static void section(
            List<String> out, String title, Iterable<JsonNode> items, Function<JsonNode, String> text) {
        int number = 0;
        for (JsonNode item : items) {
            if (number++ < MOST_NOTES) {
                out.add(text.apply(item));
            }
        }
        if (number > MOST_NOTES) {
            out.add("and " + (number - MOST_NOTES) + " more " + title + " (-o json shows all)");
        }
    }

    private static String total(JsonNode plan) {
        int[] sums = new int[3];
        for (JsonNode parts : plan.path("counts")) {
            for (JsonNode counts : parts) {
                for (JsonNode c : counts) {
                    sums[0] += c.path("add").asInt();
                    sums[1] += c.path("change").asInt();
                    sums[2] += c.path("remove").asInt();
                }
            }
        }
        return sums[0] + " to add, " + sums[1] + " to change, " + sums[2] + " to remove";
    }
}
