package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import io.heddle.topologies.lab.Shell;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** TLS on OpenFlow and OVSDB, in both directions, with real Open vSwitch. */
class TlsTest extends LabTest {
    private static final Path PKI = Lab.FOLDER.resolve("pki");
    private static final String CONTROLLER = "172.31.0.254";
    private static final Pattern DURATION = Pattern.compile("duration=([0-9.]+)s");

    private LabHost hv1;
    private LabHost hv2;

    private void topology() {
        Shell.run("rm -rf " + PKI);
        hv1 = lab.host("hv1");
        hv2 = lab.host("hv2");
        lab.machine(hv1, "vm1", "10.0.200.1/24");
        lab.machine(hv2, "vm2", "10.0.200.2/24");
        pki("init");
        controller = new ControllerProcess(Lab.FOLDER.resolve("tls-controller"), "--tls", PKI.toString());
    }

    private static String pki(String args) {
        Shell.Result r = ControllerProcess.heddle("pki " + args + " --folder " + PKI);
        assertTrue(r.ok(), r.output());
        return r.output();
    }

    /** Gives a host its certificate. */
    private static void certify(LabHost host, String option, String as) {
        pki("host " + as);
        Path home = PKI.resolve("hosts").resolve(as);
        Shell.run("rm -rf " + host.folder() + "/ssl");
        Shell.run("cp -r " + home + " " + host.folder() + "/ssl");
        if (!option.isEmpty()) {
            // Open vSwitch takes the authority from the controller at the first connection.
            Shell.run("rm " + host.folder() + "/ssl/cacert.pem");
        }
        host.vsctl("-- " + option + " set-ssl " + host.folder() + "/ssl/privkey.pem " + host.folder() + "/ssl/cert.pem "
                + host.folder() + "/ssl/cacert.pem");
    }

    private static String file(String hv1, String hv2) {
        return """
                heddle: v1
                networks: {red: {vlan: 200, vni: 10200}}
                hosts:
                  hv1:
                    %s
                    tunnel-ip: 172.31.0.1
                    bridges: {br0: {datapath: netdev, ports: {vm1: {access: red}}}}
                  hv2:
                    %s
                    tunnel-ip: 172.31.0.2
                    bridges: {br0: {datapath: netdev, ports: {vm2: {access: red}}}}
                """.formatted(hv1, hv2);
    }

    private static String target(LabHost host) {
        return host.vsctl("--bare --columns=target,is_connected list controller")
                .strip()
                .replaceAll("\\s+", " ");
    }

    /** Hv1 is dialled; hv2 dials in, and learns the controller's authority by itself. */
    private String secured() {
        certify(hv1, "", "hv1");
        hv1.vsctl("set-manager pssl:6641");
        certify(hv2, "--bootstrap", "hv2");
        hv2.vsctl("set-manager ssl:" + CONTROLLER + ":6645");
        return file("ovsdb: ssl:172.31.0.1:6641", "system-id: hv2");
    }

    @Test
    void securesBothDoorsInBothDirections() {
        topology();
        apply(secured());
        for (LabHost host : new LabHost[] {hv1, hv2}) {
            ControllerProcess.until(
                    10, "connected by TLS", () -> target(host).equals("ssl:" + CONTROLLER + ":6654 true"));
        }
        assertTrue(lab.machine("vm1").pings("10.0.200.2"));
        Shell.Result imported = ControllerProcess.heddle("import ssl:172.31.0.1:6641 --name hv1 --tls " + PKI);
        assertTrue(imported.ok() && imported.output().contains("ovsdb: ssl:172.31.0.1:6641"), imported.output());
    }

    /** The plan for a host reads its entries by TLS too, while its bridge has no controller yet. */
    @Test
    void plansByTls() {
        topology();
        String file = secured();
        hv1.vsctl("add-br br0 -- set bridge br0 datapath_type=netdev");
        hv1.ofctl("br0", "add-flow", "table=0,priority=7,ip,actions=drop");
        String plan = ControllerProcess.heddle("plan " + write(file)).output();
        assertTrue(plan.contains("priority=7"), plan);
    }

