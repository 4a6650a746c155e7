package io.heddle.config;

import io.heddle.flows.model.NetworkModel;
import io.heddle.flows.program.FlowSyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads address sets and groups, and refuses names that could mean two things in a rule. */
final class AddressNamesReader {
    /** The most addresses of all sets together. A rule can use far fewer: see {@link MatchWords#MOST_MATCHES}. */
    private static final int MOST_ADDRESSES = 100_000;

    private final NetworkModel model;
    private final Map<String, String> texts;
    private final AddressNames before;
    private final List<Problem> problems;
    private final List<Problem> notes;
    private int count;

    /** @param texts all files, also those of addresses */
    AddressNamesReader(
            NetworkModel model, Map<String, String> texts, Basis basis, List<Problem> problems, List<Problem> notes) {
        this.model = model;
        this.texts = texts;
        this.before = basis.names();
        this.problems = problems;
        this.notes = notes;
    }

    /** @param networks the places of the networks by name; likewise for sets and groups */
    AddressNames read(Map<String, Yaml> networks, Map<String, Yaml> sets, Map<String, Yaml> groups) {
        Map<String, String> taken = new LinkedHashMap<>();
        networks.forEach((name, y) -> taken.put(name, "network at " + y.line()));
        check(taken, sets, "address set");
        check(taken, groups, "group");
        Map<String, AddressNames.AddressSet> readSets = new LinkedHashMap<>();
        sets.forEach((name, y) -> readSets.put(name, set(name, y)));
        GroupReader reader = new GroupReader(model, problems, notes);
        Map<String, List<NetworkModel.At>> readGroups = new LinkedHashMap<>();
        groups.forEach((name, y) -> readGroups.put(name, reader.read(y)));
        return new AddressNames(model, readSets, readGroups, before.used());
    }

    private void check(Map<String, String> taken, Map<String, Yaml> section, String what) {
        section.forEach((name, y) -> {
            ModelReader.checkName(name, y, problems);
            String other = taken.putIfAbsent(name, what + " at " + y.line());
            if (other != null) {
                problems.add(y.problem(name + " is already the name of the " + other
                        + ": in src and dst nobody could tell which is meant"));
            }
            if (name.equals(AddressWords.ANY) || AddressWords.isAddress(name)) {
                problems.add(y.problem(
                        "\"" + name + "\" means something else in src and dst: give the " + what + " another name"));
            }
        });
    }

    /** The list of a set's addresses; the set itself if they are not in a file. */
    private Optional<Yaml> list(Yaml set) {
        String file = set.get("file").filter(Yaml::isScalar).map(Yaml::text).orElse("");
        if (file.isEmpty()) {
            return Optional.of(set);
        } else if (!AddressFile.isPossible(file)) {
            // The schema check has reported it.
            return Optional.empty();
        } else if (!texts.containsKey(file)) {
            problems.add(set.problem("there is no file " + file
                    + " among the network files: expected it beside this one, or, by the API, as one of files"));
            return Optional.empty();
        }
        return AddressFile.read(file, texts.get(file), set, problems);
    }

    private AddressNames.AddressSet set(String name, Yaml set) {
        Yaml y = list(set).orElse(set);
        AddressNames.AddressSet known = before.sets().get(name);
        int size = y.node().size();
        if (count <= MOST_ADDRESSES && count + size > MOST_ADDRESSES && y.isList()) {
            problems.add(y.item(MOST_ADDRESSES - count)
                    .problem("is address number " + (MOST_ADDRESSES + 1) + ": " + MOST_ADDRESSES
                            + " are possible in all sets together"));
        }
        count += size;
        if (known != null && known.node() == y.node()) {
            return known;
        }
        List<Cidr> addresses = new ArrayList<>();
        for (Yaml item : count > MOST_ADDRESSES ? List.<Yaml>of() : y.items()) {
            if (item.isNull()) {
                problems.add(item.problem("expected an address or prefix, found nothing"));
            } else if (item.isScalar()) {
                address(item, addresses);
            }
        }
        if (size == 0 && (y.isList() || y.isNull())) {
            notes.add(y.problem("has no addresses: rules with it match nothing"));
        }
        return new AddressNames.AddressSet(y.node(), Cidr.disjoint(addresses));
    }

    private void address(Yaml item, List<Cidr> addresses) {
        if (!AddressWords.isAddress(item.text())) {
            problems.add(item.problem("a set holds only addresses and prefixes, not \"" + item.text()
                    + "\": write several names into the rule, such as src: [admins, guests]"));
            return;
        }
        try {
            addresses.add(Cidr.parse(item.text()));
        } catch (FlowSyntaxException e) {
            problems.add(item.problem(e.getMessage()));
        }
    }
}
