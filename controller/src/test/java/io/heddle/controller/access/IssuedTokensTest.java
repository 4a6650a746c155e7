package io.heddle.controller.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.heddle.tls.Authorities;
import io.heddle.tls.Identity;
import io.heddle.tls.Pem;
import io.heddle.tls.pki.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of an issuer, and attacks with them. */
@Timeout(60)
class IssuedTokensTest {
    private static final String ISSUER = "https://id.example/realm";
    private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");

    @TempDir
    private static Path folder;

    private static RSAKey rsa;
    private static ECKey ec;
    private static KeyPair edwards;
    private static JWKSet published;

    @BeforeAll
    static void makeKeys() throws Exception {
        rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        published = new JWKSet(List.of(rsa.toPublicJWK(), ec.toPublicJWK(), edwardsJwk()));
    }

    private static JWK edwardsJwk() {
        byte[] encoded = ((EdECPublicKey) edwards.getPublic()).getEncoded();
        byte[] point = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(point))
                .keyID("ed")
                .build();
    }

    private static IssuedTokens tokens(IssuerKeys keys) {
        return new IssuedTokens(ISSUER, "heddle", keys, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static IssuedTokens tokens() {
        return tokens(new IssuerKeys(() -> published.toString().getBytes(StandardCharsets.UTF_8), why -> {}));
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(List.of("other", "heddle"))
                .subject("alice")
                .expirationTime(Date.from(NOW.plusSeconds(300)));
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) throws JOSEException {
        SignedJWT jwt = new SignedJWT(header, claims);
        jwt.sign(signer);
        return jwt.serialize();
    }

    private static String signed(JWTClaimsSet.Builder claims) throws JOSEException {
        return signed(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build(), claims.build(), new ECDSASigner(ec));
    }

    private static String header(JWSAlgorithm algorithm, String id) {
        return new JWSHeader.Builder(algorithm).keyID(id).build().toBase64URL().toString();
    }

    private static void refused(String expected, String token) {
        IssuedTokens.Invalid e = assertThrows(IssuedTokens.Invalid.class, () -> tokens().check(token));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
    }

    @Test
    void takesSignaturesOfThreeFamilies() throws Exception {
        IssuedTokens.Subject alice = tokens().check(signed(claims().claim("groups", List.of("net", "staff"))));
        assertEquals("alice", alice.name());
        assertEquals(Set.of("net", "staff"), alice.groups());
        assertEquals(NOW.plusSeconds(360), alice.end());
        for (JWSAlgorithm a : List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS512)) {
            JWSHeader header = new JWSHeader.Builder(a).keyID("rsa").build();
            tokens().check(signed(header, claims().build(), new RSASSASigner(rsa)));
        }
        String input = header(JWSAlgorithm.EdDSA, "ed") + "."
                + Base64URL.encode(claims().build().toString());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(edwards.getPrivate());
        signature.update(input.getBytes(StandardCharsets.US_ASCII));
        String good = input + "." + Base64URL.encode(signature.sign());
        assertEquals("alice", tokens().check(good).name());
        refused("its signature", input + "." + Base64URL.encode(new byte[64]));
        refused("its signature", input + "." + Base64URL.encode("short"));
    }

    @Test
    void refusesTokensThatNobodyHasSigned() throws Exception {
        String none = new PlainJWT(claims().build()).serialize();
        refused("", none);
        String header = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"kid\":\"ec\"}".getBytes(StandardCharsets.UTF_8));
        refused("not a signed JWT", header + none.substring(none.indexOf('.')));
        refused("not a signed JWT", header + none.substring(none.indexOf('.')) + "AAAA");
        String good = signed(claims());
        refused("", good.substring(0, good.lastIndexOf('.') + 1));
        refused("its signature", good.substring(0, good.lastIndexOf('.') + 1) + Base64URL.encode(new byte[64]));
        String other = signed(claims().subject("bob"));
        refused(
                "its signature is wrong",
                other.substring(0, other.lastIndexOf('.')) + good.substring(good.lastIndexOf('.')));
    }

    /** A public key is no secret: as the key of an HMAC, everybody knows it. */
    @Test
    void refusesThePublicKeyAsASecret() throws Exception {
        for (byte[] secret : List.of(
                rsa.toRSAPublicKey().getEncoded(),
                rsa.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8),
                ec.toECPublicKey().getEncoded())) {
            for (String id : List.of("rsa", "ec")) {
                JWSHeader header =
                        new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(id).build();
                refused("in a way that is not accepted", signed(header, claims().build(), new MACSigner(secret)));
            }
        }
        JWSHeader confused =
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("rsa").build();
        refused("its signature is wrong", signed(confused, claims().build(), new ECDSASigner(ec)));
    }

    @Test
    void theTokenDoesNotChooseItsKey() throws Exception {
        ECKey own = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID("ec")
                .jwk(own.toPublicJWK())
                .jwkURL(URI.create("https://evil.example/keys"))
                .build();
        refused("its signature is wrong", signed(header, claims().build(), new ECDSASigner(own)));
        for (String id : List.of("../../../../etc/passwd", "file:///dev/zero", "x".repeat(256))) {
            JWSHeader path = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(id).build();
            refused("no such key", signed(path, claims().build(), new ECDSASigner(own)));
        }
        for (String id : List.of("x".repeat(257), "x".repeat(1 << 20))) {
            JWSHeader large =
                    new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(id).build();
            refused("", signed(large, claims().build(), new ECDSASigner(own)));
        }
        JWSHeader nameless = new JWSHeader.Builder(JWSAlgorithm.ES256).build();
        refused("does not name its key", signed(nameless, claims().build(), new ECDSASigner(ec)));
        String critical = "{\"alg\":\"ES256\",\"kid\":\"ec\",\"crit\":[\"new\"],\"new\":1}";
        refused("crit", Base64URL.encode(critical) + "." + Base64URL.encode("{}") + "." + Base64URL.encode("x"));
    }

    @Test
    void checksForWhomAndWhenItIs() throws Exception {
        refused("another issuer", signed(claims().issuer(ISSUER + "/")));
        refused("another issuer", signed(claims().issuer(null)));
        refused("for somebody else", signed(claims().audience("grafana")));
        refused("for somebody else", signed(claims().audience((String) null)));
        refused("no end", signed(claims().expirationTime(null)));
        refused("has expired", signed(claims().expirationTime(Date.from(NOW.minusSeconds(60)))));
        tokens().check(signed(claims().expirationTime(Date.from(NOW.minusSeconds(59)))));
        refused("not valid yet", signed(claims().notBeforeTime(Date.from(NOW.plusSeconds(61)))));
        tokens().check(signed(claims().notBeforeTime(Date.from(NOW.plusSeconds(60)))));
        refused("names nobody", signed(claims().subject(null)));
        refused("names nobody", signed(claims().subject("alice\nroot")));
        refused("names nobody", signed(claims().subject("x".repeat(256))));
        for (String odd : List.of("a\u0085b", "a\u2028b", "a\u202eb", "x) (by root")) {
            refused("names nobody", signed(claims().subject(odd)));
        }
    }

    @Test
    void takesNoJwtForAnotherPurpose() throws Exception {
        for (String type : List.of("JWT", "at+jwt")) {
            tokens().check(signed(typed(type), claims().build(), new ECDSASigner(ec)));
        }
        for (String type : List.of("logout+jwt", "secevent+jwt")) {
            refused("another purpose", signed(typed(type), claims().build(), new ECDSASigner(ec)));
        }
    }

    private static JWSHeader typed(String type) {
        return new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID("ec")
                .type(new JOSEObjectType(type))
                .build();
    }

    @Test
    void aSlowIssuerHoldsUpNobodyElse() throws Exception {
        AtomicLong now = new AtomicLong();
        Semaphore answers = new Semaphore(1);
        CountDownLatch asked = new CountDownLatch(2);
        IssuerKeys keys = new IssuerKeys(
                () -> {
                    asked.countDown();
                    answers.acquireUninterruptibly();
                    return published.toString().getBytes(StandardCharsets.UTF_8);
                },
                why -> {},
                now::get);
        assertTrue(keys.find("ec").isPresent());
        now.addAndGet(TimeUnit.HOURS.toNanos(2));
        CompletableFuture<Boolean> reader =
                CompletableFuture.supplyAsync(() -> keys.find("ec").isPresent());
        asked.await();
        assertTrue(keys.find("ec").isPresent(), "the old key");
        assertTrue(keys.find("other").isEmpty());
        assertFalse(reader.isDone());
        answers.release();
        assertTrue(reader.join());
    }

    @Test
    void oneOddKeyDoesNotHideTheOthers() throws Exception {
        String odd = published.toString().replace("[", "[{\"kty\":\"EC\",\"crv\":\"P-999\",\"kid\":\"odd\"},");
        IssuerKeys keys = new IssuerKeys(() -> odd.getBytes(StandardCharsets.UTF_8), why -> {});
        assertTrue(keys.find("ec").isPresent());
        assertTrue(keys.find("odd").isEmpty());
    }

    @Test
    void readsKeysAgainAtMostOnceAMinute() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        List<String> faults = new ArrayList<>();
        IssuerKeys keys = new IssuerKeys(
                () -> {
                    asked.incrementAndGet();
                    return published.toString().getBytes(StandardCharsets.UTF_8);
                },
                faults::add);
        for (int i = 0; i < 1000; i++) {
            assertEquals(Optional.empty(), keys.find("unknown" + i));
        }
        assertTrue(keys.find("ec").isPresent());
        assertEquals(1, asked.get());
        assertEquals(List.of(), faults);
    }

    @Test
    void takesOnlyKeysThatAreMeantForThis() throws Exception {
        String weak = new JWKSet(new RSAKeyGenerator(1024, true).keyID("weak").generate()).toString();
        for (String wrong : List.of(
                weak,
                "{\"keys\": [{\"kty\": \"oct\", \"kid\": \"ec\", \"k\": \"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\"}]}",
                "{\"keys\": []}",
                "[]",
                "<html>",
                "")) {
            Path file = Files.writeString(folder.resolve("keys.json"), wrong);
            IOException refused = assertThrows(IOException.class, () -> IssuerKeys.of(file.toString(), why -> {}));
            assertTrue(refused.getMessage().startsWith("--oidc-keys"), refused.getMessage());
        }
        Path file = Files.writeString(folder.resolve("keys.json"), published.toString());
        assertTrue(IssuerKeys.of(file.toString(), why -> {}).find("ec").isPresent());
        for (String wrong : List.of("http://id.example/keys", "https://", "https://a b", "https:///x")) {
            assertThrows(IOException.class, () -> IssuerKeys.of(wrong, why -> {}), wrong);
        }
        assertThrows(IOException.class, () -> IssuerKeys.of(folder + "/missing", why -> {}));
    }

    @Test
    void anAddressMayBeNeitherSlowNorLargeNorLeadElsewhere() throws Exception {
        Path pki = folder.resolve("pki");
        Authority.init(pki, List.of("localhost"));
        SSLContext own = SSLContext.getInstance("TLS");
        own.init(Identity.of(pki.resolve("api-cert.pem"), pki.resolve("api-privkey.pem")), null, null);
        SSLContext trust = SSLContext.getInstance("TLS");
        trust.init(
                null,
                new TrustManager[] {Authorities.trust(Pem.certificates(pki.resolve("controllers-cacert.pem")))},
                null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.setHttpsConfigurator(new HttpsConfigurator(own));
        server.createContext("/keys", e -> {
            byte[] text = published.toString().getBytes(StandardCharsets.UTF_8);
            e.sendResponseHeaders(200, text.length);
            e.getResponseBody().write(text);
            e.close();
        });
        server.createContext("/large", e -> {
            e.sendResponseHeaders(200, 100L << 20);
            byte[] block = new byte[1 << 16];
            Arrays.fill(block, (byte) ' ');
            for (int i = 0; i < 100 << 4; i++) {
                e.getResponseBody().write(block);
            }
            e.close();
        });
        server.createContext("/elsewhere", e -> {
            e.getResponseHeaders().add("Location", "/keys");
            e.sendResponseHeaders(302, -1);
            e.close();
        });
        server.createContext("/slow", e -> {
            e.sendResponseHeaders(200, 0);
            try {
                for (int i = 0; i < 300; i++) {
                    e.getResponseBody().write(' ');
                    e.getResponseBody().flush();
                    Thread.sleep(100);
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            e.close();
        });
        server.start();
        try {
            String base = "https://localhost:" + server.getAddress().getPort();
            assertTrue(new KeyAddress(URI.create(base + "/keys"), trust).read().length > 100);
            for (String[] wrong : new String[][] {
                {"/large", "more than"},
                {"/elsewhere", "found 302"},
                {"/slow", "no whole answer in 5 s"},
                {"/nothing", "found 404"}
            }) {
                long begin = System.nanoTime();
                IOException refused = assertThrows(
                        IOException.class, () -> new KeyAddress(URI.create(base + wrong[0]), trust).read());
                assertTrue(refused.getMessage().contains(wrong[1]), refused.getMessage());
                assertTrue(System.nanoTime() - begin < 7_000_000_000L, wrong[0]);
            }
            assertThrows(
                    IOException.class,
                    () -> new KeyAddress(URI.create(base + "/keys"), SSLContext.getDefault()).read());
        } finally {
            server.stop(0);
            threads.shutdownNow();
        }
    }
}
