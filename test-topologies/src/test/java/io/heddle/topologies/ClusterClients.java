package io.heddle.topologies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.topologies.ClientHistory.Change;
import io.heddle.topologies.ClientHistory.Content;
import io.heddle.topologies.ClientHistory.Outcome;
import io.heddle.topologies.ClientHistory.Part;
import io.heddle.topologies.ClientHistory.Read;
import io.heddle.topologies.lab.ControllerCluster;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients that change and read the network at random controllers of a cluster, and note all of it in a
 * {@link ClientHistory}. Each change has a number, which is in its message and in what it sets.
 */
final class ClusterClients implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int LONGEST_PAUSE_MILLIS = 200;
    private static final int HISTORY_MILLIS = 1000;
    private static final int LEAST_RATE = 1000;

    private static final Pattern OVERTAKEN = Pattern.compile("but version (\\d+) was accepted since");
    private static final Pattern NO_ROOM = Pattern.compile("No space left|has no room");
    private static final Pattern RULE = Pattern.compile("nw_dst=10\\.(\\d+)\\.(\\d+)\\.(\\d+)");
    private static final Pattern ONE = Pattern.compile("one:.*?ingress-rate: \"?(\\d+)kbit");
    private static final Pattern TWO = Pattern.compile("two:.*?ingress-rate: \"?(\\d+)kbit");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ControllerCluster cluster;
    private final int controllers;
    private final ClientHistory history;
    private final AtomicInteger number = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
    private volatile boolean going = true;

    /** Starts some clients, and one that reads the history again and again. */
    ClusterClients(ControllerCluster cluster, int controllers, ClientHistory history, int clients, long seed) {
        this.cluster = cluster;
        this.controllers = controllers;
        this.history = history;
        for (int i = 0; i < clients; i++) {
            Random random = new Random(seed + i);
            threads.add(new Thread(() -> run(new Client(random)), "client-" + i));
        }
        threads.add(new Thread(() -> watch(new Client(new Random(seed - 1))), "client-of-history"));
        threads.forEach(Thread::start);
    }

    /** The network in which each change shows. */
    static String file(Content content) {
        return """
                heddle: v1
                networks: {red: {vlan: 200, vni: 10200}}
                hosts:
                  hv1:
                    ovsdb: tcp:172.31.0.1:6640
                    tunnel-ip: 172.31.0.1
                    bridges: {br0: {datapath: netdev, ports: {one: {access: red, ingress-rate: %s}}}}
                  hv2:
                    ovsdb: tcp:172.31.0.2:6640
                    tunnel-ip: 172.31.0.2
                    bridges: {br0: {datapath: netdev, ports: {two: {access: red, ingress-rate: %s}}}}
                acls: [{name: n, rules: [{match: "%s", action: drop}]}]
                """.formatted(rate(content.one()), rate(content.two()), match(content.rule()));
    }

    static String rate(int number) {
        return LEAST_RATE + number + "kbit";
    }

    static String match(int number) {
        return "ip,nw_dst=10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255);
    }

    /** The content of a file that {@link #file} has made, and clients have changed since. */
    static Content content(String text) {
        Matcher rule = RULE.matcher(text);
        Matcher one = ONE.matcher(text);
        Matcher two = TWO.matcher(text);
        if (!rule.find() || !one.find() || !two.find()) {
            throw new IllegalStateException("a part is missing:\n" + text);
        }
        int address = Integer.parseInt(rule.group(1)) << 16
                | Integer.parseInt(rule.group(2)) << 8
                | Integer.parseInt(rule.group(3));
        return new Content(
                address, Integer.parseInt(one.group(1)) - LEAST_RATE, Integer.parseInt(two.group(1)) - LEAST_RATE);
    }

    /** What no controller should ever answer. */
    List<String> unexpected() {
        return List.copyOf(unexpected);
    }

    private void run(Client client) {
        while (going) {
            client.act();
            LabTest.pause(client.random.nextInt(LONGEST_PAUSE_MILLIS));
        }
    }

    private void watch(Client client) {
        while (going) {
            client.readHistory(client.random.nextInt(controllers));
            LabTest.pause(HISTORY_MILLIS);
        }
    }

    /** Waits for the last answers. */
    @Override
    public void close() {
        going = false;
        for (Thread t : threads) {
            try {
                t.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Reads all versions at a controller that answers. */
    void readHistory(int controller) {
        new Client(new Random()).readHistory(controller);
    }

    /** Reads the latest version at a controller that answers. @return its number, 0 without an answer */
    int read(int controller) {
        Client client = new Client(new Random());
        client.read(controller);
        return client.latest;
    }

    private final class Client {
        private final HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
        private final Random random;
        /** The last version that it has seen. */
        private int latest;

        Client(Random random) {
            this.random = random;
        }

        void act() {
            int controller = random.nextInt(controllers);
            int kind = random.nextInt(10);
            if (kind < 4) {
                read(controller);
            } else if (kind < 6) {
                change(controller, Part.WHOLE, 0);
            } else if (kind < 8 && latest > 0) {
                change(controller, Part.WHOLE, latest);
            } else {
                change(controller, Part.values()[1 + random.nextInt(3)], 0);
            }
        }

        private HttpResponse<String> ask(int controller, String path, String method, String type, String body)
                throws IOException {
            try {
                return http.send(
                        HttpRequest.newBuilder(URI.create(cluster.api(controller) + path))
                                .timeout(ANSWER)
                                .header("Authorization", "Bearer " + cluster.token())
                                .header("Content-Type", type)
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        private JsonNode get(int controller, String path, Map<String, String> headers) throws IOException {
            HttpResponse<String> answer = ask(controller, path, "GET", "text/plain", "");
            answer.headers().firstValue("ETag").ifPresent(t -> headers.put("ETag", t));
            if (answer.statusCode() == 503) {
                throw new IOException(answer.body());
            } else if (answer.statusCode() != 200) {
                unexpected.add("GET " + path + ": " + answer.statusCode() + " " + answer.body());
                throw new IOException(answer.body());
            }
            return JSON.readTree(answer.body());
        }

        void read(int controller) {
            long begun = System.nanoTime();
            try {
                Map<String, String> headers = new TreeMap<>();
                String text = get(controller, "network", headers)
                        .path("files")
                        .path("network.yaml")
                        .asText();
                latest = Integer.parseInt(headers.get("ETag").replaceAll("\\D", ""));
                history.add(new Read(latest, content(text), begun, System.nanoTime()));
            } catch (IOException e) {
                // No answer.
            }
        }

        void readHistory(int controller) {
            try {
                for (JsonNode row : get(controller, "history", new TreeMap<>())) {
                    history.add(
                            row.path("version").asInt(),
                            Integer.parseInt(row.path("message").asText().substring(1)));
                }
            } catch (IOException e) {
                // No answer.
            }
        }

        void change(int controller, Part part, int base) {
            int n = number.incrementAndGet();
            String query = "?wait=0&message=w" + n + (base == 0 ? "" : "&base=" + base);
            long begun = System.nanoTime();
            Outcome outcome = Outcome.UNKNOWN;
            int version = 0;
            try {
                HttpResponse<String> answer = switch (part) {
                    case WHOLE ->
                        ask(controller, "network" + query, "PUT", "application/yaml", file(new Content(n, n, n)));
                    case RULE ->
                        ask(
                                controller,
                                "acls/n/rules/1" + query,
                                "PUT",
                                "application/json",
                                "{\"match\": \"" + match(n) + "\", \"action\": \"drop\"}");
                    case ONE -> patch(controller, "hv1/bridges/br0/ports/one" + query, n);
                    case TWO -> patch(controller, "hv2/bridges/br0/ports/two" + query, n);
                };
                outcome = outcome(answer, base, begun);
                version = outcome == Outcome.ACCEPTED
                        ? JSON.readTree(answer.body()).path("version").asInt()
                        : 0;
                latest = Math.max(latest, version);
            } catch (ConnectException | HttpConnectTimeoutException e) {
                // Nobody has got the request.
                outcome = Outcome.REFUSED;
            } catch (IOException e) {
                // It may have been done, or may yet.
            }
            history.add(new Change(n, part, base, begun, System.nanoTime(), outcome, version));
        }

        private HttpResponse<String> patch(int controller, String port, int n) throws IOException {
            return ask(
                    controller,
                    "hosts/" + port,
                    "PATCH",
                    "application/json",
                    "{\"ingress-rate\": \"" + rate(n) + "\"}");
        }

        private Outcome outcome(HttpResponse<String> answer, int base, long begun) {
            Matcher overtaken = OVERTAKEN.matcher(answer.body());
            if (answer.statusCode() < 300) {
                return Outcome.ACCEPTED;
            } else if (answer.statusCode() == 409 && overtaken.find()) {
                int latest = Integer.parseInt(overtaken.group(1));
                history.add(new Read(latest, null, begun, System.nanoTime()));
                if (latest == base) {
                    unexpected.add("refused a change from the latest version: " + answer.body());
                }
                return Outcome.REFUSED;
            } else if (answer.statusCode() == 503
                    || NO_ROOM.matcher(answer.body()).find()) {
                return answer.body().contains("nothing was changed")
                                || answer.body().contains("nothing was done")
                                || answer.body().contains("No controller answers")
                        ? Outcome.REFUSED
                        : Outcome.UNKNOWN;
            }
            unexpected.add(answer.statusCode() + " " + answer.body());
            return Outcome.UNKNOWN;
        }
    }
}
