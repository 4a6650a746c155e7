package io.heddle.controller.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in the network files a thing stands, {@code file:line}, by what it is called: {@code acl web rule 2},
 * {@code port hv1/br0/vm1}, {@code bridge hv1/br0}, {@code host hv1}, {@code network red}, {@code expect 1}.
 */
public final class Places {
    /** Nothing stands anywhere. */
    public static final Places NONE = new Places(Map.of());
    private static final Pattern RULE = Pattern.compile("acl (.+) (rule \\d+|default)");
    private static final Pattern PORT = Pattern.compile("(?:port|trunk) ([^ ,]+)");

    private final Map<String, String> lines;

    private Places(Map<String, String> lines) {
        this.lines = Map.copyOf(lines);
    }

    static Places of(List<Yaml> documents) {
        Map<String, String> lines = new HashMap<>();
        for (Yaml document : documents) {
            keys(document, "networks").forEach(n -> lines.putIfAbsent("network " + n.text(), n.line()));
            Map<String, Yaml> hosts = document.get("hosts").map(Yaml::entries).orElse(Map.of());
            keys(document, "hosts").forEach(h -> host(lines, h.text(), h, hosts.get(h.text())));
            number(lines, document, "expect");
            number(lines, document, "links");
            document.get("acls").map(Yaml::items).orElse(List.of()).forEach(acl -> acl(lines, acl));
        }
        return new Places(lines);
    }

    private static List<Yaml> keys(Yaml in, String section) {
        return in.get(section).map(Yaml::keys).orElse(List.of());
    }

    /** Things without a name are counted, over all documents. */
    private static void number(Map<String, String> lines, Yaml document, String section) {
        for (Yaml item : document.get(section).map(Yaml::items).orElse(List.of())) {
            int n = 1;
            while (lines.containsKey(section + " " + n)) {
                n++;
            }
            lines.put(section + " " + n, item.line());
        }
    }

    private static void host(Map<String, String> lines, String host, Yaml key, Yaml value) {
        lines.putIfAbsent("host " + host, key.line());
        for (Yaml bridge : keys(value, "bridges")) {
            String name = host + "/" + bridge.text();
            lines.putIfAbsent("bridge " + name, bridge.line());
            keys(value.get("bridges").orElseThrow().entries().get(bridge.text()), "ports")
                    .forEach(port -> lines.putIfAbsent("port " + name + "/" + port.text(), port.line()));
        }
    }

    private static void acl(Map<String, String> lines, Yaml acl) {
        String name = "acl " + acl.text("name", "");
        lines.putIfAbsent(name, acl.line());
        lines.putIfAbsent(name + " default", acl.get("default").orElse(acl).line());
        int number = 0;
        for (Yaml rule : acl.get("rules").map(Yaml::items).orElse(List.of())) {
            lines.putIfAbsent(name + " rule " + ++number, rule.line());
        }
    }

    /** Where the thing of this name stands, {@code network.yaml:31}. */
    public Optional<String> of(String name) {
        return Optional.ofNullable(lines.get(name));
    }

    /**
     * Where the thing stands that a flow entry's reason speaks of.
     *
     * @param bridge the bridge that has the entry, {@code host/bridge}
     */
    public Optional<String> ofReason(String reason, String bridge) {
        Matcher rule = RULE.matcher(reason);
        if (rule.find()) {
            return of("acl " + rule.group(1) + " " + rule.group(2));
        }
        Matcher port = PORT.matcher(reason);
        return port.find() ? of("port " + bridge + "/" + port.group(1)) : Optional.empty();
    }
}
