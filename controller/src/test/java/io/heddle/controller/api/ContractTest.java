package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.cli.ControllerProgram;
import io.heddle.controller.Controller;
import io.heddle.golden.Golden;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Checks the running API against its description. At its start, the API itself refuses undescribed operations. */
final class ContractTest {
    private static final Contract CONTRACT = new Contract();
    private static final Path PYTHON = Path.of("../clients/python/heddle");
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String FILE =
            "heddle: v1\nnetworks: {red: {vlan: 1}}\nhosts: {hv1: {ovsdb: \"tcp:127.0.0.1:9\", bridges: {br0: {ports:"
                    + " {vm1: {access: red}, b0: {bond: {members: [a, b]}, trunk: all}}}}}}\n"
                    + "acls: [{name: web, rules: [{match: ip, action: drop}]}]\ntunnels: {type: vxlan}\n";
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("network", "red"),
            Map.entry("host", "hv1"),
            Map.entry("bridge", "br0"),
            Map.entry("port", "b0"),
            Map.entry("acl", "web"),
            Map.entry("rule", "1"),
            Map.entry("section", "tunnels"),
            Map.entry("version", "1"),
            Map.entry("logger", "io.heddle"),
            Map.entry("token", "alice"),
            Map.entry("address", "10.0.200.12"));

    @TempDir
    private static Path state;

    private static Controller controller;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        ControllerProgram.Door any = ControllerProgram.Door.plain(new InetSocketAddress("127.0.0.1", 0));
        controller = new Controller(new ControllerProgram.Options(
                Optional.empty(),
                state,
                any,
                any,
                ControllerProgram.Door.plain(new InetSocketAddress("127.0.0.1", port)),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                "admin"));
        url = "http://127.0.0.1:" + port;
        assertTrue(
                send("PUT", "/api/v1/network?wait=0", "application/yaml", FILE).statusCode() < 300);
    }

    @AfterAll
    static void stop() {
        controller.close();
    }

    private static HttpResponse<String> send(String method, String path, String type, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return HTTP.send(
                (type.isEmpty() ? request : request.header("Content-Type", type)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String filled(String path) {
        return Pattern.compile("\\{(\\w+)}")
                .matcher(path)
                .replaceAll(m -> Matcher.quoteReplacement(NAMES.get(m.group(1))));
    }

    @Test
    void whatIsDescribedIsThere() throws Exception {
        List<Contract.Operation> operations = CONTRACT.operations();
        assertTrue(operations.size() > 50, "only " + operations.size());
        for (Contract.Operation o : operations) {
            String query =
                    o.queries().contains("dryRun") ? "?dryRun=true" : o.id().equals("diff") ? "?from=1&to=1" : "";
            String body = o.method().matches("PUT|PATCH")
                    ? "{}"
                    : o.path().matches(".*/(plan|check)") && o.method().equals("POST")
                            ? FILE
                            : o.path().endsWith("/trace") ? "{\"from\": \"hv1/vm1\"}" : "";
            String type = body.equals(FILE) ? "application/yaml" : body.isEmpty() ? "" : "application/json";
            HttpResponse<String> answer = send(o.method(), filled(o.path()) + query, type, body);
            assertNotEquals(405, answer.statusCode(), o + answer.body());
            assertFalse(answer.body().contains("unknown path"), o + answer.body());
            assertTrue(answer.statusCode() < 500, o + answer.body());
            if (o.method().equals("GET") && !o.id().equals("capture")) {
                assertEquals(200, answer.statusCode(), o + answer.body());
            }
        }
    }

    @Test
    void theDocumentationHasTheDescriptionAsItIsServed() throws Exception {
        Golden.check(
                Path.of("../docs/openapi.yaml"),
                send("GET", "/openapi.yaml", "", "").body());
    }

    /** A new operation reaches the Python client by itself. */
    @Test
    void thePythonClientHasEveryOperation() throws Exception {
        Object document = new Load(LoadSettings.builder().build())
                .loadFromString(send("GET", "/openapi.yaml", "", "").body());
        PythonClient python = new PythonClient(new ObjectMapper().valueToTree(document));
        Golden.check(PYTHON.resolve("models.py"), python.models());
        Golden.check(PYTHON.resolve("operations.py"), python.operations());
    }

    @Test
    void operationsHaveNamesOfTheirOwnAndUnknownParametersAreRefused() throws Exception {
        Set<String> ids = new HashSet<>();
        for (Contract.Operation o : CONTRACT.operations()) {
            assertTrue(ids.add(o.id()), o.toString());
            HttpResponse<String> answer = send(o.method(), filled(o.path()) + "?nonsense=1", "", "");
            assertEquals(400, answer.statusCode(), o + answer.body());
            assertTrue(answer.body().contains("unknown parameter nonsense"), answer.body());
        }
    }

    @Test
    void aQuestionThatIsWrongChangesNothing() throws Exception {
        String before = send("GET", "/api/v1/network", "", "").body();
        HttpResponse<String> answer =
                send("PUT", "/api/v1/networks/green?wait=9999", "application/json", "{\"vlan\": 9}");
        assertEquals(400, answer.statusCode(), answer.body());
        assertEquals(before, send("GET", "/api/v1/network", "", "").body());
        assertEquals(
                400,
                send("PUT", "/api/v1/acls/web/rules/7", "application/json", "{\"match\": \"ip\", \"action\": \"drop\"}")
                        .statusCode());
        assertEquals(before, send("GET", "/api/v1/network", "", "").body());
    }

    @Test
    void pagesOfOtherSitesAreRefused() throws Exception {
        for (String[] header : new String[][] {{"Origin", "http://example.org"}, {"Sec-Fetch-Site", "cross-site"}}) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v1/networks/red"))
                    .DELETE()
                    .header(header[0], header[1])
                    .build();
            assertEquals(
                    403,
                    HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode(),
                    header[0]);
        }
        HttpRequest own = HttpRequest.newBuilder(URI.create(url + "/api/v1/loggers/io.heddle"))
                .header("Origin", url)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"level\": \"debug\"}"))
                .build();
        assertEquals(200, HTTP.send(own, HttpResponse.BodyHandlers.ofString()).statusCode());
    }
}
