package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.heddle.cli.ControllerProgram;
import io.heddle.controller.Controller;
import io.heddle.tls.Authorities;
import io.heddle.tls.Pem;
import io.heddle.tls.pki.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users of the admin API with tokens of an issuer. */
class OidcTest {
    private static final String ISSUER = "https://id.example/realm";

    @TempDir
    private static Path folder;

    private static ECKey key;
    /** Checking its signatures takes long. */
    private static ECKey slow;

    private static Controller controller;
    private static HttpClient client;
    private static int plainPort;
    private static String plain;
    private static String secure;

    @BeforeAll
    static void start() throws Exception {
        Path pki = folder.resolve("pki");
        Authority.init(pki, List.of("localhost"));
        SSLContext trust = SSLContext.getInstance("TLS");
        trust.init(
                null,
                new TrustManager[] {Authorities.trust(Pem.certificates(pki.resolve("controllers-cacert.pem")))},
                null);
        client = HttpClient.newBuilder().sslContext(trust).build();
        key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        slow = new ECKeyGenerator(Curve.P_521).keyID("slow").generate();
        Path keys = Files.writeString(folder.resolve("keys.json"), new JWKSet(List.of(key, slow)).toString());
        plainPort = freePort();
        int securePort = freePort();
        controller = new Controller(options(pki, keys.toString(), plainPort, securePort));
        plain = "http://localhost:" + plainPort;
        secure = "https://localhost:" + securePort;
        register("{\"name\": \"alice\", \"oidcSubject\": \"s-1\", \"role\": \"admin\"}");
        register("{\"name\": \"staff\", \"oidcGroup\": \"staff\", \"role\": \"reader\"}");
        register("{\"name\": \"netops\", \"oidcGroup\": \"net\", \"role\": \"operator\"}");
    }

    private static ControllerProgram.Options options(Path pki, String keys, int plainPort, int securePort) {
        ControllerProgram.Door any =
                ControllerProgram.Door.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new ControllerProgram.Options(
                Optional.empty(),
                folder.resolve("state"),
                any,
                any,
                new ControllerProgram.Door(
                        Optional.of(new InetSocketAddress("127.0.0.1", plainPort)),
                        Optional.of(new InetSocketAddress("127.0.0.1", securePort))),
                List.of(),
                Optional.of(pki),
                Optional.empty(),
                new ControllerProgram.Users(
                        "admin", Optional.empty(), Optional.of(new ControllerProgram.Oidc(ISSUER, "heddle", keys))));
    }

    @AfterAll
    static void stop() {
        controller.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static String token(String subject, int seconds, String... groups) throws Exception {
        return token(JWSAlgorithm.ES256, key, subject, seconds, groups);
    }

    private static String token(JWSAlgorithm algorithm, ECKey by, String subject, int seconds, String... groups)
            throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(algorithm).keyID(by.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience("heddle")
                        .subject(subject)
                        .expirationTime(Date.from(Instant.now().plusSeconds(seconds)))
                        .claim("groups", List.of(groups))
                        .build());
        jwt.sign(new ECDSASigner(by));
        return jwt.serialize();
    }

    private static HttpResponse<String> send(String method, String url, String header, String value, String body)
            throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header(header, value)
                        .header("Content-Type", body.startsWith("heddle:") ? "application/yaml" : "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> send(String method, String path, String token, String body) throws Exception {
        return send(method, secure + "/api/v1/" + path, "Authorization", "Bearer " + token, body);
    }

    private static HttpResponse<String> register(String wish) throws Exception {
        return send("POST", plain + "/api/v1/tokens", "X-Nothing", "x", wish);
    }

    @Test
    void aSubjectOrAGroupHasARole() throws Exception {
        String me = send("GET", "me", token("s-1", 60, "staff"), "").body();
        assertTrue(me.matches("(?s).*\"alice \\(s-1\\)\".*\"admin\".*"), me);
        me = send("GET", "me", token("s-2", 60, "staff", "net", "cooks"), "").body();
        assertTrue(me.matches("(?s).*\"netops \\(s-2\\)\".*\"operator\".*"), me);
        HttpResponse<String> unknown = send("GET", "me", token("s-2", 60, "cooks"), "");
        assertEquals(401, unknown.statusCode());
        assertTrue(unknown.body().contains("s-2 may do nothing here"), unknown.body());
        assertEquals(401, send("GET", "me", token("alice", 60), "").statusCode(), "a registered name is no subject");
        assertEquals(401, send("GET", "me", token("s-1", -61), "").statusCode());
        String good = token("s-1", 60);
        assertEquals(
                401,
                send("GET", "me", good.replaceFirst("\\.[^.]*\\.", ".e30."), "").statusCode());
        assertEquals(401, send("GET", "me", "a.b.c", "").statusCode());
    }

