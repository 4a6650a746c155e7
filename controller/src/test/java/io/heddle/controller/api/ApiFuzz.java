package io.heddle.controller.api;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.heddle.controller.access.Scope;
import io.heddle.controller.changes.Changes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * Any request to the API of a running controller: it is answered in time, never by an error of the controller, and
 * leaves no error in its log. A fuzzer calls it with inputs that it makes up; {@link ApiFuzzTest} calls it with those
 * that are kept. Networks that are made up may name any address: run a fuzzer where no other machine can be reached.
 */
public final class ApiFuzz {
    private static final String NETWORK = """
            heddle: v1
            networks: {red: {vlan: 200}, blue: {vlan: 300}}
            acls: [{name: web, rules: [{match: "tcp,tp_dst=80", action: drop}, {match: icmp, action: allow}]}]
            hosts:
              hv1:
                ovsdb: tcp:127.0.0.1:9
                bridges: {br0: {ports: {p1: {access: red}, p2: {trunk: [red, blue]}}}}
            """;
    private static final String RAW = "raw\n";
    private static final int ANSWER_MILLIS = 8_000;
    /** For requests that may rightly wait: for an event, or for the rest of themselves. */
    private static final int SHORT_MILLIS = 200;

    private static final List<Contract.Operation> OPERATIONS = new Contract().operations();
    private static final ServerUnderTest SERVER;
    private static final int PORT;
    /** Errors in the log. */
    private static final Errors ERRORS = new Errors();

    private static int version;

    static {
        try {
            Path state = Files.createTempDirectory("heddle-fuzz");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(state)));
            SERVER = new ServerUnderTest(state, new ClientLimits(20, 5, 20));
            PORT = ServerUnderTest.freePort();
            SERVER.api().listen(new InetSocketAddress("127.0.0.1", PORT), List.of());
            version = apply();
            ERRORS.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
            ERRORS.start();
            ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).addAppender(ERRORS);
        } catch (Exception e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private ApiFuzz() {}

    private static final class Errors extends AppenderBase<ILoggingEvent> {
        private final Queue<String> seen = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
                seen.add(event.getLoggerName() + ": " + event.getFormattedMessage());
            }
        }
    }

    private static void delete(Path folder) {
        try {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        } catch (IOException e) {
            // A few bytes in the temporary folder stay behind.
        }
    }

    /** A fuzzer calls it first, without a limit of time: each operation once, since the first of them loads classes. */
    public static void fuzzerInitialize() throws Exception {
        for (Contract.Operation o : OPERATIONS) {
            fuzzerTestOneInput(bytes(o.id()));
        }
    }

    /** Puts the network in force that every input finds. */
    private static int apply() throws Exception {
        return SERVER.services()
                .changes()
                .apply(new Changes.Change(
                        "fuzzer",
                        "",
                        Map.of("network.yaml", NETWORK),
                        OptionalInt.empty(),
                        Optional.empty(),
                        Scope.ALL))
                .number();
    }

    /**
     * A request in bytes, and whether it may rightly stay without an answer.
     *
     * @param path of the request
     */
    private record Request(byte[] bytes, String path, boolean mayWait) {}

    /**
     * Sends a request, and expects an answer.
     *
     * @param data lines: the name of an operation; its path parameters, separated by slashes, then its query; headers;
     *     an empty line; the body. Or {@code raw}, and the bytes as they are to be sent
     */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.ISO_8859_1);
        Request request =
                text.startsWith(RAW) ? new Request(bytes(text.substring(RAW.length())), "", true) : request(text);
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), PORT)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(request.mayWait() ? SHORT_MILLIS : ANSWER_MILLIS);
            socket.getOutputStream().write(request.bytes());
            judge(request, socket.getInputStream());
        } catch (SocketTimeoutException e) {
            if (!request.mayWait()) {
                throw new AssertionError("no answer to " + show(request), e);
            }
        } catch (IOException e) {
            // The server may close a connection before it has read all of a request.
        }
        String error = ERRORS.seen.poll();
        if (error != null) {
            throw new AssertionError("an error in the log, " + error + ", of " + show(request));
        }
        if (SERVER.services().changes().latest() != version) {
            restore();
        }
    }

    private static void judge(Request request, InputStream in) throws IOException {
        byte[] status = in.readNBytes("HTTP/1.1 200".length());
        String answer = new String(status, StandardCharsets.ISO_8859_1);
        boolean fault = answer.endsWith(" 500")
                || answer.endsWith(" 503") && !request.path().startsWith("/health/");
        if (fault) {
            byte[] rest = new byte[4096];
            int n = Math.max(0, in.read(rest));
            throw new AssertionError(
                    answer + new String(rest, 0, n, StandardCharsets.ISO_8859_1) + "\nto " + show(request));
        }
    }

    private static String show(Request request) {
        return new String(request.bytes(), StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Request request(String text) {
        String[] parts = text.split("\n\n", 2);
        String[] head = parts[0].split("\n", 3);
        Contract.Operation operation = operation(head[0]);
        String[] target = (head.length > 1 ? head[1] : "").split("\\?", 2);
        String path = operation.path();
        for (String parameter : target[0].split("/")) {
            path = path.replaceFirst("\\{\\w+}", encoded(parameter).replaceAll("[\\\\$]", "\\\\$0"));
        }
        String query = target.length > 1 ? encoded(target[1]) : "";
        String headers = head.length > 2 ? head[2] + "\n" : "";
        byte[] body = bytes(parts.length > 1 ? parts[1] : "");
        boolean waits = query.contains("wait") || query.contains("%");
        String all = operation.method() + " " + path + "?" + query + (waits || !takesWait(operation) ? "" : "&wait=0")
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n"
                + headers.replace("\r", "").replace("\n", "\r\n") + "\r\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes(all));
        out.writeBytes(body);
        String lower = headers.toLowerCase(Locale.ROOT);
        // A second length, or a wait for the answer 100, may leave the server waiting for a body.
        boolean partial = lower.contains("length") || lower.contains("encoding") || lower.contains("expect");
        boolean streams = operation.id().equals("capture") || lower.contains("event-stream");
        return new Request(out.toByteArray(), path, waits || partial || streams);
    }

    private static boolean takesWait(Contract.Operation operation) {
        return operation.queries().contains("wait");
    }

    /** The operation with a name; some operation if there is none. */
    private static Contract.Operation operation(String name) {
        return OPERATIONS.stream()
                .filter(o -> o.id().equals(name))
                .findFirst()
                .orElseGet(() -> OPERATIONS.get(Math.floorMod(name.hashCode(), OPERATIONS.size())));
    }

    /** Encodes what cannot be in the first line of a request. Nothing else: the server should get the rest as it is. */
    private static String encoded(String text) {
        StringBuilder out = new StringBuilder();
        for (char c : text.toCharArray()) {
            out.append(c <= ' ' || c == 127 ? String.format(Locale.ROOT, "%%%02x", (int) c) : String.valueOf(c));
        }
        return out.toString();
    }

    private static void restore() throws Exception {
        version = apply();
    }
}
