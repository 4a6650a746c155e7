package io.heddle.controller.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.cli.ControllerProgram;
import io.heddle.controller.Controller;
import io.heddle.tls.Authorities;
import io.heddle.tls.Identity;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users of the admin API who prove who they are by certificates. */
class CertificateTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Path pki;
    private static Authority authority;
    private static Controller controller;
    private static String plain;
    private static String secure;
    private static HttpClient nobody;

    @BeforeAll
    static void start() throws Exception {
        pki = folder.resolve("pki");
        authority = Authority.init(pki, List.of("localhost"));
        nobody = client(new KeyManager[0]);
        int plainPort = freePort();
        int securePort = freePort();
        ControllerProgram.Door any =
                ControllerProgram.Door.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        controller = new Controller(new ControllerProgram.Options(
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
                "admin"));
        plain = "http://localhost:" + plainPort;
        secure = "https://localhost:" + securePort;
        // The file appears while the controller runs.
        Authority.HostFiles early = authority.user("early");
        register("{\"name\": \"early\", \"certificate\": true, \"role\": \"reader\"}");
        until(() -> me(client(early)).statusCode() == 200);
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

    private static void until(Callable<Boolean> condition) throws Exception {
        Instant end = Instant.now().plusSeconds(20);
        while (!condition.call()) {
            assertTrue(Instant.now().isBefore(end), "not within 20 s");
            Thread.sleep(200);
        }
    }

    private static HttpClient client(KeyManager[] own) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                own,
                new TrustManager[] {Authorities.trust(Pem.certificates(pki.resolve("controllers-cacert.pem")))},
                null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    private static HttpClient client(Authority.HostFiles files) throws Exception {
        return client(stubborn(Identity.of(files.certificate(), files.key())));
    }

    /** Java would not send a certificate whose authority the server does not name; attackers would. */
    private static KeyManager[] stubborn(KeyManager... own) {
        X509ExtendedKeyManager keys = (X509ExtendedKeyManager) own[0];
        return new KeyManager[] {
            new X509ExtendedKeyManager() {
                @Override
                public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
                    return keys.chooseEngineClientAlias(types, null, engine);
                }

                @Override
                public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
                    return keys.chooseClientAlias(types, null, socket);
                }

                @Override
                public String[] getClientAliases(String type, Principal[] issuers) {
                    return keys.getClientAliases(type, null);
                }

                @Override
                public String[] getServerAliases(String type, Principal[] issuers) {
                    return new String[0];
                }

                @Override
                public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
                    return null;
                }

                @Override
                public X509Certificate[] getCertificateChain(String alias) {
                    return keys.getCertificateChain(alias);
                }

                @Override
                public PrivateKey getPrivateKey(String alias) {
                    return keys.getPrivateKey(alias);
                }
            }
        };
    }

    private static HttpClient user(String name) throws Exception {
        return client(authority.user(name));
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> me(HttpClient client) throws Exception {
        return send(client, HttpRequest.newBuilder(URI.create(secure + "/api/v1/status")));
    }

    private static HttpResponse<String> register(String wish) throws Exception {
        return send(
                nobody,
                HttpRequest.newBuilder(URI.create(plain + "/api/v1/tokens"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(wish)));
    }

    private static String detail(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body()).path("detail").asText();
    }

    /** In the handshake, or, if the server has not renewed that yet, by the first request. */
    private static boolean isRefused(HttpClient client) throws Exception {
        try {
            return me(client).statusCode() == 401;
        } catch (IOException e) {
            return true;
        }
    }

    private static void forget(String name) throws Exception {
        HttpRequest.Builder delete = HttpRequest.newBuilder(URI.create(plain + "/api/v1/tokens/" + name));
        assertEquals(200, send(nobody, delete.DELETE()).statusCode());
    }

    @Test
    void aRegisteredUserHasItsRole() throws Exception {
        HttpClient alice = user("alice@example.org");
        assertEquals(401, me(alice).statusCode());
        HttpResponse<String> made = register(
                "{\"name\": \"alice@example.org\", \"certificate\": true, \"role\": \"operator\", \"networks\":"
                        + " [\"red\"]}");
        assertEquals(200, made.statusCode(), made.body());
        assertTrue(JSON.readTree(made.body()).path("token").isMissingNode(), made.body());
        assertEquals(200, me(alice).statusCode());
        HttpResponse<String> refused = send(
                alice,
                HttpRequest.newBuilder(URI.create(secure + "/api/v1/networks/blue?wait=0"))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"vlan\": 300}")));
        assertEquals(403, refused.statusCode());
        assertTrue(detail(refused).contains("you may change networks red"), detail(refused));
        assertTrue(Files.readString(folder.resolve("state/audit.log"))
                .contains("\"who\":\"alice@example.org\",\"from\":\"127.0.0.1\""));
        forget("alice@example.org");
        assertEquals(401, me(alice).statusCode(), "on the same connection");
    }

    @Test
    void aCertificateProvesNothingElse() throws Exception {
        HttpClient unknown = user("unknown");
        assertTrue(detail(me(unknown)).contains("the certificate of unknown may do nothing here"));
        register("{\"name\": \"bot\", \"role\": \"admin\"}");
        assertEquals(401, me(user("bot")).statusCode(), "the name of a token");
        assertEquals(
                400,
                register("{\"name\": \"bot\", \"certificate\": true, \"role\": \"reader\"}")
                        .statusCode());
        assertEquals(401, me(user("root")).statusCode(), "the name of a Unix user");
        assertEquals(401, me(user("local")).statusCode(), "the name of a local user");
        assertEquals(401, me(nobody).statusCode(), "without a certificate, as before");
    }

    /** A browser sends its certificate unasked: its user may still sign in by a token. */
    @Test
    void aWorthlessCertificatePreventsNothing() throws Exception {
        HttpClient unknown = user("nobody-knows");
        assertEquals(
                200,
                send(unknown, HttpRequest.newBuilder(URI.create(secure + "/health/live")))
                        .statusCode());
        String made = JSON.readTree(
                        register("{\"name\": \"dora\", \"role\": \"reader\"}").body())
                .path("token")
                .asText();
        HttpResponse<String> in = send(
                unknown,
                HttpRequest.newBuilder(URI.create(secure + "/api/v1/session"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"token\": \"" + made + "\"}")));
        assertEquals(200, in.statusCode(), in.body());
        assertTrue(detail(me(unknown)).contains("the certificate of nobody-knows may do nothing here"));
    }

    @Test
    void hostsAndStrangersAreNoUsers() throws Exception {
        register("{\"name\": \"hv1\", \"certificate\": true, \"role\": \"admin\"}");
        assertEquals(200, me(user("hv1")).statusCode());
        assertThrows(IOException.class, () -> me(client(authority.host("hv1", List.of()))));
        Authority other = Authority.init(folder.resolve("other"), List.of("localhost"));
        HttpClient stranger = client(other.user("hv1"));
        assertThrows(IOException.class, () -> me(stranger));
    }

    @Test
    void aRevokedCertificateIsWorthNothing() throws Exception {
        register("{\"name\": \"carol\", \"certificate\": true, \"role\": \"reader\"}");
        Authority.HostFiles first = authority.user("carol");
        HttpClient stolen = client(first);
        KeyManager[] kept = stubborn(Identity.of(first.certificate(), first.key()));
        assertEquals(200, me(stolen).statusCode());
        HttpClient renewed = user("carol");
        until(() -> isRefused(stolen));
        HttpClient again = client(kept);
        assertTrue(isRefused(again));
        assertEquals(200, me(renewed).statusCode());
    }
}
