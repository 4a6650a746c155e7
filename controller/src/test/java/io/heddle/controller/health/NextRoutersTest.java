package io.heddle.controller.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.heddle.config.NetworkFile;
import io.heddle.events.Journal;
import io.heddle.flows.model.NetworkModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of next routers outlives the controller, and no longer than the route. */
class NextRoutersTest {
    private static final String FILE = """
            heddle: v1
            networks:
              red: {vlan: 200, vni: 200, subnet: 10.0.200.0/24, gateway: 10.0.200.254}
            routers:
              edge:
                networks: [red]
                routes:
                  - {to: 10.99.0.0/24, via: [10.0.200.1, 10.0.200.2, 10.0.200.3]}
                  - {to: 10.98.0.0/24, via: 10.0.200.1}
            """;

    @TempDir
    private Path folder;

    private static NetworkModel model(String text) throws Exception {
        return NetworkFile.parse(Map.of("n.yaml", text));
    }

    private static List<String> hops(NetworkModel model, int route) {
        return model.routers().get("edge").routes().get(route).via().stream()
                .map(h -> h.alive() + " " + Long.toHexString(h.mac().orElse(0)))
                .toList();
    }

    @Test
    void isReadAndForgotten() throws Exception {
        Path file = Files.writeString(
                folder.resolve("next-routers"),
                "edge 10.0.200.1 down 20000000009\nedge 10.0.200.2 up -\nnonsense\nedge 10.0.200.9 down -\n");
        try (Journal journal = new Journal(folder)) {
            NextRouters known = new NextRouters(io.heddle.store.StateFolder.of(folder), journal, Runnable::run);
            NetworkModel model = model(FILE);
            NetworkModel seen = known.seen(model);
            assertEquals(List.of("false 20000000009", "true 0", "true 0"), hops(seen, 0));
            assertEquals(List.of("true 0"), hops(seen, 1), "a route with one next router has no choice");
            NetworkModel other = model(FILE.replace("10.0.200.1, ", ""));
            assertSame(NetworkModel.EMPTY, known.seen(NetworkModel.EMPTY));

            known.round(model, List.of());
            assertEquals(
                    "edge 10.0.200.1 down 20000000009", Files.readString(file).strip());
            assertEquals(hops(seen, 0), hops(known.seen(model), 0), "nobody can ask: it stays what it was");
            known.round(other, List.of());
            assertEquals("", Files.readString(file));
            assertSame(model, known.seen(model));
        }
    }
}
