package io.heddle.config;

import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Host;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was read of other files before, all of it without fault: what has not changed since need not be read again. */
final class Basis {
    private final Map<String, YamlNode> roots = new HashMap<>();
    private final Map<String, Known> acls = new HashMap<>();
    private final Map<String, Host> hosts;

    /** An access list. @param rules as they are written; the list has the same number of them */
    record Known(YamlNode rules, Acl acl) {}

    Basis(NetworkFile.Declared before) {
        List<Yaml> lists = new ArrayList<>();
        for (Yaml document : before.places().documents()) {
            roots.put(document.file(), document.node());
            document.get("acls").map(Yaml::items).ifPresent(lists::addAll);
        }
        for (int i = 0; i < lists.size(); i++) {
            Acl acl = before.model().acls().get(i);
            lists.get(i).get("rules").ifPresent(rules -> acls.put(acl.name(), new Known(rules.node(), acl)));
        }
        hosts = before.model().hosts();
    }

    /** What a file had in it, null for nothing that is known. */
    YamlNode root(String file) {
        return roots.get(file);
    }

    /** An access list by its name, null for none that is known. */
    Known acl(String name) {
        return acls.get(name);
    }

    Map<String, Host> hosts() {
        return hosts;
    }
}
