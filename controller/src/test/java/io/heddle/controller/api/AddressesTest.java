package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.cli.ControllerProgram;
import io.heddle.controller.Controller;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses that Heddle chooses, over the API of a whole controller. */
class AddressesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = """
            heddle: v1
            networks:
              red: {vlan: 200, subnet: [10.0.0.0/28, "fd00::/64"], gateway: 10.0.0.1}
              plain: {vlan: 300}
            hosts:
              hv1:
                ovsdb: tcp:127.0.0.1:9
                bridges:
                  br0:
                    ports:
                      vm1: {access: red, address: auto}   # the first
                      vm2:
                        access: red
                        mac: "02:00:00:00:00:02"
                        address: auto
                      vm3: {access: red, address: [10.0.0.3/28]}
            """;

    @TempDir
    private Path state;

    private final HttpClient client = HttpClient.newHttpClient();
    private Controller controller;
    private String url;

    @BeforeEach
    void start() throws Exception {
        int port = ServerUnderTest.freePort();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        controller = new Controller(new ControllerProgram.Options(
                Optional.empty(),
                state,
                ControllerProgram.Door.plain(any),
                ControllerProgram.Door.plain(any),
                ControllerProgram.Door.plain(new InetSocketAddress("127.0.0.1", port)),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                "admin"));
        url = "http://localhost:" + port + "/api/v1/";
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    private HttpResponse<String> send(String method, String path, String type, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .header("Content-Type", type)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode json(String method, String path, String body) throws Exception {
        return JSON.readTree(send(method, path, "application/json", body).body());
    }

    private String apply(String file) throws Exception {
        return send("PUT", "network?wait=0", "application/yaml", file).body();
    }

    private String text() throws Exception {
        return json("GET", "network", "").at("/files/network.yaml").asText();
    }

    @Test
    void aFileGetsTheSameAddressesAgain() throws Exception {
        JsonNode plan =
                JSON.readTree(send("POST", "plan", "application/yaml", FILE).body());
        assertTrue(plan.path("switches").toString().contains("nw_src=10.0.0.4"), plan.toString());
        assertEquals(0, json("GET", "addresses", "").size(), "a plan reserves nothing");
        apply(FILE);
        assertTrue(text().contains("vm1: {access: red, address: [10.0.0.2/28, \"fd00::1/64\"]}   # the first"), text());
        assertTrue(text().contains("        address: [10.0.0.4/28, \"fd00::2/64\"]"), text());
        String first = text();
        assertEquals(1, JSON.readTree(apply(FILE)).path("version").asInt(), "nothing has changed");
        // A port goes, another comes: nobody moves.
        apply(FILE.replaceFirst("vm1: .*", "new: {access: red, address: auto}"));
        assertTrue(text().contains("new: {access: red, address: [10.0.0.5/28, \"fd00::3/64\"]}"), text());
        assertTrue(text().contains("[10.0.0.4/28, \"fd00::2/64\"]"), text());
        controller.close();
        start();
        apply(FILE);
        assertEquals(first, text());
        // With its MAC, a machine takes its address to another port.
        apply(FILE.replace("vm2:", "moved:"));
        assertTrue(text().contains("[10.0.0.4/28, \"fd00::2/64\"]"), text());
        JsonNode row = json("GET", "addresses?network=red&address=10.0.0.4", "").get(0);
        assertEquals("declared", row.path("source").asText());
        assertEquals("moved", row.path("port").asText());
        assertEquals(
                "gateway",
                json("GET", "addresses?address=10.0.0.1", "")
                        .get(0)
                        .path("source")
                        .asText());
    }

    @Test
    void aPieceGetsOneToo() throws Exception {
        apply(FILE.replace("auto", "[10.0.0.7/28]").replaceFirst("7/28", "8/28"));
        json("PUT", "hosts/hv1/bridges/br0/ports/vm9?wait=0", "{\"access\": \"red\", \"address\": \"auto\"}");
        JsonNode port = json("GET", "hosts/hv1/bridges/br0/ports/vm9", "");
        assertEquals("[\"10.0.0.2/28\",\"fd00::1/64\"]", port.path("address").toString());
        // A declared address that becomes automatic stays.
        json("PATCH", "hosts/hv1/bridges/br0/ports/vm3?wait=0", "{\"address\": \"auto\"}");
        port = json("GET", "hosts/hv1/bridges/br0/ports/vm3", "");
        assertEquals("[\"10.0.0.3/28\",\"fd00::2/64\"]", port.path("address").toString());
    }

    private int reserved() throws Exception {
        int count = 0;
        for (JsonNode row : json("GET", "addresses", "")) {
            count += row.path("reservedFor").asText().isEmpty() ? 0 : 1;
        }
        return count;
    }

    /** Nobody would give these back. */
    @Test
    void whatIsRefusedReservesNothing() throws Exception {
        String broken = FILE + "expect: [vm1 can reach vm3/22]\nacls: [{name: none, default: drop}]\n";
        String refused = apply(broken);
        assertTrue(refused.contains("the check of the network failed"), refused);
        assertEquals(0, reserved());
        apply(FILE.replace("auto", "[10.0.0.7/28]").replaceFirst("7/28", "8/28"));
        String overtaken =
                send("PUT", "network?wait=0&base=77", "application/yaml", FILE).body();
        assertTrue(overtaken.contains("the change was made from version 77"), overtaken);
        assertEquals(0, reserved());
    }

    @Test
    void refusesWhatCannotBeChosen() throws Exception {
        assertTrue(
                apply(FILE.replaceFirst("access: red", "access: plain")).contains("needs a subnet of network plain"));
        assertTrue(apply(FILE.replaceFirst("access: red, address", "trunk: [red], address"))
                .contains("needs access: a network with a subnet"));
        String full = FILE.replace("10.0.0.0/28", "10.0.0.0/30").replace(", address: [10.0.0.3/28]", "");
        String answer = apply(full);
        assertTrue(answer.contains("no address of 10.0.0.0/30 in network red is free"), answer);
        assertTrue(answer.contains("hosts.hv1.bridges.br0.ports.vm2.address"), answer);
    }

    @Test
    void reservesForNamesAndMacs() throws Exception {
        apply(FILE);
        JsonNode made = json("POST", "networks/red/addresses", "{\"name\": \"db1\"}");
        assertEquals("10.0.0.5/28", made.path("cidr").asText());
        assertEquals(
                "10.0.0.5",
                json("POST", "networks/red/addresses", "{\"name\": \"db1\"}")
                        .path("address")
                        .asText());
        assertEquals(
                "10.0.0.6",
                json("POST", "networks/red/addresses", "{\"mac\": \"02:00:00:00:00:0A\"}")
                        .path("address")
                        .asText());
        assertEquals(
                "02:00:00:00:00:0a",
                json("GET", "addresses?address=10.0.0.6", "")
                        .get(0)
                        .path("reservedFor")
                        .asText());
        assertEquals(
                "fd00::3",
                json("POST", "networks/red/addresses", "{\"name\": \"db1\", \"version\": 6}")
                        .path("address")
                        .asText());
        JsonNode taken = json("POST", "networks/red/addresses", "{\"name\": \"x\", \"address\": \"10.0.0.5\"}");
        assertEquals(
                "10.0.0.5 is already reserved for db1", taken.path("detail").asText());
        assertEquals(409, taken.path("status").asInt());
        assertEquals(
                400, json("POST", "networks/red/addresses", "{}").path("status").asInt());
        assertEquals(
                404,
                json("POST", "networks/green/addresses", "{\"name\": \"x\"}")
                        .path("status")
                        .asInt());
        assertEquals(
                "db1",
                json("DELETE", "networks/red/addresses/10.0.0.5", "")
                        .path("reservedFor")
                        .asText());
        assertEquals(
                404,
                json("DELETE", "networks/red/addresses/10.0.0.5", "")
                        .path("status")
                        .asInt());
        assertEquals(
                "10.0.0.7",
                json("POST", "networks/red/addresses", "{\"name\": \"x\"}")
                        .path("address")
                        .asText());
    }
}
