package io.heddle.config;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import io.heddle.flows.program.Reason;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The place of each declaration in the network files, {@code file:line}, by the name of the declared thing:
 * {@code acl web rule 2}, {@code port hv1/br0/vm1}, {@code bridge hv1/br0}, {@code host hv1}, {@code network red},
 * {@code port web1}, {@code group web}, {@code address-set admins}, {@code expect 1}.
 */
public final class Places {
    /** No places. */
    public static final Places NONE = new Places(Map.of(), List.of());

    private static final Pattern RULE = Pattern.compile("acl (.+) rule ([1-9]\\d{0,8})");

    private final Map<String, String> texts;
    private volatile SoftReference<List<Yaml>> documents;
    /** The places of everything but rules, because there may be very many rules. */
    private final Supplier<Map<String, String>> lines = Suppliers.memoize(this::lines);

    /**
     * @param texts by file name, in the order of the documents; when memory becomes scarce, the documents are dropped
     *     and later read again from the texts
     */
    Places(Map<String, String> texts, List<Yaml> documents) {
        this.texts = new LinkedHashMap<>(texts);
        this.documents = new SoftReference<>(documents);
    }

    /** The documents, read again if they were dropped. */
    List<Yaml> documents() {
        List<Yaml> kept = documents.get();
        if (kept == null) {
            kept = new ArrayList<>();
            for (Map.Entry<String, String> t : texts.entrySet()) {
                Yaml.read(t.getKey(), t.getValue(), new ArrayList<>()).ifPresent(kept::add);
            }
            documents = new SoftReference<>(kept);
        }
        return kept;
    }

    private Map<String, String> lines() {
        Map<String, String> lines = new HashMap<>();
        for (Yaml document : documents()) {
            keys(document, "networks").forEach(n -> lines.putIfAbsent("network " + n.text(), n.line()));
            keys(document, "groups").forEach(n -> lines.putIfAbsent("group " + n.text(), n.line()));
            keys(document, "address-sets").forEach(n -> lines.putIfAbsent("address-set " + n.text(), n.line()));
            Map<String, Yaml> hosts = document.get("hosts").map(Yaml::entries).orElse(Map.of());
            keys(document, "hosts").forEach(h -> host(lines, h.text(), h, hosts.get(h.text())));
            keys(document, "ports").forEach(p -> lines.putIfAbsent("port " + p.text(), p.line()));
            number(lines, document, "expect");
            number(lines, document, "links");
        }
        acls().forEach(acl -> {
            String name = "acl " + acl.text("name", "");
            lines.putIfAbsent(name, acl.line());
            lines.putIfAbsent(name + " default", acl.get("default").orElse(acl).line());
        });
        return lines;
    }

    private Stream<Yaml> acls() {
        return documents().stream().flatMap(d -> d.get("acls").map(Yaml::items).orElse(List.of()).stream());
    }

    private Optional<String> rule(String acl, int number) {
        return acls().filter(a -> a.text("name", "").equals(acl))
                .findFirst()
                .flatMap(a -> a.get("rules"))
                .filter(rules -> number <= rules.node().size())
                .map(rules -> rules.item(number - 1).line());
    }

    private static List<Yaml> keys(Yaml in, String section) {
        return in.get(section).map(Yaml::keys).orElse(List.of());
    }

    /** Numbers things without a name, over all documents. */
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

    /** The place of the thing with this name, such as {@code network.yaml:31}. */
    public Optional<String> of(String name) {
        Matcher rule = RULE.matcher(name);
        return rule.matches()
                ? rule(rule.group(1), Integer.parseInt(rule.group(2)))
                : Optional.ofNullable(lines.get().get(name));
    }

    /**
     * The place of the rule, list default or port that a flow entry's reason names.
     *
     * @param bridge the bridge that has the entry, {@code host/bridge}
     */
    public Optional<String> of(Reason reason, String bridge) {
        if (reason instanceof Reason.AclRule r) {
            return rule(r.list(), r.number());
        } else if (reason instanceof Reason.AclDefault d) {
            return of("acl " + d.list() + " default");
        }
        return reason.port().flatMap(port -> of("port " + bridge + "/" + port).or(() -> of("port " + port)));
    }
}
