package io.heddle.controller.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.controller.access.IssuedTokens;
import io.heddle.controller.access.Role;
import io.heddle.controller.access.Scope;
import io.heddle.controller.access.Tokens;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The wish for a new token, or for a name that something else proves.
 *
 * @param key what proves the name; "" for a token, whose secret is still to be made
 */
record NewToken(String name, Role role, Scope scope, Tokens.Kind kind, String key, Optional<Instant> expires) {
    private static final String OIDC_SUBJECT = "oidcSubject";
    private static final String OIDC_GROUP = "oidcGroup";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> KEYS = new TreeSet<>(
            Set.of("name", "role", "networks", "hosts", "ports", "expires", "certificate", OIDC_SUBJECT, OIDC_GROUP));
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._@-]{0,63}";
    private static final String GROUP = "[^\\p{C}\\u2028\\u2029]{1,255}";
    /** Names that stand for somebody without a token. */
    private static final Set<String> TAKEN = new TreeSet<>(Set.of("local", "nobody", "controller", "api", "root"));

    /** Reads a request's body. @throws BadRequest with what is wrong and what would be right */
    static NewToken of(String body) throws BadRequest {
        JsonNode wish = tree(body);
        Set<String> unknown = new TreeSet<>();
        wish.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new BadRequest(
                    400, "unknown key " + String.join(", ", unknown) + ": expected " + String.join(", ", KEYS));
        }
        String name = wish.path("name").asText();
        if (!name.matches(NAME) || TAKEN.contains(name)) {
            throw new BadRequest(
                    400,
                    "name: expected 1 to 64 letters, digits, '.', '_', '@' or '-', and not " + String.join(", ", TAKEN)
                            + ", found \"" + name + "\"");
        }
        Scope scope = new Scope(names(wish, "networks"), names(wish, "hosts"), names(wish, "ports"));
        Role role = Role.of(wish.path("role").asText());
        if (!scope.ports().isEmpty() && scope.networks().isEmpty()) {
            throw new BadRequest(400, "ports: say which networks they may carry too, such as \"networks\": [\"red\"]");
        }
        if (role == Role.ADMIN && !scope.isAll()) {
            throw new BadRequest(
                    400, "networks, hosts and ports cannot restrict an admin: use the role operator or reader");
        }
        Map<Tokens.Kind, String> proofs = proofs(wish, name);
        if (proofs.size() > 1) {
            throw new BadRequest(400, "expected one of certificate, oidcSubject and oidcGroup: one name, one proof");
        }
        Tokens.Kind kind = proofs.keySet().stream().findFirst().orElse(Tokens.Kind.TOKEN);
        return new NewToken(name, role, scope, kind, proofs.getOrDefault(kind, ""), expires(wish.path("expires")));
    }

    private static JsonNode tree(String body) throws BadRequest {
        try {
            JsonNode tree = JSON.readTree(body == null ? "" : body);
            if (tree.isObject()) {
                return tree;
            }
        } catch (JsonProcessingException e) {
            // Reported below.
        }
        throw new BadRequest(400, "expected a JSON object such as {\"name\": \"alice\", \"role\": \"reader\"}");
    }

    private static Map<Tokens.Kind, String> proofs(JsonNode wish, String name) throws BadRequest {
        Map<Tokens.Kind, String> proofs = new EnumMap<>(Tokens.Kind.class);
        if (isTrue(wish, "certificate")) {
            proofs.put(Tokens.Kind.CERTIFICATE, name);
        }
        for (String key : List.of(OIDC_SUBJECT, OIDC_GROUP)) {
            if (wish.hasNonNull(key)) {
                String text = wish.path(key).asText();
                boolean isGroup = key.equals(OIDC_GROUP);
                if (isGroup ? !text.matches(GROUP) : !IssuedTokens.isSubject(text)) {
                    throw new BadRequest(
                            400,
                            key + ": expected 1 to 255 visible characters" + (isGroup ? "" : " without parentheses")
                                    + ", found \"" + text + "\"");
                }
                proofs.put(isGroup ? Tokens.Kind.OIDC_GROUP : Tokens.Kind.OIDC_SUBJECT, text);
            }
        }
        return proofs;
    }

    private static boolean isTrue(JsonNode wish, String key) throws BadRequest {
        JsonNode value = wish.path(key);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new BadRequest(400, key + ": expected true or false, found " + value);
        }
        return value.asBoolean();
    }

    private static List<String> names(JsonNode wish, String key) throws BadRequest {
        List<String> names = new ArrayList<>();
        JsonNode list = wish.path(key);
        for (JsonNode n : list) {
            names.add(n.asText());
        }
        if (!list.isMissingNode() && !list.isArray() || names.stream().anyMatch(String::isBlank)) {
            throw new BadRequest(400, key + ": expected a list of names, such as [\"red\", \"blue-*\"]");
        }
        return names;
    }

    private static Optional<Instant> expires(JsonNode when) throws BadRequest {
        if (when.isMissingNode() || when.isNull()) {
            return Optional.empty();
        }
        try {
            Instant end = Instant.parse(when.asText());
            if (end.isAfter(Instant.now())) {
                return Optional.of(end);
            }
        } catch (DateTimeParseException e) {
            // Reported below.
        }
        throw new BadRequest(
                400, "expires: expected a future time, such as 2027-01-31T00:00:00Z, found \"" + when.asText() + "\"");
    }
}
