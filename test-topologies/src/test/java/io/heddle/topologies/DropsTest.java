package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.LabHost;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every drop has a reason, a rate and a last frame; events are reported, stored and streamed. */
class DropsTest extends LabTest {
    private static final String NETWORK = """
            heddle: v1
            networks: {red: {vlan: 200}, blue: {vlan: 300}}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges:
                  br0:
                    datapath: netdev
                    ports:
                      vm1: {access: red, broadcast-limit: 10pps}
                      vm2: {access: red}
                      vm3: {access: red}
                      trunk1: {trunk: [red, blue]}
            acls: [{name: bad, rules: [{match: "icmp,nw_src=10.0.0.66", action: drop}]}]
            """;
    private LabHost hv1;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        lab.machine(hv1, "vm1", "10.0.0.1/24").run("ip addr add 10.0.0.66/24 dev eth0");
        lab.machine(hv1, "vm2", "10.0.0.2/24");
        lab.machine(hv1, "vm3", "10.0.0.3/24");
        lab.machine(hv1, "trunk1", "10.0.9.1/24");
        startController();
        apply(NETWORK);
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
    }

    private JsonNode drop(String reason) {
        for (JsonNode d : controller.get("drops")) {
            if (d.path("reason").asText().equals(reason)) {
                return d;
            }
        }
        return controller.get("status").path("nothing");
    }

    @Test
    void reportsRatePortAndLastFrameOfADrop() throws Exception {
        CompletableFuture<Void> pings = CompletableFuture.runAsync(
                () -> lab.machine("vm1").attempt("ping -i 0.02 -c 300 -W 1 -I 10.0.0.66 10.0.0.2"));
        ControllerProcess.until(
                10,
                "the rate is known",
                () -> drop("acl bad rule 1").path("rate").asDouble() > 20);
        JsonNode d = drop("acl bad rule 1");
        System.out.println("measured: " + d);
        assertEquals("hv1/br0", d.path("switch").asText());
        assertEquals("vm1", d.path("lastPort").asText());
        assertTrue(
                d.path("lastFrame").asText().startsWith("icmp,")
                        && d.path("lastFrame").asText().contains("nw_src=10.0.0.66,nw_dst=10.0.0.2")
                        && d.path("lastFrame").asText().contains("icmp_type=8"),
                d.toString());
        assertTrue(d.path("lastSeen").asText().startsWith("20"), d.toString());
        assertTrue(d.path("rate").asDouble() < 80, d.toString());
        pings.join();
        // Samples stay few, however many frames are dropped.
        assertTrue(controller.counter("openflow_packet_ins_total") < 60, "packet-ins: " + controller.get("status"));

        send(lab.machine("trunk1"), "ffffffffffff 020000000077 8100 0007 0806", 30);
        String vlan = "VLAN not allowed on trunk trunk1";
        ControllerProcess.until(
                5,
                "a tagged frame of no network has a name",
                () -> drop(vlan).path("packets").asInt() == 30
                        && !drop(vlan).path("lastFrame").asText().isEmpty());
        assertTrue(
                drop(vlan).path("lastFrame").asText().contains("dl_src=02:00:00:00:00:77"),
                drop(vlan).toString());

        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:8080/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        assertTrue(
                metrics.contains("heddle_dropped_frames_total{reason=\"acl bad rule 1\",switch=\"hv1/br0\"} "),
                metrics);
        assertTrue(metrics.contains("heddle_openflow_packet_ins_total "), metrics);
    }

    @Test
    void reportsAndCountsAStorm() {
        send(lab.machine("vm1"), "ffffffffffff 020000000001 88b5", 500);
        ControllerProcess.until(8, "what is over the limit is counted", () -> {
            for (JsonNode d : controller.get("drops")) {
                if (d.path("reason").asText().startsWith("shaping: broadcast by port vm1")
                        && d.path("packets").asInt() > 100) {
                    return true;
                }
            }
            return false;
        });
        // The first reading is the baseline; a storm that continues after it is reported.
        send(lab.machine("vm1"), "ffffffffffff 020000000001 88b5", 500);
        awaitEvent("storm-limited", "hv1/br0", "broadcast by port vm1");
    }

    @Test
    void reportsADuplicateAddressAndAFlappingMac() {
        lab.machine("vm3").run("ip addr add 10.0.0.2/24 dev eth0");
        lab.machine("vm3").attempt("arping -c 2 -U -I eth0 -s 10.0.0.2 10.0.0.2");
        lab.machine("vm3").attempt("ping -c 1 -W 1 -I 10.0.0.2 10.0.0.1");
        // vm3 may be learnt already or not; what counts is that two MACs send from one IP address.
        lab.machine("vm3").run("ip link set eth0 address 02:00:00:00:00:33");
        lab.machine("vm3").attempt("arping -c 2 -U -I eth0 -s 10.0.0.2 10.0.0.2");
        awaitEvent("duplicate-address", "hv1/br0", "10.0.0.2 belonged to ");
        for (int i = 0; i < 6; i++) {
            send(lab.machine("vm2"), "ffffffffffff 020000000055 88b5", 1);
            pause(150);
            send(lab.machine("vm3"), "ffffffffffff 020000000055 88b5", 1);
            pause(150);
        }
        awaitEvent("mac-flapping", "hv1/br0", "02:00:00:00:00:55 moves between ports");
    }

    @Test
    void streamsEvents() throws Exception {
        HttpResponse<java.io.InputStream> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(ControllerProcess.API + "events?since=0"))
                                .header("Accept", "text/event-stream")
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(
                "text/event-stream",
                response.headers().firstValue("Content-Type").orElse(""));
        StringBuilder seen = new StringBuilder();
        Thread reader = new Thread(() -> {
            byte[] buffer = new byte[4096];
            try {
                for (int n = response.body().read(buffer);
                        n >= 0;
                        n = response.body().read(buffer)) {
                    synchronized (seen) {
                        seen.append(new String(buffer, 0, n));
                    }
                }
            } catch (java.io.IOException e) {
                // The test closes the stream below.
            }
        });
        reader.start();
        hv1.vsctl("set port vm2 tag=9");
        ControllerProcess.until(5, "the stream tells", () -> {
            synchronized (seen) {
                return seen.indexOf("\"kind\":\"healed\"") > seen.indexOf("\"kind\":\"applied\"")
                        && seen.indexOf("\"kind\":\"applied\"") > 0
                        && seen.indexOf("tag=9 → 200") > 0;
            }
        });
        response.body().close();
        reader.join(5000);
        assertTrue(!reader.isAlive());
    }
}
