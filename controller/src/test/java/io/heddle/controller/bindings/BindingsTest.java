package io.heddle.controller.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.config.NetworkFile;
import io.heddle.events.Journal;
import io.heddle.flows.model.Binding;
import io.heddle.flows.model.NetworkModel;
import io.heddle.store.Replica;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of the interfaces that hosts speak of are a port's. */
class BindingsTest {
    private static final String FILE = """
            heddle: v1
            networks: {red: {vlan: 200, vni: 200}, also200: {vlan: 200, vni: 201}, blue: {vlan: 300}}
            ports:
              web1: {iface-id: one, access: red}
              web2: {iface-id: two, access: blue, hosts: [hv2]}
            hosts:
              hv1:
                ovsdb: tcp:192.0.2.1:6640
                bridges: {br0: {ports: {up: {trunk: all}, vnet1: {access: red}}}, br1: {ports: {}}}
              hv2:
                ovsdb: tcp:192.0.2.2:6640
                bridges: {br0: {ports: {}}, other: {ports: {x: {access: also200}}}}
            """;

    @TempDir
    private Path folder;

    private Journal journal;
    private Bindings bindings;

    @BeforeEach
    void open() throws IOException {
        journal = new Journal(folder);
        bindings = new Bindings(StateFolder.of(folder), journal);
    }

    @AfterEach
    void close() {
        bindings.close();
        journal.close();
    }

    private void restart() throws IOException {
        close();
        open();
    }

    private static NetworkModel model(String text) throws Exception {
        return NetworkFile.parse(Map.of("n.yaml", text));
    }

    private static Claim claim(String place, String id) {
        String[] parts = place.split("/");
        return new Claim(parts[0], parts[1], parts[2], id);
    }

    private static Set<Claim> claims(String id, String... places) {
        return Stream.of(places).map(p -> claim(p, id)).collect(java.util.stream.Collectors.toSet());
    }

    /** The places of a port, that in effect first; the others in parentheses. */
    private List<String> places(NetworkModel model, String port) {
        NetworkModel bound = bindings.bind(model);
        bindings.inForce(model, bound);
        Stream<String> inEffect = bound.found(port).stream()
                .map(at -> at.place() + "/" + at.port().interfaces().get(0));
        Stream<String> standby = bound.places().stream()
                .filter(p -> p.bridge().ports().containsKey(port))
                .filter(p ->
                        p.bridge().ports().get(port).roaming().orElseThrow().standby())
                .map(p -> "(" + p + "/"
                        + p.bridge().ports().get(port).interfaces().get(0) + ")");
        return Stream.concat(inEffect, standby).toList();
    }

    private String events() {
        return journal.since(0).toString();
    }

    private static Binding at(String place) {
        String[] parts = place.split("/");
        return new Binding("web1", parts[0], parts[1], parts[2]);
    }

    @Test
    void theFirstHoldsUntilTheGuestSpeaksElsewhere() throws Exception {
        NetworkModel model = model(FILE);
        assertSame(NetworkModel.NOWHERE, model.ports().get(3).place());
        assertEquals(List.of(), places(model, "web1"));
        assertTrue(bindings.told("hv2", claims("iface-id=one", "hv2/br0/tap1")));
        assertEquals(List.of("hv2/br0/tap1"), places(model, "web1"));
        assertTrue(bindings.told("hv1", claims("iface-id=one", "hv1/br0/tap9")));
        assertFalse(bindings.told("hv1", claims("iface-id=one", "hv1/br0/tap9")), "no news");
        assertEquals(List.of("hv2/br0/tap1", "(hv1/br0/tap9)"), places(model, "web1"));
        assertTrue(bindings.moved(at("hv1/br0/tap9")));
        assertFalse(bindings.moved(at("hv1/br0/nobody")));
        assertEquals(List.of("hv1/br0/tap9", "(hv2/br0/tap1)"), places(model, "web1"));
        restart();
        assertEquals(List.of("hv1/br0/tap9", "(hv2/br0/tap1)"), places(model, "web1"));
        assertTrue(bindings.told("hv1", Set.of()));
        assertEquals(List.of("hv2/br0/tap1"), places(model, "web1"));
        assertTrue(bindings.told("hv2", Set.of()));
        assertEquals(List.of(), places(model, "web1"));
        restart();
        assertEquals(List.of(), places(model, "web1"));
        bindings.close();
        assertFalse(Files.exists(folder.resolve("bindings")), "an earlier Heddle does not know this file");
    }