    @Test
    void movesAFleetToTlsWithoutLosingAFrame() {
        topology();
        apply(file("ovsdb: tcp:172.31.0.1:6640", "ovsdb: tcp:172.31.0.2:6640"));
        ControllerProcess.until(10, "connected by TCP", () -> target(hv1).equals("tcp:" + CONTROLLER + ":6653 true"));
        Pings pings = ping("vm1", "10.0.200.2");
        pause(1000);
        double before = age(hv1);
        // The sessions end with the old addresses, so this apply waits for nobody.
        controller.apply(secured(), "wait=0");
        ControllerProcess.until(20, "both hosts are back", () -> connected() == 2 && switches() == 2);
        ControllerProcess.until(10, "hv1 has moved", () -> target(hv1).equals("ssl:" + CONTROLLER + ":6654 true"));
        ControllerProcess.until(10, "hv2 has moved", () -> target(hv2).equals("ssl:" + CONTROLLER + ":6654 true"));
        pause(1000);
        assertTrue(age(hv1) > before, "the entries are those of before");
        assertEquals(0, pings.lost());
    }

    /** The age of the youngest entry that is not learnt, in seconds. */
    private static double age(LabHost host) {
        double youngest = Double.MAX_VALUE;
        for (String line : host.ofctl("br0", "dump-flows", "table=0").split("\n")) {
            Matcher m = DURATION.matcher(line);
            youngest = m.find() ? Math.min(youngest, Double.parseDouble(m.group(1))) : youngest;
        }
        return youngest;
    }

    @Test
    void takesNewCertificatesUnderTraffic() {
        topology();
        String file = secured();
        apply(file);
        Pings pings = ping("vm1", "10.0.200.2");
        pki("rotate");
        awaitEvent("changed", "certificates", "read again");
        // A revoked host is closed; with its new certificate it comes back.
        certify(hv1, "", "hv1");
        awaitEvent("disconnected", "hv1", "no longer trusted");
        ControllerProcess.until(20, "both hosts are back", () -> connected() == 2 && switches() == 2);
        apply(file.replace("vm1: {access: red}", "vm1: {access: red, description: robot}"));
        assertEquals(0, pings.lost());
    }

    private long connected() {
        return StreamSupport.stream(controller.get("hosts").spliterator(), false)
                .filter(h -> h.path("state").asText().equals("in-sync"))
                .count();
    }

    private int switches() {
        return controller.get("switches").size();
    }

    @Test
    void refusesWhoeverIsInTheMiddle() {
        topology();
        String file = secured();
        // Hv1's database shows hv2's certificate: as if hv2 had taken hv1's address.
        certify(hv1, "", "hv2");
        controller.apply(file, "wait=0");
        awaitEvent("unreachable", "hv1", "expected a certificate of hv1 or 172.31.0.1, found a certificate of hv2");
        // Hv2's revoked certificate is refused too.
        String hosts = controller.get("hosts").toString();
        assertFalse(hosts.contains("\"connected\":true"), hosts);
        // Somebody with a certificate of another authority pretends to be the controller.
        certify(hv1, "", "hv1");
        certify(hv2, "", "hv2");
        // The pauses between attempts have grown.
        awaitEvent(40, "connected", "hv1", "OVSDB session");
        apply(file);
        controller.close();
        Shell.run("rm -rf " + PKI);
        pki("init");
        pki("host hv1");
        controller = new ControllerProcess(Lab.FOLDER.resolve("tls-controller"), "--tls", PKI.toString());
        ControllerProcess.until(
                15,
                "hv1 refuses the controller",
                () -> text(hv1.folder().resolve("vsw.log")).contains("certificate verify failed"));
        assertEquals("ssl:" + CONTROLLER + ":6654 false", target(hv1));
    }
}
