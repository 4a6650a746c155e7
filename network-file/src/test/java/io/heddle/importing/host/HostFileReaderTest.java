package io.heddle.importing.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of a host are read, and which are not. */
class HostFileReaderTest {
    @TempDir
    private Path folder;

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void readsWhatConfiguresTheNetworkFromACopyOfEtc() throws Exception {
        write("etc/hostname", "pve1.example.net\n");
        write("etc/network/interfaces", "auto br0\n");
        write("etc/network/interfaces.d/a", "auto br1\n");
        write("etc/netplan/x.yaml", "network: {}\n");
        write("etc/netplan/x.yaml.bak", "network: {}\n");
        write("etc/shadow", "secret\n");
        write("etc/pve/nodes/pve1/qemu-server/100.conf", "cores: 1\n");
        write("etc/pve/nodes/pve2/qemu-server/200.conf", "cores: 1\n");
        write("etc/pve/priv/key", "secret\n");
        for (Path root : List.of(folder, folder.resolve("etc"))) {
            HostFiles files = HostFileReader.root(root, "");
            assertEquals("pve1", files.name());
            assertEquals(
                    Set.of(
                            "hostname",
                            "network/interfaces",
                            "network/interfaces.d/a",
                            "netplan/x.yaml",
                            "pve/nodes/pve1/qemu-server/100.conf"),
                    files.files().keySet());
        }
        assertEquals("other", HostFileReader.root(folder, "other").name());
    }

    @Test
    void followsNoLinkOutOfTheFolder() throws Exception {
        write("outside/secret", "iface secret0 inet manual\n");
        write("etc/network/interfaces", "source /etc/network/interfaces.d/*\nsource ../../outside/secret\n");
        write("etc/network/interfaces.d/inside", "iface eth7 inet manual\n");
        Files.createSymbolicLink(folder.resolve("etc/network/interfaces.d/link"), folder.resolve("outside/secret"));
        Files.createSymbolicLink(folder.resolve("etc/netplan"), folder.resolve("outside"));
        HostFiles files = HostFileReader.root(folder.resolve("etc"), "h");
        assertEquals(
                Set.of("network/interfaces", "network/interfaces.d/inside"),
                files.files().keySet());
        HostFilesImport.Result result =
                HostFilesImport.read(List.of(files), new HostFilesImport.Wishes(Map.of(), false));
        assertTrue(
                result.text().contains("source ../../outside/secret: not read, as it lies elsewhere"), result.text());
        assertTrue(!result.text().contains("secret0"), result.text());
    }

    @Test
    void readsSingleFilesAndWhatTheySourceBelowTheirFolder() throws Exception {
        write("a/interfaces", "source interfaces.d/*\n");
        write("a/interfaces.d/x", "iface br0 inet static\n address 192.0.2.1/24\n bridge_ports eth0\n");
        write("a/other", "no file of a network\n");
        write("a/qemu-server/100.conf", "net0: virtio=02:00:00:00:00:01,bridge=br0\n");
        HostFiles files = HostFileReader.files(
                List.of(folder.resolve("a/interfaces"), folder.resolve("a/qemu-server/100.conf")), "h");
        assertEquals(
                Set.of("interfaces", "interfaces.d/x", "qemu-server/100.conf"),
                files.files().keySet());
        String text = HostFilesImport.read(List.of(files), new HostFilesImport.Wishes(Map.of(), false))
                .text();
        assertTrue(
                text.contains("br0: {type: internal, access: br0, address: [192.0.2.1/24]} # interfaces.d/x:1,2"),
                text);
        assertTrue(text.contains("tap100i0: {access: br0, mac: \"02:00:00:00:00:01\"} # qemu-server/100.conf:1"), text);
    }

    @Test
    void refusesWhatIsTooLargeOrNoTextByName() throws Exception {
        write("netplan/big.yaml", "#".repeat(HostFiles.MOST_CHARACTERS + 1));
        assertRefused("big.yaml: has more than 4 MiB: no file of a host's network is so long");
        Files.write(folder.resolve("netplan/big.yaml"), new byte[] {'a', (byte) 0xff});
        assertRefused("big.yaml: not UTF-8 text");
        Files.delete(folder.resolve("netplan/big.yaml"));
        HostFileException e = assertThrows(HostFileException.class, () -> HostFileReader.root(folder, ""));
        assertTrue(e.getMessage().contains("has none of network/interfaces, netplan"), e.getMessage());
        assertThrows(HostFileException.class, () -> HostFileReader.root(folder.resolve("nothing"), ""));
    }

    private void assertRefused(String end) {
        HostFileException e = assertThrows(HostFileException.class, () -> HostFileReader.root(folder, ""));
        assertTrue(e.getMessage().endsWith(end), e.getMessage());
    }
}
