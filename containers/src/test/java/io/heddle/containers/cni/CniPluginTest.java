package io.heddle.containers.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.containers.ports.Api;
import io.heddle.containers.ports.Attacher;
import io.heddle.containers.ports.Devices;
import io.heddle.containers.ports.FakeHost;
import io.heddle.containers.ports.HostPorts;
import io.heddle.containers.ports.Place;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CniPluginTest {
    @Test
    void whatNobodyExpectsIsAnAnswerOfCniToo() throws Exception {
        Api broken = (method, path, body) -> {
            throw new IllegalStateException("broken");
        };
        HostPorts ports = new HostPorts(broken, new Place("hv1", "br0", "c-"));
        Devices devices = new Devices();
        CniPlugin.Output output = new CniPlugin(ports, devices, new Attacher(ports, devices))
                .serve(Map.of(
                        "CNI_COMMAND", "CHECK",
                        "CNI_CONTAINERID", "a",
                        "CNI_NETNS", "/run/netns/a",
                        "CNI_IFNAME", "eth0",
                        "config", "{\"cniVersion\": \"1.0.0\", \"name\": \"red\", \"type\": \"heddle-cni\"}"));
        assertFalse(output.ok());
        JsonNode error = new ObjectMapper().readTree(output.text());
        assertEquals(CniFault.IO, error.path("code").asInt(), output.text());
        assertTrue(error.path("msg").asText().contains("see its log"), output.text());
    }

    @Test
    void gcRemovesWhatItCanAndReportsTheRest() {
        FakeHost host = new FakeHost();
        for (String digit : new String[] {"1", "2", "3"}) {
            host.addPort("c-" + digit.repeat(13), "red", digit.repeat(32));
        }
        host.failing = "DELETE hosts/hv1/bridges/br0/ports/c-1";
        CniPlugin plugin =
                new CniPlugin(host.hostPorts(), host.devices(), new Attacher(host.hostPorts(), host.devices()));
        CniPlugin.Output output = plugin.serve(Map.of(
                "CNI_COMMAND",
                "GC",
                "config",
                "{\"cniVersion\": \"1.1.0\", \"name\": \"red\", \"type\": \"heddle-cni\","
                        + " \"cni.dev/valid-attachments\": []}"));
        assertFalse(output.ok());
        assertTrue(output.text().contains("503"), output.text());
        assertEquals(Set.of("c-1111111111111"), host.ports.keySet());
    }
}
