package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.cli.ControllerProgram;
import io.heddle.controller.Controller;
import io.heddle.controller.access.Role;
import io.heddle.events.AuditLog;
import io.heddle.store.Unavailable;
import io.heddle.store.Uncertain;
import io.heddle.tls.Authorities;
import io.heddle.tls.Pem;
import io.heddle.tls.pki.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, over HTTPS. */
class AccessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = """
            heddle: v1
            networks: {red: {vlan: 200}, blue: {vlan: 300}}
            hosts:
              hv1:
                ovsdb: tcp:127.0.0.1:9
                bridges: {br0: {ports: {red-vm: {access: red}, blue-vm: {access: blue}}}}
            """;

    @TempDir
    private static Path folder;

    private static Path state;
    private static Controller controller;
    private static HttpClient client;
    private static String plain;
    private static String secure;
    private static final Map<String, String> TOKENS = new TreeMap<>();

    @BeforeAll
    static void start() throws Exception {
        state = folder.resolve("state");
        Path pki = folder.resolve("pki");
        Authority.init(pki, List.of("localhost"));
        int plainPort = freePort();
        int securePort = freePort();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        controller = new Controller(new ControllerProgram.Options(
                Optional.empty(),
                state,
                ControllerProgram.Door.plain(any),
                ControllerProgram.Door.plain(any),
                new ControllerProgram.Door(
                        Optional.of(new InetSocketAddress("127.0.0.1", plainPort)),
                        Optional.of(new InetSocketAddress("127.0.0.1", securePort))),
                List.of(),
                Optional.of(pki),
                Optional.empty(),
                "admin"));
        plain = "http://localhost:" + plainPort;
        secure = "https://localhost:" + securePort;
        client = HttpClient.newBuilder().sslContext(trusting(pki)).build();
        for (Role role : new Role[] {Role.READER, Role.OPERATOR, Role.ADMIN}) {
            TOKENS.put(role.text(), token("{\"name\": \"a-" + role.text() + "\", \"role\": \"" + role.text() + "\"}"));
        }
        TOKENS.put(
                "tenant",
                token("{\"name\": \"a-tenant\", \"role\": \"operator\", \"networks\": [\"red\"],"
                        + " \"ports\": [\"red-*\"]}"));
        assertEquals(202, send(plain, "PUT", "/api/v1/network?wait=0", "", FILE).statusCode());
    }

    @AfterAll
    static void stop() {
        controller.close();
    }

    private static String unrecorded(IOException why) {
        return new Access.Unrecorded("version 7 is accepted", why).getMessage();
    }

    /** A leader that has lost its place says "nothing was changed" of the line, not of the version. */
    @Test
    void whatIsDoneAndNotRecordedIsNotCalledRefused() {
        assertEquals(
                "version 7 is accepted, but the audit log lacks it, because etcd does not answer",
                unrecorded(new Unavailable("etcd has not answered for 9 s, so nothing was changed", null)));
        assertEquals(
                "version 7 is accepted, but it is not known whether the audit log has it",
                unrecorded(new Uncertain("another controller leads meanwhile", null)));
        assertEquals(
                "version 7 is accepted, but the audit log lacks it, because the controller is stopping",
                unrecorded(new ClosedByInterruptException()));
        assertEquals(
                "version 7 is accepted, but the audit log lacks it, because the disk is full",
                unrecorded(new IOException("the disk is full")));
    }

    /** The end of the controller, which is the cause, must not hide what was done. */
    @Test
    void theAnswerSaysWhatIsDone() {
        List<Integer> statuses = new ArrayList<>();
        for (IOException why : List.of(
                new ClosedByInterruptException(), new Unavailable("no answer", null), new IOException("no room"))) {
            Failures.Failure answer = Failures.failure(new Access.Unrecorded("version 7 is accepted", why));
            statuses.add(answer.status());
            assertTrue(answer.detail().startsWith("version 7 is accepted, but "), answer.detail());
        }
        assertEquals(List.of(503, 503, 500), statuses);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static SSLContext trusting(Path pki) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {Authorities.trust(Pem.certificates(pki.resolve("controllers-cacert.pem")))},
                null);
        return context;
    }

    private static String token(String wish) throws Exception {
        HttpResponse<String> made = send(plain, "POST", "/api/v1/tokens", "", wish);
        assertEquals(200, made.statusCode(), made.body());
        return JSON.readTree(made.body()).path("token").asText();
    }

    private static HttpResponse<String> send(String url, String method, String path, String token, String body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Content-Type", body.startsWith("heddle:") ? "application/yaml" : "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String detail(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body()).path("detail").asText();
    }

    @Test
    void everyOperationNeedsItsRole() throws Exception {
        List<String> wrong = new ArrayList<>();
        int asked = 0;
        for (Contract.Operation o : new Contract().operations()) {
            for (Role role : Role.values()) {
                String path = o.path().replaceAll("\\{\\w+}", "nothing");
                int status = send(secure, o.method(), path, TOKENS.getOrDefault(role.text(), ""), "")
                        .statusCode();
                boolean refused = status == 401 || status == 403;
                // To sign in takes a token in the body: without one, the answer is 401 too.
                if (role.covers(o.role()) == refused && !o.id().equals("signIn")) {
                    wrong.add(o.id() + " as " + role.text() + ": " + status);
                }
                asked++;
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(asked > 300, "operations and roles: " + asked);
        assertEquals(
                401, send(secure, "GET", "/api/v1/status", "heddle_wrong", "").statusCode());
    }

    @Test
    void aTenantChangesOnlyWhatItMay() throws Exception {
        String own = "/api/v1/hosts/hv1/bridges/br0/ports/red-vm?wait=0";
        String tenant = TOKENS.get("tenant");
        assertTrue(send(secure, "PATCH", own, tenant, "{\"ingress-rate\": \"5mbit\"}")
                        .statusCode()
                < 300);
        String before = send(plain, "GET", "/api/v1/network", "", "").body();
        HttpResponse<String> other = send(secure, "DELETE", own.replace("red-vm", "blue-vm"), tenant, "");
        assertEquals(403, other.statusCode());
        assertEquals(
                "you may change networks red and ports red-*, but the change also touches port hv1/br0/blue-vm:"
                        + " nothing was changed",
                detail(other));
        HttpResponse<String> whole = send(
                secure,
                "PUT",
                "/api/v1/network?wait=0",
                tenant,
                FILE.replace("blue: {vlan: 300}", "blue: {vlan: 300, subnet: 10.0.0.0/24}"));
        assertEquals(403, whole.statusCode());
        assertTrue(detail(whole).contains("network blue"), detail(whole));
        assertEquals(before, send(plain, "GET", "/api/v1/network", "", "").body(), "refused as a whole");
        assertEquals(
                403,
                send(secure, "GET", "/api/v1/capture?host=hv1&port=red-vm", tenant, "")
                        .statusCode());
        assertTrue(send(plain, "GET", "/api/v1/history", "", "").body().contains("a-tenant"));
    }

    @Test
    void knowsAProxyFromALocalUser() throws Exception {
        HttpRequest forwarded = HttpRequest.newBuilder(URI.create(plain + "/api/v1/status"))
                .header("X-Forwarded-For", "192.0.2.9")
                .build();
        assertEquals(
                401,
                client.send(forwarded, HttpResponse.BodyHandlers.ofString()).statusCode());
        assertEquals(
                401, send(secure, "POST", "/api/v1/plan", "", "x".repeat(5000)).statusCode());
    }

    @Test
    void recordsWhoHasDoneWhat() throws Exception {
        String operator = TOKENS.get("operator");
        String path = "/api/v1/networks/green";
        assertTrue(send(secure, "PUT", path + "?wait=0", operator, "{\"vlan\": 400}")
                        .statusCode()
                < 300);
        assertTrue(send(secure, "DELETE", path + "?wait=0", operator, "").statusCode() < 300);
        assertEquals(403, send(secure, "DELETE", path, TOKENS.get("reader"), "").statusCode());
        assertEquals(
                422, send(secure, "PUT", path, operator, "{\"vlan\": 9999}").statusCode());
        String log = Files.readString(state.resolve("audit.log"));
        assertTrue(
                log.matches("(?s).*\"who\":\"a-operator\",\"from\":\"127.0.0.1\",\"what\":\"PUT " + path
                        + "\",\"outcome\":\"version \\d+\".*"),
                log);
        assertTrue(
                log.contains("\"who\":\"a-reader\",\"from\":\"127.0.0.1\",\"what\":\"DELETE " + path
                        + "\",\"outcome\":\"refused: a-reader has the role reader"),
                log);
        assertTrue(log.contains("networks.green.vlan: expected a VLAN number"), log);
        assertTrue(log.contains("\"outcome\":\"token a-admin, admin, the whole network\""), log);
        assertTrue(log.contains("\"who\":\"local\""), log);
        TOKENS.values().forEach(secret -> assertFalse(log.contains(secret), "a secret in the log"));
        assertEquals("", AuditLog.verify(state).fault());
        String stored = Files.readString(state.resolve("tokens.json"));
        TOKENS.values().forEach(secret -> assertFalse(stored.contains(secret), "a secret on disk"));
    }

    @Test
    void aBrowserSignsInWithAToken() throws Exception {
        String secret = token("{\"name\": \"browser\", \"role\": \"reader\"}");
        String sign = "{\"token\": \"" + secret + "\"}";
        assertEquals(400, send(plain, "POST", "/api/v1/session", "", sign).statusCode(), "not without TLS");
        assertEquals(
                401,
                send(secure, "POST", "/api/v1/session", "", "{\"token\": \"x\"}")
                        .statusCode());
        HttpResponse<String> in = send(secure, "POST", "/api/v1/session", "", sign);
        String cookie = in.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(
                cookie.contains("HTTPOnly") && cookie.contains("Secure") && cookie.contains("SameSite=Strict"), cookie);
        String session = cookie.replaceFirst(";.*", "");
        assertEquals(200, withCookie(session, "GET", "/api/v1/status").statusCode());
        assertEquals(403, withCookie(session, "DELETE", "/api/v1/networks/red").statusCode());
        withCookie(session, "DELETE", "/api/v1/session");
        assertEquals(401, withCookie(session, "GET", "/api/v1/status").statusCode(), "signed out");
        String again = send(secure, "POST", "/api/v1/session", "", sign)
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .replaceFirst(";.*", "");
        send(plain, "DELETE", "/api/v1/tokens/browser", "", "");
        assertEquals(401, withCookie(again, "GET", "/api/v1/status").statusCode(), "its token is gone");
    }

    private static HttpResponse<String> withCookie(String cookie, String method, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(secure + path))
                        .header("Cookie", cookie)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What a form says must not count as what the query says. */
    @Test
    void noChangeHidesFromTheAuditLog() throws Exception {
        token("{\"name\": \"hidden\", \"role\": \"reader\"}");
        HttpRequest form = HttpRequest.newBuilder(URI.create(plain + "/api/v1/tokens/hidden"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method("DELETE", HttpRequest.BodyPublishers.ofString("dryRun=true"))
                .build();
        assertEquals(
                200, client.send(form, HttpResponse.BodyHandlers.ofString()).statusCode());
        assertTrue(Files.readString(state.resolve("audit.log")).contains("DELETE /api/v1/tokens/hidden"));
    }

    @Test
    void aLongMessageDoesNotFillTheAuditLog() throws Exception {
        String wrong = "heddle: v1\nnetworks: {" + "x".repeat(100_000) + ": {vlan: 9999}}\n";
        assertEquals(
                422,
                send(secure, "PUT", "/api/v1/network", TOKENS.get("operator"), wrong)
                        .statusCode());
        Files.readAllLines(state.resolve("audit.log"))
                .forEach(line -> assertTrue(line.length() < 2500, "a line of " + line.length()));
    }

    @Test
    void refusesWishesThatMakeNoSense() throws Exception {
        for (String[] wish : new String[][] {
            {"{\"name\": \"x\", \"role\": \"root\"}", "expected a role: reader, operator or admin, found \"root\""},
            {"{\"name\": \"local\", \"role\": \"reader\"}", "and not api, controller, local, nobody"},
            {"{\"name\": \"x\", \"role\": \"admin\", \"networks\": [\"red\"]}", "cannot restrict an admin"},
            {"{\"name\": \"x\", \"role\": \"reader\", \"expires\": \"2001-01-01T00:00:00Z\"}", "a future time"},
            {"{\"name\": \"x\", \"role\": \"reader\", \"network\": [\"red\"]}", "unknown key network"},
            {"[]", "expected a JSON object"},
            {"{\"name\": \"x\", \"role\": \"operator\", \"ports\": [\"vm7\"]}", "which networks they may carry"},
        }) {
            HttpResponse<String> answer = send(plain, "POST", "/api/v1/tokens", "", wish[0]);
            assertEquals(400, answer.statusCode());
            assertTrue(detail(answer).contains(wish[1]), detail(answer));
        }
    }

    @Test
    void aTokenEnds() throws Exception {
        String secret = token("{\"name\": \"short\", \"role\": \"reader\", \"expires\": \""
                + Instant.now().plusMillis(1500) + "\"}");
        assertEquals(200, send(secure, "GET", "/api/v1/status", secret, "").statusCode());
        Thread.sleep(2000);
        assertEquals(401, send(secure, "GET", "/api/v1/status", secret, "").statusCode());
    }
}
