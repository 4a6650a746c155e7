package io.heddle.controller.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The names that are registered, and by what people and programs prove that a name is theirs: a token, a certificate,
 * or a token of an issuer. Of tokens, only the hashes are kept: a token has 256 random bits, so its hash gives
 * nothing away. Any thread.
 */
public final class Tokens {
    /** How every token begins, so that scanners of texts find a token that was published by mistake. */
    public static final String PREFIX = "heddle_";

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String FILE = "tokens.json";

    private final StateFolder state;
    private final Path file;
    private Map<String, Token> byName = new TreeMap<>();

    /** By what somebody proves that a name is theirs. */
    public enum Kind {
        /** The key is the hash of the secret: SHA-256, in hexadecimal digits. */
        TOKEN("hash"),
        /** The key is the common name. */
        CERTIFICATE("certificate"),
        /** The key is the subject of tokens of the issuer. */
        OIDC_SUBJECT("oidcSubject"),
        /** The key is a group that tokens of the issuer name. */
        OIDC_GROUP("oidcGroup");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As people read it. */
        public String text() {
            return switch (this) {
                case TOKEN -> "token";
                case CERTIFICATE -> "certificate";
                case OIDC_SUBJECT -> "OIDC subject";
                case OIDC_GROUP -> "OIDC group";
            };
        }
    }

    /**
     * A registered name, without its secret.
     *
     * @param key what proves the name, by its kind
     * @param expires when it ends, if it does
     */
    public record Token(
            String name, Role role, Scope scope, Kind kind, String key, Instant created, Optional<Instant> expires) {
        private boolean isValid(Instant now) {
            return expires.isEmpty() || now.isBefore(expires.get());
        }
    }

    /** Reads the tokens of a state folder. @throws IOException if its file cannot be read */
    public Tokens(StateFolder state) throws IOException {
        this.state = state;
        this.file = state.file(FILE);
        if (Files.exists(file)) {
            for (JsonNode t : JSON.readTree(Files.readAllBytes(file))) {
                Kind kind = kind(t);
                Token token = new Token(
                        t.path("name").asText(),
                        Role.of(t.path("role").asText()),
                        new Scope(texts(t.path("networks")), texts(t.path("hosts")), texts(t.path("ports"))),
                        kind,
                        t.path(kind.word).asText(),
                        Instant.parse(t.path("created").asText()),
                        t.hasNonNull("expires")
                                ? Optional.of(Instant.parse(t.get("expires").asText()))
                                : Optional.empty());
                byName.put(token.name(), token);
            }
        }
    }

    private Kind kind(JsonNode row) throws IOException {
        for (Kind kind : Kind.values()) {
            if (row.hasNonNull(kind.word)) {
                return kind;
            }
        }
        throw new IOException(file + ": " + row.path("name").asText()
                + " is of a kind that this version of Heddle does not know: use a newer one, or remove it there");
    }

    private static List<String> texts(JsonNode list) {
        List<String> all = new ArrayList<>();
        list.forEach(t -> all.add(t.asText()));
        return all;
    }

    /**
     * Makes a token.
     *
     * @return its secret, which nobody can ask for again
     * @throws IllegalArgumentException if there is one of this name
     * @throws IOException if it cannot be stored; then it does not exist
     */
    public synchronized String create(String name, Role role, Scope scope, Optional<Instant> expires)
            throws IOException {
        String secret = PREFIX + Secrets.random();
        register(name, role, scope, Kind.TOKEN, hash(secret), expires);
        return secret;
    }