    @Test
    void aHostHasOnlyWhatTheFileLetsItHave() throws Exception {
        NetworkModel model = model(FILE);
        bindings.told("hv1", claims("iface-id=two", "hv1/br0/tap2"));
        assertEquals(List.of(), places(model, "web2"));
        assertTrue(
                events().contains("cannot be port web2, by whose iface-id=two it is known: its hosts are hv2"),
                events());
        bindings.told("hv1", claims("iface-id=one", "hv1/br0/vnet1"));
        assertEquals(List.of(), places(model, "web1"));
        assertTrue(events().contains("the network file declares vnet1 as a port of this host"), events());
        bindings.told("hv2", claims("iface-id=one", "hv2/other/tap3"));
        assertEquals(List.of(), places(model, "web1"));
        assertTrue(events().contains("networks red and also200, both VLAN 200"), events());
        bindings.told("hv2", claims("iface-id=one", "hv2/none/tap3"));
        assertEquals(List.of(), places(model, "web1"));
        assertTrue(events().contains("the network file has no bridge hv2/none"), events());
        bindings.told("hv1", claims("iface-id=one", "hv1/br1/tap4", "hv1/br0/tap5"));
        assertEquals(1, places(model, "web1").size(), "one of them");
        assertTrue(events().contains("another interface of this host has it already"), events());
    }

    @Test
    void anotherFileKeepsThePlacesOfItsPorts() throws Exception {
        NetworkModel model = model(FILE);
        bindings.told("hv1", claims("iface-id=one", "hv1/br0/tap1"));
        assertEquals(List.of("hv1/br0/tap1"), places(model, "web1"));
        NetworkModel renamed = model(FILE.replace("web1:", "shop:").replace("vnet1: {access: red}", ""));
        assertEquals(List.of("hv1/br0/tap1"), places(renamed, "shop"));
        assertTrue(
                bindings.bind(renamed)
                        .hosts()
                        .get("hv1")
                        .bridges()
                        .get("br0")
                        .networks()
                        .contains("red"),
                "a trunk of all VLANs carries what comes");
        places(model("heddle: v1\n"), "web1");
        NetworkModel without = model(FILE.replaceFirst("(?s)  hv1:.*(?=  hv2)", ""));
        assertEquals(List.of(), places(without, "web1"));
        assertEquals(List.of("hv1/br0/tap1"), places(model, "web1"), "the host does not tell it again");
    }

    @Test
    void anInterfaceIsOnePortOnly() throws Exception {
        NetworkModel model =
                model(FILE.replace("hosts: [hv2]}", "hosts: [hv2]}\n  web3: {interface: tap1, access: blue}"));
        bindings.told("hv1", Set.of(claim("hv1/br0/tap1", "iface-id=one"), claim("hv1/br0/tap1", "interface=tap1")));
        assertEquals(List.of("hv1/br0/tap1"), places(model, "web1"));
        assertEquals(List.of(), places(model, "web3"));
        assertTrue(events().contains("by whose interface=tap1 it is known: it is port web1 already"), events());
    }

    @Test
    void aWrongLineOfTheFileIsLeftOut() throws Exception {
        close();
        Files.writeString(folder.resolve("bindings"), "nonsense\nhv1 br0 tap1 in-effect iface-id=one\n\nhv1 br0\n");
        open();
        assertEquals(List.of("hv1/br0/tap1"), places(model(FILE), "web1"));
    }

    /** A host tells its claims once, also while another version is in force. */
    @Test
    void aVersionThatIsTakenBackLosesNoPlace() throws Exception {
        NetworkModel model = model(FILE);
        bindings.told("hv1", claims("iface-id=one", "hv1/br0/tap1"));
        places(model, "web1");
        bindings.told("hv2", claims("iface-id=one", "hv2/br0/tap2"));
        places(model, "web1");
        bindings.moved(at("hv2/br0/tap2"));
        assertEquals(List.of("hv2/br0/tap2", "(hv1/br0/tap1)"), places(model, "web1"));
        places(model(FILE.replaceFirst("  web1.*\n", "")), "web2");
        assertEquals(List.of("hv2/br0/tap2", "(hv1/br0/tap1)"), places(model, "web1"));
    }

