package io.heddle.containers.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heddle.containers.ports.Api;
import io.heddle.containers.ports.Attacher;
import io.heddle.containers.ports.Devices;
import io.heddle.containers.ports.HostPorts;
import io.heddle.containers.ports.Place;
import java.util.Map;
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
}
