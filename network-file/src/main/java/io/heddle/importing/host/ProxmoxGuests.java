package io.heddle.importing.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the NICs of Proxmox VE's virtual machines and containers: {@code net0: virtio=MAC,bridge=vmbr0,tag=20}. See
 * qm.conf(5) and pct.conf(5). The name of the file is the number of the guest. Snapshots, which follow in sections, are
 * not read.
 */
final class ProxmoxGuests {
    static final Pattern FILE =
            Pattern.compile("(?:.*/)?(?:(?<machine>qemu-server)|(?<container>lxc))/(?<id>\\d{1,9})\\.conf");
    private static final Pattern LONE = Pattern.compile("(?<id>\\d{1,9})\\.conf");
    private static final Pattern NIC = Pattern.compile("net(\\d{1,2}):\\s*(.*)");
    private static final Pattern MAC = Pattern.compile("([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}");

    private final Machine machine;
    private final String file;
    private final String id;
    private final boolean container;
    private final Map<String, String> cloudInit = new LinkedHashMap<>();

    private ProxmoxGuests(Machine machine, String file, String id, boolean container) {
        this.machine = machine;
        this.file = file;
        this.id = id;
        this.container = container;
    }

    static boolean isGuest(String file, String text) {
        return FILE.matcher(file).matches()
                || LONE.matcher(file).matches()
                        && Pattern.compile("(?m)^net\\d+:.*bridge=")
                                .matcher(text)
                                .find();
    }

    static void read(String file, String text, Machine machine) throws HostFileException {
        Matcher name = FILE.matcher(file);
        Matcher lone = LONE.matcher(file);
        boolean known = name.matches();
        if (!known && !lone.matches()) {
            return;
        }
        boolean container =
                known ? name.group("container") != null : text.contains("type=veth") || text.contains("rootfs:");
        ProxmoxGuests guest = new ProxmoxGuests(machine, file, known ? name.group("id") : lone.group("id"), container);
        List<String> lines = text.lines().takeWhile(l -> !l.startsWith("[")).toList();
        for (String line : lines) {
            Matcher address = Pattern.compile("ipconfig(\\d{1,2}):\\s*(.*)").matcher(line);
            if (address.matches()) {
                guest.cloudInit.put(address.group(1), address.group(2));
            }
        }
        for (int i = 0; i < lines.size(); i++) {
            Matcher nic = NIC.matcher(lines.get(i).strip());
            if (nic.matches()) {
                guest.nic(nic.group(1), nic.group(2), new Place(file, i + 1));
            }
        }
    }

    private void nic(String number, String text, Place place) throws HostFileException {
        Map<String, Value> options = options(text, place);
        if (!options.containsKey("bridge")) {
            machine.left(place, "net" + number + " of guest " + id, "it is on no bridge");
            return;
        }
        if (options.containsKey("rate")) {
            machine.left(
                    place,
                    "rate=" + options.get("rate").text() + " of guest " + id,
                    "write ingress-rate and egress-rate at the port; Proxmox counts megabytes, so rate=10 is 80mbit");
        }
        String mac = options.containsKey("hwaddr")
                ? options.get("hwaddr").text()
                : options.values().stream()
                        .map(Value::text)
                        .filter(v -> MAC.matcher(v).matches())
                        .findFirst()
                        .orElse("");
        if (!mac.isEmpty() && (!MAC.matcher(mac).matches() || (Integer.parseInt(mac.substring(0, 2), 16) & 1) != 0)) {
            throw place.error("expected the MAC address of a host such as 02:00:00:00:00:01, found \"" + mac + "\"");
        }
        boolean firewall =
                options.containsKey("firewall") && options.get("firewall").isYes();
        if (firewall) {
            machine.left(
                    place,
                    "firewall=1 of guest " + id,
                    "Proxmox puts a bridge of its own before the guest:"
                            + " switch it off, and let heddle import --firewall read " + id + ".fw into access lists");
        }
        machine.guests.add(new Guest(
                (container ? "veth" : "tap") + id + "i" + number,
                options.get("bridge").text(),
                options.containsKey("tag") ? options.get("tag").number("tag", 1, VlanSet.LAST) : 0,
                options.containsKey("trunks") ? VlanSet.parse(options.get("trunks")) : null,
                mac.toLowerCase(Locale.ROOT),
                addresses(number, options, place),
                firewall,
                (container ? "pct" : "qm") + " set " + id + " --net" + number,
                text,
                place));
    }

    private Map<String, Value> options(String text, Place place) {
        Map<String, Value> out = new LinkedHashMap<>();
        for (String word : text.split(",")) {
            int equals = word.indexOf('=');
            out.putIfAbsent(
                    word.substring(0, Math.max(0, equals)).strip(),
                    new Value(word.substring(equals + 1).strip(), place));
        }
        return out;
    }

    /** The addresses that Proxmox gives the guest, or cloud-init. */
    private List<String> addresses(String number, Map<String, Value> options, Place place) throws HostFileException {
        Map<String, Value> from = container ? options : options(cloudInit.getOrDefault(number, ""), place);
        List<String> out = new ArrayList<>();
        for (String key : List.of("ip", "ip6")) {
            Value v = from.get(key);
            if (v != null && v.text().contains("/")) {
                out.add(Addresses.withLength(v, null).text());
            }
        }
        return out;
    }
}
