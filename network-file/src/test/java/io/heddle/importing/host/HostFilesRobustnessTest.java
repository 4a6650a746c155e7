package io.heddle.importing.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.config.InvalidNetworkException;
import io.heddle.config.NetworkFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong files of hosts get an error with a place, or become a network file that can be read. */
class HostFilesRobustnessTest {
    private static final Path CASES = Path.of("../controller/src/test/resources/golden/hosts");
    private static final HostFilesImport.Wishes WISHES =
            new HostFilesImport.Wishes(Map.of("pve1", "192.0.2.11", "h1", "192.0.2.81"), true);
    private static final int MUTATIONS = Integer.getInteger("heddle.mutations", 8);
    private static final String[] PIECES = {
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "-",
        ",",
        ":",
        "/",
        "=",
        "0",
        "99999999999",
        "\n",
        "<",
        ">",
        "&x;",
        "%",
        "é",
        "vmbr0",
        "br0",
        "4095",
        "::1",
        "10.0.0.1/24",
        "\\",
        "\t",
        ";",
        "none"
    };

    private static List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> in = Files.list(folder)) {
            return in.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static Map<String, String> texts(Path host) throws IOException {
        Map<String, String> out = new TreeMap<>();
        try (Stream<Path> all = Files.walk(host)) {
            for (Path f : all.filter(Files::isRegularFile).toList()) {
                out.put(host.relativize(f).toString(), Files.readString(f));
            }
        }
        return out;
    }

    @Test
    void everyBeginningAndEveryMutationIsReadOrRefusedWithItsPlace() throws Exception {
        Random random = new Random(1);
        int refused = 0;
        int all = 0;
        for (Path folder : folders(CASES)) {
            List<HostFiles> hosts = new ArrayList<>();
            for (Path h : folders(folder)) {
                hosts.add(new HostFiles(h.getFileName().toString(), texts(h)));
            }
            for (int h = 0; h < hosts.size(); h++) {
                for (String file : hosts.get(h).sorted().keySet()) {
                    for (String changed : changed(hosts.get(h).files().get(file), random)) {
                        Map<String, String> files = new TreeMap<>(hosts.get(h).files());
                        files.put(file, changed);
                        List<HostFiles> together = new ArrayList<>(hosts);
                        together.set(h, new HostFiles(hosts.get(h).name(), files));
                        all++;
                        refused += refuses(together, file) ? 1 : 0;
                    }
                }
            }
        }
        assertTrue(all >= 3000, "inputs are missing in " + CASES);
        assertTrue(refused > all / 50 && refused < all * 9 / 10, refused + " of " + all + " were refused");
    }

    private static List<String> changed(String text, Random random) {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < MUTATIONS; i++) {
            out.add(text.substring(0, random.nextInt(text.length())));
            int from = random.nextInt(text.length());
            int to = Math.min(text.length(), from + random.nextInt(4));
            out.add(text.substring(0, from) + PIECES[random.nextInt(PIECES.length)] + text.substring(to));
            List<String> lines = new ArrayList<>(text.lines().toList());
            int line = random.nextInt(lines.size());
            if (random.nextBoolean()) {
                lines.remove(line);
            } else {
                lines.add(random.nextInt(lines.size()), lines.get(line));
            }
            out.add(String.join("\n", lines) + "\n");
        }
        return out;
    }

    private static boolean refuses(List<HostFiles> hosts, String file) {
        String text;
        try {
            text = HostFilesImport.read(hosts, WISHES).text();
        } catch (HostFileException e) {
            assertTrue(e.getMessage().matches("(?s)[^ :]+(:\\d+)?: .+"), e.getMessage());
            return true;
        } catch (RuntimeException e) {
            throw new AssertionError(file + " failed with " + e + ":\n" + hosts, e);
        }
        try {
            NetworkFile.read(Map.of("a.yaml", text));
        } catch (InvalidNetworkException e) {
            throw new AssertionError(e.getMessage() + "\n" + text + "\nfrom " + file + " of\n" + hosts, e);
        }
        return false;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            interfaces | iface br0 inet static\\n address 10.0.0.300/24 | interfaces:2: expected an address such as 192.0.2.10/24, found "10.0.0.300/24"
            interfaces | iface br0 inet static\\n address 10.0.0.3\\n netmask 255.0.255.0 | interfaces:3: expected a netmask such as 255.255.255.0, found "255.0.255.0"
            interfaces | auto br0\\nbridge_ports eth0 | interfaces:2: expected a stanza such as "iface vmbr0 inet static", found "bridge_ports eth0"
            interfaces | iface eth0.4095 inet manual | interfaces:1: VLAN of eth0.4095: expected a number of 1 to 4094, found "4095"
            interfaces | iface br0 inet manual\\n ovs_type OVSBride | interfaces:2: ovs_type: expected OVSBridge, OVSPort
            interfaces | iface vlans inet manual\\n vlan-raw-device eth0 | interfaces:1: VLAN device vlans has no number
            interfaces | iface b inet manual\\n bond-slaves x y\\n bond-mode 9\\n\\niface br0 inet manual\\n bridge_ports b | interfaces:3: expected the mode of a bond such as 802.3ad
            a.yaml | network:\\n  vlans:\\n    v: {id: 5} | a.yaml:3: VLAN v needs link: the device below it
            a.yaml | network:\\n  bridges: {br0: {interfaces: [a b c d e f g h]}} | a.yaml:2: expected the name of a device
            a.yaml | network:\\n  a: [1 | a.yaml:3: not YAML
            a.netdev | [NetDev]\\nName=x | a.netdev:1: a .netdev needs [NetDev] with Name= and Kind=
            a.netdev | Name=x | a.netdev:1: expected a section such as [Match], found "Name=x"
            c.nmconnection | [connection]\\nid=x\\ninterface-name=x | c.nmconnection:1: a connection needs type=
            ifcfg-eth0 | DEVICE eth0 | ifcfg-eth0:1: expected KEY=value, found "DEVICE eth0"
            n.xml | <network>\\n<name>x</nam></network> | n.xml:2: is no well-formed XML
            n.xml | <domain/> | n.xml:1: expected <network>, found <domain>
            vnets.cfg | vnet: a\\n\\tzone z | vnets.cfg:2: vnet a is in zone "z", which zones.cfg does not have
            vnets.cfg | vnet a | vnets.cfg:1: expected a section such as "vnet: red"
            link.json | [{"ifname":"a"} | link.json:2: not YAML
            vlan.json | [{"ifname":"a"},{"ifname":"a","vlans":[{"vlan":0}]}] | vlan.json:1: vlan: expected a number of 1 to 4094, found "0"
            x.txt | hello | x.txt:1: expected /etc/network/interfaces, a file of netplan
            """)
    void saysWhatIsWrongWhere(String file, String text, String message) {
        String lines = text.replace("\\n", "\n").replace("\\t", "\t") + "\n";
        HostFileException e = assertThrows(
                HostFileException.class,
                () -> HostFilesImport.read(List.of(new HostFiles("h", Map.of(file, lines))), WISHES));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }

    /** Entities could read other files, or become gigabytes. */
    @Test
    void refusesEntitiesOfXml() {
        for (String declared : List.of(
                "<!ENTITY x SYSTEM \"file:///etc/hostname\">",
                "<!ENTITY x \"lol\">" + "<!ENTITY y \"&x;&x;&x;&x;&x;&x;&x;&x;&x;&x;\">")) {
            String xml = "<?xml version='1.0'?>\n<!DOCTYPE network [" + declared
                    + "]>\n<network><name>&x;</name></network>\n";
            HostFileException e = assertThrows(
                    HostFileException.class,
                    () -> HostFilesImport.read(List.of(new HostFiles("h", Map.of("n.xml", xml))), WISHES));
            assertTrue(e.getMessage().matches("n\\.xml:[23]: declares a document type or entities.*"), e.getMessage());
        }
    }

    @Test
    void refusesYamlThatGrows() {
        StringBuilder text = new StringBuilder("network:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            text.append("  a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [")
                    .append(("*a" + (i - 1) + " ,").repeat(9))
                    .append("*a")
                    .append(i - 1)
                    .append(" ]\n");
        }
        HostFileException e = assertThrows(
                HostFileException.class,
                () -> HostFilesImport.read(List.of(new HostFiles("h", Map.of("a.yaml", text.toString()))), WISHES));
        assertTrue(e.getMessage().startsWith("a.yaml:"), e.getMessage());
    }

    @Test
    void refusesFilesOfMoreThanFourMebibytesByName() {
        String long1 = "#".repeat(HostFiles.MOST_CHARACTERS + 1);
        HostFileException e = assertThrows(
                HostFileException.class,
                () -> HostFilesImport.read(List.of(new HostFiles("h", Map.of("big", long1))), WISHES));
        assertEquals("big: has more than 4 MiB: no file of a host's network is so long", e.getMessage());
    }
}