    /** The body waits while the signature is checked. */
    @Test
    void theAuditLogNamesTheSubject() throws Exception {
        String file = "heddle: v1\nnetworks: {red: {vlan: 200}}\n#" + "x".repeat(3_000_000) + "\n";
        String operator = token("s-3", 60, "net");
        assertTrue(send("PUT", "network?wait=0", operator, file).statusCode() < 300);
        assertEquals(
                403,
                send("PUT", "network?wait=0", token("s-4", 60, "staff"), file).statusCode());
        String log = Files.readString(folder.resolve("state/audit.log"));
        assertTrue(log.contains("\"who\":\"netops (s-3)\""), log);
        assertTrue(log.contains("\"who\":\"staff (s-4)\""), log);
        assertTrue(send("GET", "history", operator, "").body().contains("netops (s-3)"));
    }

    @Test
    void aBrowserSignsInWithIt() throws Exception {
        String body = "{\"token\": \"" + token("s-5", -58, "staff") + "\"}";
        HttpResponse<String> in = send("POST", secure + "/api/v1/session", "X-Nothing", "x", body);
        assertEquals(200, in.statusCode(), in.body());
        String cookie = in.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
        assertEquals(
                200,
                send("GET", secure + "/api/v1/status", "Cookie", cookie, "").statusCode());
        Thread.sleep(2500);
        assertEquals(
                401,
                send("GET", secure + "/api/v1/status", "Cookie", cookie, "").statusCode(),
                "it ends with its token");
        assertEquals(
                401,
                send("POST", secure + "/api/v1/session", "X-Nothing", "x", "{\"token\": \"a.b.c\"}")
                        .statusCode());
    }

    @Test
    void aClientThatLeavesWhileItsTokenIsCheckedKeepsNoPlace() throws Exception {
        String token = token(JWSAlgorithm.ES512, slow, "s-1", 600);
        byte[] request = ("GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 1000; i++) {
            try (Socket leaving = new Socket("127.0.0.1", plainPort)) {
                leaving.getOutputStream().write(request);
            }
        }
        assertEquals(200, send("GET", "status", token, "").statusCode(), "this one waits for those before it");
        assertEquals(200, send("GET", "status", token, "").statusCode());
    }

    @Test
    void theListAndTheLogSayWhoHasAName() throws Exception {
        register("{\"name\": \"erin\", \"oidcSubject\": \"s-9\", \"role\": \"reader\"}");
        String list =
                send("GET", plain + "/api/v1/tokens", "X-Nothing", "x", "").body();
        assertTrue(list.matches("(?s).*\"subject\" ?: ?\"s-9\".*"), list);
        String log = Files.readString(folder.resolve("state/audit.log"));
        assertTrue(log.contains("OIDC subject erin, reader, the whole network, for s-9"), log);
    }

    /** Otherwise its groups might give it more than before. */
    @Test
    void aSubjectWhoseRegistrationHasEndedMayDoNothing() throws Exception {
        register("{\"name\": \"frank\", \"oidcSubject\": \"s-10\", \"role\": \"reader\", \"expires\": \""
                + Instant.now().plusSeconds(2) + "\"}");
        String token = token("s-10", 60, "net");
        assertEquals(200, send("GET", "status", token, "").statusCode());
        Thread.sleep(2500);
        assertEquals(401, send("GET", "status", token, "").statusCode());
    }

    @Test
    void aNameHasOneProof() throws Exception {
        for (String[] wrong : new String[][] {
            {"{\"name\": \"x\", \"role\": \"reader\", \"oidcSubject\": \"a\", \"certificate\": true}", "one proof"},
            {"{\"name\": \"x\", \"role\": \"reader\", \"oidcSubject\": \"s-1\"}", "alice has the same"},
            {"{\"name\": \"alice\", \"role\": \"reader\", \"oidcSubject\": \"a\"}", "there is a token named alice"},
            {"{\"name\": \"x\", \"role\": \"reader\", \"oidcGroup\": \"\"}", "expected 1 to 255"},
            {"{\"name\": \"x\", \"role\": \"reader\", \"oidcSubject\": \"x) (by root\"}", "without parentheses"},
            {"{\"name\": \"root\", \"role\": \"reader\"}", "and not"},
        }) {
            HttpResponse<String> answer = register(wrong[0]);
            assertEquals(400, answer.statusCode());
            assertTrue(answer.body().contains(wrong[1]), answer.body());
        }
    }

    @Test
    void wrongKeysAreReportedAtTheStart() {
        IOException refused = assertThrows(
                IOException.class,
                () -> new Controller(options(folder.resolve("pki"), folder + "/missing.json", 0, 0)));
        assertTrue(refused.getMessage().contains("missing.json"), refused.getMessage());
    }
}
