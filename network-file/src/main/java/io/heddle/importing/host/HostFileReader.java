package io.heddle.importing.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads hosts' files: those of a copy of {@code /etc}, or single ones. Reads nothing outside of what is named: links
 * that lead out of it are not followed. Files over 4 MiB and folders of more than 4,000 files are refused.
 */
public final class HostFileReader {
    private static final int MOST_FILES = 4_000;
    private static final int MOST_DEPTH = 6;
    /** What is read below {@code /etc}. */
    private static final Pattern KNOWN = Pattern.compile("hostname|network/interfaces(\\.d/.*)?|netplan/[^/]+\\.ya?ml"
            + "|systemd/network/[^/]+\\.(netdev|network)|NetworkManager/system-connections/[^/]+"
            + "|sysconfig/network-scripts/(ifcfg|route6?)-[^/]+|libvirt/qemu/networks/[^/]+\\.xml"
            + "|pve/sdn/(zones|vnets|subnets|controllers)\\.cfg|pve/(qemu-server|lxc)/\\d+\\.conf"
            + "|pve/nodes/(?<node>[^/]+)/(qemu-server|lxc)/\\d+\\.conf|[^/]+\\.json");
    /** What editors and packages leave behind, which no program reads. */
    private static final Pattern LEFT_BEHIND = Pattern.compile(".*(~|\\.(bak|orig|rpmsave|rpmnew|dpkg-[a-z]+|swp))");

    private final Path root;
    private final Map<String, String> texts = new TreeMap<>();

    private HostFileReader(Path root) {
        this.root = root;
    }

    /**
     * Reads a copy of a host's {@code /etc}, or of the folder that has it.
     *
     * @param name what the network file calls the host; "" for what {@code hostname} says, or the folder's name
     * @throws HostFileException if a file is too large, or no text
     */
    public static HostFiles root(Path folder, String name) throws IOException, HostFileException {
        if (!Files.isDirectory(folder)) {
            throw new HostFileException(folder.toString(), "no such folder: name a copy of a host's /etc");
        }
        Path etc = Files.isDirectory(folder.resolve("etc")) ? folder.resolve("etc") : folder;
        HostFileReader reader = new HostFileReader(etc.toRealPath());
        reader.walk(f -> KNOWN.matcher(f).matches());
        String host =
                name.isEmpty() ? clean(reader.texts.getOrDefault("hostname", "").strip()) : name;
        if (host.isEmpty()) {
            Path last = folder.toAbsolutePath().normalize().getFileName();
            host = last == null ? "" : clean(last.toString());
        }
        String node = host.isEmpty() ? "hv1" : host;
        // A node sees the guests of the whole cluster.
        reader.texts.keySet().removeIf(f -> {
            var m = KNOWN.matcher(f);
            return m.matches()
                    && m.group("node") != null
                    && (!m.group("node").equals(node) || reader.texts.containsKey(f.replaceFirst("nodes/[^/]+/", "")));
        });
        if (reader.texts.keySet().stream().allMatch(f -> f.equals("hostname"))) {
            throw new HostFileException(
                    folder.toString(),
                    "has none of network/interfaces, netplan, systemd/network,"
                            + " NetworkManager/system-connections, sysconfig/network-scripts, libvirt/qemu/networks and pve: name a"
                            + " copy of a host's /etc");
        }
        return new HostFiles(node, reader.texts);
    }

    /** Reads files, and all files right in folders. @param name what the network file calls the host */
    public static HostFiles files(List<Path> paths, String name) throws IOException, HostFileException {
        Map<String, String> all = new TreeMap<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new HostFileException(path.toString(), "no such file");
            }
            Path real = path.toRealPath();
            Path last = path.toAbsolutePath().normalize().getFileName();
            String named = last == null ? "" : last.toString();
            if (Files.isDirectory(path)) {
                HostFileReader reader = new HostFileReader(real);
                reader.walk(f -> (!f.contains("/") || f.startsWith("interfaces.d/"))
                        && !LEFT_BEHIND.matcher(f).matches());
                reader.texts.forEach((f, text) -> add(all, named + "/" + f, text));
                continue;
            }
            add(all, guestFolder(path) + named, text(real, path.toString()));
            if (named.equals("interfaces") && path.toAbsolutePath().getParent() != null) {
                // What its lines "source" may name.
                HostFileReader reader = new HostFileReader(real.getParent());
                reader.walk(f -> f.startsWith("interfaces.d/"));
                reader.texts.forEach((f, text) -> add(all, f, text));
            }
        }
        return new HostFiles(name, all);
    }

    private static void add(Map<String, String> all, String name, String text) {
        String free = name;
        for (int i = 2; all.containsKey(free); i++) {
            free = i + "/" + name;
        }
        all.put(free, text);
    }

    /** The folder of a guest says whether it is a machine or a container. */
    private static String guestFolder(Path path) {
        Path parent = path.toAbsolutePath().normalize().getParent();
        String folder = parent == null || parent.getFileName() == null
                ? ""
                : parent.getFileName().toString();
        return folder.matches("qemu-server|lxc") ? folder + "/" : "";
    }

    private static String clean(String name) {
        return name.replaceFirst("\\..*", "").replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
    }

    private interface Wanted {
        boolean is(String file);
    }

    private void walk(Wanted wanted) throws IOException, HostFileException {
        try (Stream<Path> all = Files.find(root, MOST_DEPTH, (p, a) -> true)) {
            int files = 0;
            for (Path p : (Iterable<Path>) all.sorted()::iterator) {
                String name = root.relativize(p).toString().replace('\\', '/');
                if (!wanted.is(name)
                        || !Files.isRegularFile(p)
                        || !p.toRealPath().startsWith(root)) {
                    continue;
                }
                if (++files > MOST_FILES) {
                    throw new HostFileException(root.toString(), "has more than " + MOST_FILES + " files");
                }
                texts.put(name, text(p, p.toString()));
            }
        }
    }

    private static String text(Path file, String shown) throws IOException, HostFileException {
        try {
            if (Files.size(file) > HostFiles.MOST_CHARACTERS) {
                throw new HostFileException(
                        shown,
                        "has more than " + (HostFiles.MOST_CHARACTERS >> 20)
                                + " MiB: no file of a host's network is so long");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new HostFileException(shown, "not UTF-8 text");
        } catch (NoSuchFileException e) {
            throw new HostFileException(shown, "no such file");
        }
    }
}
