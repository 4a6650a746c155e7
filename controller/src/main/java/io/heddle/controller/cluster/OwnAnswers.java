package io.heddle.controller.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.cli.ControllerProgram;
import io.heddle.cluster.Cluster;
import io.heddle.cluster.Member;
import io.heddle.cluster.Roster;
import io.heddle.controller.access.Role;
import io.heddle.controller.access.Tokens;
import io.heddle.controller.api.Credentials;
import io.heddle.controller.api.HostNames;
import io.heddle.controller.metrics.MemberMetrics;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a controller that does not lead answers itself, where it can read the question: its health and its metrics. For
 * metrics, it asks for the same tokens and roles as the leader, as far as the copy of the state has them.
 */
final class OwnAnswers {
    private static final String HEALTH = "GET /health/";
    private static final String METRICS = "GET /metrics ";
    private static final String END = "\r\n\r\n";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final StateFolder state;
    private final Role local;
    private final HostNames names;
    private final MemberMetrics metrics;

    OwnAnswers(ControllerProgram.Options options, Cluster cluster) {
        this.cluster = cluster;
        state = StateFolder.of(options.state());
        local = Role.valueOf(options.users().local().toUpperCase(Locale.ROOT));
        names = new HostNames(options.apiNames());
        metrics = new MemberMetrics(cluster);
    }

    /** An answer. @param status of HTTP */
    record Answer(int status, String type, byte[] body) {
        static Answer json(int status, Map<String, Object> fields) {
            try {
                return new Answer(status, "application/json", JSON.writeValueAsBytes(fields));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }

        String reason() {
            return status == 200 ? "OK" : status == 401 ? "Unauthorized" : "Service Unavailable";
        }

        static Answer problem(int status, String title, String detail) {
            return json(status, Map.of("status", status, "title", title, "detail", detail));
        }
    }

    /**
     * Whether more of a request's head is needed to answer it.
     *
     * @param head its first bytes
     */
    static boolean needsMore(String head) {
        return METRICS.startsWith(head) || HEALTH.startsWith(head) || head.startsWith(METRICS) && !head.contains(END);
    }

    /**
     * The answer to a request. May read a file.
     *
     * @param head its first bytes
     * @param at the address of this controller that it came to
     * @return empty if the leader must answer it
     */
    Optional<Answer> to(String head, InetAddress at) {
        if (head.startsWith(HEALTH)) {
            return Optional.of(health());
        }
        // The leader refuses what others than browsers and programs of this controller's users may send.
        String host = header(head, "Host");
        boolean here = head.startsWith(METRICS) && head.contains(END) && host != null && names.isOurs(host);
        return here ? Optional.of(metrics(head, at)) : Optional.empty();
    }

    /** Whether this controller could take over. */
    private Answer health() {
        Roster roster = cluster.roster();
        String trouble = cluster.trouble();
        boolean ready = trouble.isEmpty() && roster.leader().isPresent();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "status",
                ready
                        ? "ready"
                        : roster.leader().isEmpty() ? nobody() : "this controller could not take over: " + trouble);
        answer.put("role", trouble.isEmpty() ? "member" : "alone");
        answer.put("leader", roster.leader().map(Member::name).orElse(""));
        return Answer.json(ready ? 200 : 503, answer);
    }

    /** Why no controller leads. */
    String nobody() {
        String trouble = cluster.trouble();
        return "no controller leads at the moment"
                + (trouble.isEmpty() ? ", ask again in a second" : ": " + trouble + "; switches go on");
    }

    private Answer metrics(String head, InetAddress at) {
        try {
            Role role = role(head, at);
            if (role.covers(Role.READER)) {
                return new Answer(
                        200, "text/plain; charset=utf-8", metrics.text().getBytes(StandardCharsets.UTF_8));
            }
            return Answer.problem(
                    401,
                    "Unauthorized",
                    "no token that this controller knows: send Authorization: Bearer TOKEN (heddle token create makes"
                            + " one). A controller that does not lead knows tokens of Heddle, not those of an issuer");
        } catch (IOException e) {
            return Answer.problem(503, "Service Unavailable", "cannot read the tokens: " + e.getMessage());
        }
    }

    private Role role(String head, InetAddress at) throws IOException {
        String authorization = header(head, Credentials.AUTHORIZATION);
        if (authorization != null) {
            return new Tokens(state)
                    .find(Credentials.secret(authorization))
                    .map(p -> p.role())
                    .orElse(Role.NOBODY);
        }
        return at.isLoopbackAddress() && !Credentials.isForwarded(name -> header(head, name)) ? local : Role.NOBODY;
    }

    /** The value of a header, null if there is none. */
    private static String header(String head, String name) {
        return head.lines()
                .skip(1)
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse(null);
    }
}