    /** Networks red and blue have one VLAN, so that only one of two ports can be on a bridge. */
    @Test
    void aPortIsInEffectWhereItMayBe() throws Exception {
        NetworkModel model = model(FILE.replace("blue: {vlan: 300}", "blue: {vlan: 200}")
                .replace(", vnet1: {access: red}", "")
                .replace("other: {ports: {x: {access: also200}}}", "other: {ports: {}}")
                .replace(", hosts: [hv2]", ""));
        bindings.told("hv1", Set.of(claim("hv1/br1/tap1", "iface-id=one"), claim("hv1/br1/tap2", "iface-id=two")));
        assertEquals(List.of("hv1/br1/tap1"), places(model, "web1"));
        assertEquals(List.of(), places(model, "web2"));
        assertTrue(events().contains("networks blue and red, both VLAN 200"), events());
        bindings.told("hv2", claims("iface-id=two", "hv2/br0/tap2"));
        assertEquals(List.of("hv2/br0/tap2"), places(model, "web2"), "its other claim cannot be in effect");
    }

    @Test
    void theNameOfAPortIsNotThatOfItsInterface() throws Exception {
        NetworkModel model =
                model(FILE.replace("hosts: [hv2]}", "hosts: [hv2]}\n  vnet7: {iface-id: three, access: red}"));
        bindings.told("hv2", Set.of(claim("hv2/br0/vnet7", "iface-id=two"), claim("hv2/br0/vnet3", "iface-id=three")));
        assertEquals(List.of("hv2/br0/vnet7"), places(model, "web2"));
        assertEquals(List.of("hv2/br0/vnet3"), places(model, "vnet7"));
        NetworkModel reversed = model(FILE.replace("  web1:", "  vnet7: {iface-id: three, access: red}\n  web1:"));
        assertEquals(List.of("hv2/br0/vnet7"), places(reversed, "web2"));
        assertEquals(List.of("hv2/br0/vnet3"), places(reversed, "vnet7"));
    }

    @Test
    void whatTheNetworkRefusesIsNotWritten() throws Exception {
        NetworkModel model = model(FILE);
        bindings.told("hv1", claims("iface-id=two", "hv1/br0/tap2"));
        bindings.told("hv2", claims("iface-id=one", "hv2/br0/tap1"));
        places(model, "web1");
        bindings.close();
        assertEquals("hv2 br0 tap1 in-effect iface-id=one", Files.readString(folder.resolve("bindings")));
    }

    @Test
    void refusalsDoNotPushOutOtherEvents() throws Exception {
        NetworkModel model = model(FILE);
        for (int i = 0; i < 200; i++) {
            bindings.told("hv1", claims("iface-id=two", "hv1/br0/tap" + i));
            places(model, "web2");
        }
        assertTrue(journal.since(0).size() < 50, journal.since(0).size() + " events");
    }

    /** The second place of the state folder is silent at the moment in which a guest moves. */
    @Test
    void aFailedWriteIsTriedAgain() throws Exception {
        close();
        AtomicInteger failures = new AtomicInteger(1);
        List<String> put = new CopyOnWriteArrayList<>();
        journal = new Journal(folder);
        bindings = new Bindings(new StateFolder(folder, new SilentAtFirst(failures, put)), journal);
        bindings.told("hv2", claims("iface-id=one", "hv2/br0/tap1"));
        places(model(FILE), "web1");
        for (int i = 0; i < 500 && put.isEmpty(); i++) {
            Thread.sleep(10);
        }
        assertTrue(events().contains("it is silent"), events());
        assertEquals(List.of("hv2 br0 tap1 in-effect iface-id=one"), put);
    }

    private record SilentAtFirst(AtomicInteger failures, List<String> put) implements Replica {
        @Override
        public void put(String name, byte[] content) throws IOException {
            if (failures.getAndDecrement() > 0) {
                throw new IOException("it is silent");
            }
            put.add(new String(content, StandardCharsets.UTF_8));
        }

        @Override
        public void append(String name, byte[] more) {}

        @Override
        public void delete(String name) {}

        @Override
        public void broken(String why) {}
    }
}
