package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real client, ISC's dhclient, gets IPv6 addresses from Heddle; and Heddle chooses addresses of both versions. */
class Dhcp6Test extends Dhcp6Lab {
    private Path script;
    private LabHost hv1;

    @BeforeEach
    void build() {
        hv1 = lab.host("hv1");
        LabHost hv2 = lab.host("hv2");
        guest(hv1, "g1", "19:01");
        guest(hv1, "g2", "19:02");
        guest(hv1, "p1", "19:11");
        guest(hv2, "g3", "19:03");
        lab.introduce();
        startController();
        apply(example("dhcp6"));
        script = executable("dhcp6-script", SCRIPT);
    }

    private Shell.Result dhclient(String machine, String how) {
        String pid = Lab.FOLDER.resolve("dhclient6-" + machine + ".pid").toString();
        return lab.machine(machine)
                .script("timeout 10 dhclient -6 -1 -v " + how + " -sf " + script + " -e ME=" + machine + " -lf "
                        + Lab.FOLDER.resolve("dhclient6-" + machine + ".leases") + " -pf " + pid
                        + " eth0; kill $(cat " + pid + ") 2>/dev/null");
    }

    private String got(String machine) {
        return text(Path.of(script + "-" + machine));
    }

    private JsonNode lease(String address) {
        JsonNode rows = controller.get("leases?network=green&address=" + address);
        return rows.size() == 1 ? rows.get(0) : rows.path(-1);
    }

    @Test
    void guestsGetDeclaredAddressesAndOthersFromTheRange() {
        Shell.Result first = dhclient("g1", "");
        assertTrue(got("g1").contains("new_ip6_address=fd00:200::1000\n"), first.output() + got("g1"));
        assertTrue(got("g1").contains("new_dhcp6_name_servers=fd00:200::53\n"), got("g1"));
        assertTrue(got("g1").contains("new_dhcp6_domain_search=green.example."), got("g1"));
        Shell.Result declared = dhclient("g2", "");
        assertTrue(got("g2").contains("new_ip6_address=fd00:200::12\n"), declared.output() + got("g2"));
        assertTrue(lab.machine("g1").pings("fd00:200::12"));
        assertTrue(lab.machine("g1").pings("fd00:200::1"), "the gateway");
        assertEquals("range", lease("fd00:200::1000").path("origin").asText());
        assertEquals("g1", lease("fd00:200::1000").path("port").asText());
        assertEquals("declared", lease("fd00:200::12").path("origin").asText());
        Shell.Result again = dhclient("g1", "");
        assertTrue(again.output().contains("Confirm") && again.output().contains("Reply"), again.output());
        Shell.Result released = lab.machine("g1")
                .script("timeout 10 dhclient -6 -r -v -sf " + script + " -e ME=g1 -lf "
                        + Lab.FOLDER.resolve("dhclient6-g1.leases") + " -pf "
                        + Lab.FOLDER.resolve("dhclient6-g1.pid") + " eth0");
        ControllerProcess.until(
                5,
                "g1 has released: " + released.output(),
                () -> lease("fd00:200::1000").isMissingNode());
        String metrics = Shell.attempt(List.of("curl", "-s", "http://127.0.0.1:8080/metrics"))
                .output();
        assertTrue(metrics.contains("heddle_dhcp6_range_size{network=\"green\"} 4096.0"), metrics);
    }

    @Test
    void leasesOfIpv6SurviveTheController() throws Exception {
        dhclient("g1", "");
        String ends = lease("fd00:200::1000").path("ends").asText();
        controller.kill();
        restartController();
        awaitInSync(2);
        assertEquals(ends, lease("fd00:200::1000").path("ends").asText());
        dhclient("g1", "");
        assertEquals("bound", lease("fd00:200::1000").path("state").asText());
    }

    @Test
    void advertisementsSayWhatDhcpHas() throws IOException {
        assertTrue(advertised("g1").contains("Flags [managed, other stateful]"));
        String information = advertised("p1");
        assertTrue(information.contains("Flags [other stateful]"), information);
        Shell.Result stateless = dhclient("p1", "-S");
        assertTrue(got("p1").contains("new_dhcp6_name_servers=fd00:200::53\n"), stateless.output() + got("p1"));
        assertFalse(got("p1").contains("new_ip6_address"), got("p1"));
    }

    private String advertised(String machine) throws IOException {
        Capture heard = capture(hv1, machine, 10, "-v icmp6 and ip6[40] == 134");
        lab.machine(machine).run("ip link set eth0 down");
        lab.machine(machine).run("ip link set eth0 up");
        return heard.text("prefix info option");
    }

    @Test
    void anAutomaticAddressIsDeclaredLikeAnyOther() {
        JsonNode port = controller.get("hosts/hv2/bridges/br0/ports/g3");
        assertEquals(
                "[\"10.0.200.2/24\",\"fd00:200::2/64\"]", port.path("address").toString());
        dhclient("g3", "");
        assertTrue(got("g3").contains("new_ip6_address=fd00:200::2\n"), got("g3"));
        String rows =
                ControllerProcess.heddle("get addresses network=green -o wide").output();
        assertTrue(rows.matches("(?s).*green +10.0.200.2 +declared +02:00:00:00:19:03 +hv2 +g3 +hv2/br0/g3.*"), rows);
        String reserved =
                ControllerProcess.heddle("address reserve green --name db1").output();
        assertTrue(reserved.contains("10.0.200.3/24"), reserved);
        String taken = ControllerProcess.heddle("address reserve green --name x --address 10.0.200.3")
                .output();
        assertTrue(taken.contains("10.0.200.3 is already reserved for db1"), taken);
        ControllerProcess.heddle("address free green 10.0.200.3");
        assertEquals(
                0, controller.get("addresses?network=green&source=reserved").size());
    }
}
