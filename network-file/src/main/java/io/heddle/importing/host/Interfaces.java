package io.heddle.importing.host;

import io.heddle.importing.host.Device.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads {@code /etc/network/interfaces} of ifupdown, ifupdown2 and Proxmox VE, with the files that {@code source} names
 * below the same folder. See interfaces(5), ifupdown-ovs, and the README of Open vSwitch's Debian package.
 */
final class Interfaces {
    static final String FILE = "network/interfaces";
    static final Pattern SHAPE = Pattern.compile("(?m)^\\s*(iface\\s+\\S+|auto\\s+\\S+|source(-directory)?\\s+\\S+)");

    private static final int MOST_SOURCES = 100;
    private static final Set<String> STANZAS = Set.of(
            "auto",
            "iface",
            "mapping",
            "source",
            "source-directory",
            "rename",
            "no-auto-down",
            "no-scripts",
            "template");

    private final Machine machine;
    private final Map<String, String> files;
    private final Set<String> read = new HashSet<>();

    /** One stanza {@code iface}: its options in their order. */
    private record Stanza(String name, String method, Place place, List<Map.Entry<String, Value>> options) {}

    private Interfaces(Machine machine, Map<String, String> files) {
        this.machine = machine;
        this.files = files;
    }

    /** Reads a file. @param files those that its lines {@code source} may name */
    static void read(String file, Map<String, String> files, Machine machine) throws HostFileException {
        Interfaces reader = new Interfaces(machine, files);
        List<Stanza> stanzas = new ArrayList<>();
        reader.file(file, stanzas);
        for (Stanza s : stanzas) {
            if (!s.name.equals("lo")) {
                new InterfaceOptions(machine, machine.device(s.name.replaceFirst(":.*", ""), s.place))
                        .read(s.method, s.place, s.options);
            }
        }
        machine.programs.add("ifupdown");
    }

    private void file(String name, List<Stanza> out) throws HostFileException {
        if (!read.add(name)) {
            return;
        }
        Stanza open = null;
        boolean skip = false;
        List<String> lines = files.get(name).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Place place = new Place(name, i + 1);
            StringBuilder whole = new StringBuilder(lines.get(i));
            while (whole.length() > 0 && whole.charAt(whole.length() - 1) == '\\' && i + 1 < lines.size()) {
                whole.setLength(whole.length() - 1);
                whole.append(' ').append(lines.get(++i).strip());
            }
            String line = whole.toString().strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("\\s+", 2);
            String rest = words.length > 1 ? words[1].strip() : "";
            if (STANZAS.contains(words[0]) || words[0].startsWith("allow-")) {
                open = stanza(words[0], rest, place, out);
                skip = words[0].matches("mapping|template|rename");
            } else if (open != null) {
                open.options.add(Map.entry(words[0], new Value(rest, place)));
            } else if (!skip) {
                throw place.error("expected a stanza such as \"iface vmbr0 inet static\", found \"" + line + "\"");
            }
        }
    }

    private Stanza stanza(String word, String rest, Place place, List<Stanza> out) throws HostFileException {
        switch (word) {
            case "iface" -> {
                String[] words = rest.split("\\s+");
                if (rest.isEmpty() || words.length == 2 && !words[1].matches("inet6?|inherits")) {
                    throw place.error("expected iface NAME inet METHOD, found \"iface " + rest + "\"");
                }
                if (words.length > 3 && words[3].equals("inherits")) {
                    machine.left(
                            place,
                            "iface " + words[0] + " inherits " + (words.length > 4 ? words[4] : ""),
                            "write the inherited lines where they are used");
                }
                Stanza s = new Stanza(words[0], words.length > 2 ? words[2] : "manual", place, new ArrayList<>());
                out.add(s);
                return s;
            }
            case "source" -> source(rest, place, out);
            case "source-directory" -> source(rest.replaceFirst("/*$", "/*"), place, out);
            case "mapping", "rename", "template" ->
                machine.left(place, word + " " + rest, "not read: name the devices as they are called in the end");
            default -> {
                // auto and allow-*: Open vSwitch brings its bridges up at each start.
            }
        }
        return null;
    }

    /** Reads the files of a pattern, if they are below the folder that people named. */
    private void source(String pattern, Place place, List<Stanza> out) throws HostFileException {
        String folder = place.file().contains("/") ? place.file().replaceFirst("[^/]*$", "") : "";
        String below = pattern.startsWith("/etc/network/")
                ? (place.file().startsWith("network/") ? "network/" : "") + pattern.substring("/etc/network/".length())
                : pattern.startsWith("/etc/")
                        ? pattern.substring("/etc/".length())
                        : pattern.startsWith("/") ? "" : folder + pattern;
        if (below.isEmpty() || below.contains("..")) {
            machine.left(place, "source " + pattern, "not read, as it lies elsewhere: name the file itself");
            return;
        }
        Pattern glob = Pattern.compile(glob(below));
        List<String> found = files.keySet().stream()
                .filter(f -> glob.matcher(f).matches())
                .sorted()
                .toList();
        if (found.isEmpty() && !below.contains("*")) {
            machine.left(place, "source " + pattern, "there is no such file below what was named: name it, too");
        }
        for (String f : found) {
            if (read.size() > MOST_SOURCES) {
                throw place.error("more than " + MOST_SOURCES + " files are sourced");
            }
            file(f, out);
        }
    }

    private static String glob(String pattern) {
        StringBuilder out = new StringBuilder();
        for (char c : pattern.toCharArray()) {
            out.append(c == '*' ? "[^/]*" : c == '?' ? "[^/]" : Pattern.quote(String.valueOf(c)));
        }
        return out.toString();
    }

    static boolean isVlanName(String name) {
        return name.matches(".+\\.\\d{1,4}");
    }

    static void vlanByName(Device d) throws HostFileException {
        if (d.is(Kind.NIC) && isVlanName(d.name)) {
            int dot = d.name.lastIndexOf('.');
            d.vlanOf(
                    new Value(d.name.substring(0, dot), d.place),
                    new Value(d.name.substring(dot + 1), d.place).number("VLAN of " + d.name, 1, VlanSet.LAST));
        }
    }
}
