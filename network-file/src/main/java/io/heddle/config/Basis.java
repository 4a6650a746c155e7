package io.heddle.config;

import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Host;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The result of an earlier reading without errors. Heddle does not read again what has not changed since. */
final class Basis {
    private final Map<String, YamlNode> roots = new HashMap<>();
    private final Map<String, Known> acls = new HashMap<>();
    private final Map<String, Host> hosts;
    private final List<Acl> lists;
    private final AddressNames names;

    /** An access list of the earlier reading. @param rules its rules as written, as many as {@code acl} has */
    record Known(YamlNode rules, Acl acl) {}

    Basis(NetworkFile.Declared before) {
        List<Yaml> places = new ArrayList<>();
        for (Yaml document : before.places().documents()) {
            roots.put(document.file(), document.node());
            document.get("acls").map(Yaml::items).ifPresent(places::addAll);
        }
        for (int i = 0; i < places.size(); i++) {
            Acl acl = before.model().acls().get(i);
            places.get(i).get("rules").ifPresent(rules -> acls.put(acl.name(), new Known(rules.node(), acl)));
        }
        hosts = before.model().hosts();
        this.lists = before.model().acls();
        names = before.names();
    }

    /** The root node of a file in the earlier reading, null if there was no such file. */
    YamlNode root(String file) {
        return roots.get(file);
    }

    /** The access list of this name in the earlier reading, null if there was none. */
    Known acl(String name) {
        return acls.get(name);
    }

    /** All access lists of the earlier reading. */
    List<Acl> acls() {
        return lists;
    }

    /** The names for addresses in the earlier reading. */
    AddressNames names() {
        return names;
    }

    Map<String, Host> hosts() {
        return hosts;
    }
}
