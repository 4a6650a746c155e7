package io.heddle.importing.firewall;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the policies in /etc/default/ufw, see ufw-framework(8). */
final class UfwDefaults {
    static final Pattern SHAPE = Pattern.compile("(?m)^DEFAULT_(INPUT|OUTPUT|FORWARD)_POLICY=");

    private static final Pattern LINE = Pattern.compile("DEFAULT_([A-Z]+)_POLICY=\"?([A-Za-z]*)\"?\\s*(#.*)?");
    private static final Map<String, Rule.Verdict> POLICIES = Map.of(
            "ACCEPT", Rule.Verdict.ACCEPT,
            "DROP", Rule.Verdict.DROP,
            "REJECT", Rule.Verdict.REJECT);

    private UfwDefaults() {}

    static void read(Source source, Ruleset ruleset) throws FirewallSyntaxException {
        List<String> lines = source.text().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher m = LINE.matcher(lines.get(i));
            if (m.matches() && m.group(1).equals(ruleset.direction().name())) {
                Rule.Verdict policy = POLICIES.get(m.group(2));
                if (policy == null) {
                    throw source.error(i + 1, "expected ACCEPT, DROP or REJECT, found \"" + m.group(2) + "\"");
                }
                ruleset.ufwPolicy(policy);
            }
        }
    }
}
