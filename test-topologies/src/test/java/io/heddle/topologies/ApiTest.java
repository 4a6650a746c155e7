package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.client.ApiClient;
import io.heddle.client.ApiException;
import io.heddle.client.ApiResponse;
import io.heddle.client.api.NetworkApi;
import io.heddle.client.api.PiecesApi;
import io.heddle.client.api.StateApi;
import io.heddle.client.model.Operation;
import io.heddle.client.model.Port;
import io.heddle.client.model.PortRow;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The admin API as a platform uses it: through a client generated from openapi.yaml, on real switches. */
class ApiTest extends LabTest {
    private static final String FILE = """
            heddle: v1
            networks:
              red: {vlan: 200}     # tenants
              blue: {vlan: 300}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges:
                  br0:
                    datapath: netdev
                    ports:
                      vm1: {access: red}   # the first
              away: {ovsdb: "tcp:172.31.0.254:9", bridges: {br0: {ports: {x: {access: red}}}}}
            """;
    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private PiecesApi pieces;
    private StateApi state;
    private LabHost hv1;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        lab.machine(hv1, "vm1", "10.0.0.1/24");
        lab.machine(hv1, "vm2", "10.0.0.2/24");
        startController();
        controller.apply(FILE);
        ApiClient client = new ApiClient();
        pieces = new PiecesApi(client);
        state = new StateApi(client);
    }

    private static Port access(String network) {
        return new Port().access(network);
    }

    private ApiResponse<Operation> put(String port, Port value) throws ApiException {
        return pieces.putPortWithHttpInfo(
                "hv1", "br0", port, value, 30, false, "platform", null, null, null, null, null);
    }

    private String file() {
        return controller.get("network").path("files").path("network.yaml").asText();
    }

    @Test
    void createsAPortBeforeThePutIsAnswered() throws Exception {
        ApiResponse<Operation> made = put("vm2", access("red"));
        assertEquals(201, made.getStatusCode());
        assertEquals("in-sync", made.getData().getState());
        // No wait: the answer must be true at once. The unreachable host does not delay this host.
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        assertTrue(file().contains("vm1: {access: red}   # the first\n          vm2: {access: red}\n"), file());

        int version = made.getData().getVersion();
        ApiResponse<Operation> again = put("vm2", access("red"));
        assertEquals(200, again.getStatusCode());
        assertFalse(again.getData().getChanged());
        assertEquals(version, again.getData().getVersion(), "the same again is no new version");

        assertEquals(200, put("vm2", access("blue")).getStatusCode());
        assertFalse(lab.machine("vm1").pings("10.0.0.2"));
        assertEquals("blue", pieces.getPort("hv1", "br0", "vm2").getAccess());
        pieces.deletePort("hv1", "br0", "vm2", 30, false, "platform", null, null, null, null);
        assertFalse(hv1.vsctl("list-ports br0").contains("vm2"));
        assertEquals(FILE, file());
        ApiException gone = assertThrows(
                ApiException.class,
                () -> pieces.deletePort("hv1", "br0", "vm2", 30, false, null, null, null, null, null));
        assertEquals(404, gone.getCode());
    }

    @Test
    void refusesInvalidValuesWithTheirPath() throws Exception {
        ApiException wrong = assertThrows(ApiException.class, () -> put("vm2", access("reed")));
        assertEquals(422, wrong.getCode());
        JsonNode error = JSON.readTree(wrong.getResponseBody()).path("errors").path(0);
        assertEquals(
                "hosts.hv1.bridges.br0.ports.vm2.access", error.path("path").asText());
        assertTrue(error.path("detail").asText().contains("did you mean red?"), wrong.getResponseBody());
        ApiException used = assertThrows(
                ApiException.class, () -> pieces.deleteNetwork("red", 30, false, null, null, null, null, null));
        assertEquals(422, used.getCode());
        assertEquals(FILE, file());
        assertEquals(
                1,
                new NetworkApi(new ApiClient()).listVersions(null, null, null).size());
    }

    @Test
    void refusesChangesWithAStaleEtag() throws Exception {
        String tag = pieces.getPortWithHttpInfo("hv1", "br0", "vm1")
                .getHeaders()
                .get("ETag")
                .get(0);
        assertEquals(
                200,
                pieces.patchPortWithHttpInfo(
                                "hv1",
                                "br0",
                                "vm1",
                                Map.of("mac", "52:54:00:00:00:01"),
                                30,
                                false,
                                null,
                                null,
                                tag,
                                null,
                                null)
                        .getStatusCode());
        ApiException late = assertThrows(
                ApiException.class,
                () -> pieces.patchPort(
                        "hv1", "br0", "vm1", Map.of("access", "blue"), 30, false, null, null, tag, null, null));
        assertEquals(412, late.getCode());
        assertEquals(
                412,
                assertThrows(
                                ApiException.class,
                                () -> pieces.putPort(
                                        "hv1",
                                        "br0",
                                        "vm1",
                                        access("blue"),
                                        30,
                                        false,
                                        null,
                                        null,
                                        null,
                                        "*",
                                        null,
                                        null))
                        .getCode());
        assertTrue(file().contains("vm1: {access: red, mac: \"52:54:00:00:00:01\"}   # the first"), file());
        assertEquals(
                200,
                http.send(
                                HttpRequest.newBuilder(
                                                URI.create(ControllerProcess.API + "hosts/hv1/bridges/br0/ports/vm1"))
                                        .header("Content-Type", "application/merge-patch+json")
                                        .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"mac\": null}"))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode());
        assertEquals(FILE, file());
    }

    @Test
    void createsManyPortsConcurrently() throws Exception {
        ExecutorService platform = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Long>> work = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String port = "tap" + i;
                work.add(() -> {
                    long begun = System.nanoTime();
                    assertEquals(
                            201,
                            put(port, access("red").type(Port.TypeEnum.INTERNAL))
                                    .getStatusCode());
                    return (System.nanoTime() - begun) / 1_000_000;
                });
            }
            long[] millis = new long[work.size()];
            int n = 0;
            for (Future<Long> f : platform.invokeAll(work)) {
                millis[n++] = f.get();
            }
            Arrays.sort(millis);
            System.out.println("measured: a port put, 8 at once: " + millis[n / 2] + " ms median, " + millis[n - 1]
                    + " ms at most");
            assertEquals(41, hv1.vsctl("list-ports br0").lines().count());
            assertEquals(
                    41,
                    state.listPorts("hv1", null, null, null, null, null, null, null, null)
                            .size());
            List<PortRow> page = state.listPorts("hv1", "br0", null, null, "red", null, null, 10, 35);
            assertEquals(6, page.size());
        } finally {
            platform.shutdownNow();
        }
        assertEquals(41, controller.get("history").size(), "every one of them a version");
    }

    @Test
    void reportsPortCountersAndRates() throws Exception {
        put("vm2", access("red"));
        assertTrue(lab.machine("vm1")
                .script("ping -q -i 0.01 -c 300 -s 1000 10.0.0.2")
                .ok());
        ControllerProcess.until(5, "the rates of vm1", () -> {
            JsonNode port = controller
                    .get("hosts/hv1/bridges/br0/ports/vm1/state")
                    .path("interfaces")
                    .path(0);
            return port.path("rxPackets").asLong() >= 300
                    && port.path("rxRate").asLong() > 100_000
                    && port.path("txRate").asLong() > 100_000;
        });
        assertEquals("in-sync", state.bridgeState("hv1", "br0").getState());
        assertEquals("pending", state.hostState("away").getState());
        assertTrue(state.listNetworks("red", null, null, null, null)
                .get(0)
                .getHosts()
                .contains("hv1"));
    }

    @Test
    void returnsThePlanOfADryRunAndTheOperationOfALongChange() throws Exception {
        pieces.putPort("hv1", "br0", "vm2", access("red"), 30, true, null, null, null, null, null, null);
        JsonNode plan = JSON.readTree(http.send(
                        HttpRequest.newBuilder(URI.create(
                                        ControllerProcess.API + "hosts/hv1/bridges/br0/ports/vm2?dryRun=true"))
                                .header("Content-Type", "application/json")
                                .PUT(HttpRequest.BodyPublishers.ofString("{\"access\": \"red\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
        assertTrue(plan.path("hosts").toString().contains("vm2"), plan.toString());
        assertEquals(FILE, file());

        ApiResponse<Operation> later = pieces.patchHostWithHttpInfo(
                "away", Map.of("description", "bought"), 0, false, null, null, null, null, null);
        assertEquals(202, later.getStatusCode());
        String operation = later.getHeaders().get("Location").get(0);
        assertEquals("/api/v1/versions/2/state", operation);
        assertEquals(
                "pending",
                controller
                        .get(operation.replace("/api/v1/", "") + "?wait=5")
                        .path("parts")
                        .path("host away")
                        .asText());
    }

    @Test
    void resumesAnEventStreamAfterTheLastEventId() throws Exception {
        List<JsonNode> first = events("0", 3);
        put("vm2", access("red"));
        long last = first.get(1).path("id").asLong();
        List<JsonNode> rest = events(Long.toString(last), 2);
        assertEquals(last + 1, rest.get(0).path("id").asLong());
    }

    private List<JsonNode> events(String lastId, int count) throws IOException, InterruptedException {
        List<JsonNode> events = new ArrayList<>();
        HttpRequest request = HttpRequest.newBuilder(URI.create(ControllerProcess.API + "events"))
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", lastId)
                .build();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            while (events.size() < count) {
                String line = in.readLine();
                if (line.startsWith("data: ")) {
                    events.add(JSON.readTree(line.substring(6)));
                }
            }
        }
        return events;
    }
}