    /**
     * Registers a name.
     *
     * @param key what proves it
     * @throws IllegalArgumentException if there is one like it
     * @throws IOException if it cannot be stored; then it does not exist
     */
    public synchronized void register(
            String name, Role role, Scope scope, Kind kind, String key, Optional<Instant> expires) throws IOException {
        if (byName.containsKey(name)) {
            throw new IllegalArgumentException(
                    "there is a token named " + name + ": delete it first, or use another name");
        }
        byName.values().stream()
                .filter(t -> t.kind() == kind && t.key().equals(key))
                .findFirst()
                .ifPresent(t -> {
                    throw new IllegalArgumentException(t.name() + " has the same " + kind.word + ": delete it first");
                });
        Map<String, Token> next = new TreeMap<>(byName);
        next.put(name, new Token(name, role, scope, kind, key, Instant.now(), expires));
        store(next);
    }

    /** Deletes a token. @return whether there was one of this name */
    public synchronized boolean delete(String name) throws IOException {
        Map<String, Token> next = new TreeMap<>(byName);
        if (next.remove(name) == null) {
            return false;
        }
        store(next);
        return true;
    }

    /** All tokens, by name. */
    public synchronized List<Token> all() {
        return List.copyOf(byName.values());
    }

    /** Who has a secret; empty if nobody has it, or it has ended. */
    public Optional<Principal> find(String secret) {
        return find(Kind.TOKEN, hash(secret))
                .map(t -> new Principal(t.name(), t.role(), t.scope(), Principal.Proof.REGISTERED));
    }

    /** Whom a trusted certificate with this common name names; empty if it is not registered, or has ended. */
    public Optional<Principal> findCertificate(String name) {
        return find(Kind.CERTIFICATE, name)
                .map(t -> new Principal(t.name(), t.role(), t.scope(), Principal.Proof.REGISTERED));
    }

    /**
     * Whom a valid token of the issuer names: its subject, if that is registered, or else the group that may do most. A
     * subject whose registration has ended may do nothing, whatever its groups may do. The name says which subject it
     * is.
     */
    public synchronized Optional<Principal> find(IssuedTokens.Subject subject) {
        Instant now = Instant.now();
        return byName.values().stream()
                .filter(t -> t.kind() == Kind.OIDC_SUBJECT && t.key().equals(subject.name()))
                .findFirst()
                .or(() -> group(subject.groups(), now))
                .filter(t -> t.isValid(now))
                .map(t -> new Principal(
                        t.name().equals(subject.name()) ? t.name() : t.name() + " (" + subject.name() + ")",
                        t.role(),
                        t.scope(),
                        Principal.Proof.REGISTERED));
    }

    private Optional<Token> group(Set<String> groups, Instant now) {
        return byName.values().stream()
                .filter(t -> t.kind() == Kind.OIDC_GROUP && groups.contains(t.key()) && t.isValid(now))
                .max(Comparator.comparing(Token::role)
                        .thenComparing(t -> t.scope().isAll())
                        .thenComparing(Token::name));
    }

    private synchronized Optional<Token> find(Kind kind, String key) {
        byte[] wanted = key.getBytes(StandardCharsets.UTF_8);
        Instant now = Instant.now();
        return byName.values().stream()
                .filter(t -> t.kind() == kind)
                .filter(t -> MessageDigest.isEqual(t.key().getBytes(StandardCharsets.UTF_8), wanted))
                .filter(t -> t.isValid(now))
                .findFirst();
    }

    private static String hash(String secret) {
        return Hashing.sha256().hashString(secret, StandardCharsets.UTF_8).toString();
    }

    private void store(Map<String, Token> next) throws IOException {
        List<ObjectNode> rows = new ArrayList<>();
        next.values().forEach(t -> {
            ObjectNode row = JSON.createObjectNode()
                    .put("name", t.name())
                    .put("role", t.role().text())
                    .put(t.kind().word, t.key())
                    .put("created", t.created().toString());
            row.set("networks", JSON.valueToTree(t.scope().networks()));
            row.set("hosts", JSON.valueToTree(t.scope().hosts()));
            row.set("ports", JSON.valueToTree(t.scope().ports()));
            t.expires().ifPresent(e -> row.put("expires", e.toString()));
            rows.add(row);
        });
        state.replace(FILE, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(rows));
        byName = next;
    }
}
