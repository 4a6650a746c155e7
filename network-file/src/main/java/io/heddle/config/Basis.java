package io.heddle.config;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import io.heddle.flows.model.Acl;
import io.heddle.flows.model.Host;
import io.heddle.flows.model.Network;
import io.heddle.flows.model.Port;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The result of an earlier reading without errors. Heddle does not read again what has not changed since. */
final class Basis {
    private final Map<String, YamlNode> roots = new HashMap<>();
    private final Map<String, Known> acls = new HashMap<>();
    private final Map<String, Host> hosts;
    private final List<Acl> lists;
    private final AddressNames names;
    private final Map<String, Network> networks;
    private final Map<String, Port> roaming;
    /** The ports by what the files say about them. */
    private final Supplier<Map<YamlNode, KnownPort>> ports = Suppliers.memoize(this::collectPorts);

    private record KnownPort(String bridge, Port port) {}

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
        networks = before.model().networks();
        roaming = before.model().roaming();
    }

    private Map<YamlNode, KnownPort> collectPorts() {
        Map<YamlNode, KnownPort> all = new IdentityHashMap<>();
        for (YamlNode root : roots.values()) {
            each(
                    child(root, "hosts"),
                    (host, node) -> Optional.ofNullable(hosts.get(host))
                            .ifPresent(h -> each(
                                    child(node, "bridges"),
                                    (bridge, in) -> Optional.ofNullable(
                                                    h.bridges().get(bridge))
                                            .ifPresent(b -> each(
                                                    child(in, "ports"),
                                                    (name, port) -> Optional.ofNullable(
                                                                    b.ports().get(name))
                                                            .ifPresent(known ->
                                                                    all.put(port, new KnownPort(bridge, known))))))));
        }
        return all;
    }

    private static YamlNode child(YamlNode map, String key) {
        int index = map == null ? -1 : map.find(key);
        return index < 0 ? null : map.child(index);
    }

    private static void each(YamlNode map, BiConsumer<String, YamlNode> action) {
        for (int i = 0; map != null && map.kind() == YamlNode.Kind.MAP && i < map.size(); i++) {
            action.accept(map.key(i).text(), map.child(i));
        }
    }

    /**
     * The port that the earlier reading made of a node. It depends on nothing but the node, its names and the networks,
     * and nothing was remarked about it.
     */
    Optional<Port> port(String bridge, String name, YamlNode node) {
        return Optional.ofNullable(ports.get().get(node))
                .filter(k -> k.bridge.equals(bridge) && k.port.name().equals(name))
                .map(KnownPort::port)
                .filter(p -> p.bond().isEmpty() && p.vlans() instanceof Port.Access);
    }

    /** The networks of the earlier reading. */
    Map<String, Network> networks() {
        return networks;
    }

    /** The ports without a host of the earlier reading. */
    Map<String, Port> roaming() {
        return roaming;
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
