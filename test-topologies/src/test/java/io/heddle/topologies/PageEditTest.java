package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.LabHost;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

/** A network made and changed by hand on the page, on a real switch; and barriers on each of its views. */
class PageEditTest extends LabTest {
    private static final String FILE = """
            heddle: v1
            networks:
              red: {vlan: 200, subnet: 10.0.0.0/24, gateway: 10.0.0.254}   # kept
              blue: {vlan: 300}
            hosts:
              hv1:
                ovsdb: tcp:172.31.0.1:6640
                bridges:
                  br0:
                    datapath: netdev
                    ports:
                      vm1: {access: red, labels: {app: web}}
                      vm2: {access: blue}
            acls:
              - name: web
                description: <img src=x onerror=alert(1)>
                on: {networks: [red]}
                rules:
                  - {match: "ip,nw_src=10.0.0.66", action: drop}
                  - {match: {proto: tcp, dst-port: 23}, action: drop}
            """;

    private static final String AWAY = """
            routers: {edge: {networks: [red]}}
            hosts:
              hv9: {ovsdb: "tcp:172.31.0.99:6640", bridges: {br0: {ports: {vm9: {access: blue}}}}}
            """;

    private Browser browser;
    private LabHost hv1;

    @BeforeEach
    void open() {
        hv1 = lab.host("hv1");
        lab.machine(hv1, "vm1", "10.0.0.1/24");
        lab.machine(hv1, "vm2", "10.0.0.2/24");
        startController();
        browser = new Browser();
    }

    @AfterEach
    void close() {
        assertEquals(List.of(), browser.end());
    }

    private void fill(String form, String... fields) {
        for (int i = 0; i < fields.length; i += 2) {
            WebElement e = browser.find(form + " [name=" + fields[i] + "]");
            if (e.getTagName().equals("select")) {
                new Select(e).selectByValue(fields[i + 1]);
            } else {
                e.clear();
                e.sendKeys(fields[i + 1]);
            }
        }
    }

    private void applied(int version) {
        browser.button("Apply this plan");
        browser.awaitText("Version " + version + ": in-sync.");
    }

    @Test
    void startsFromNothing() {
        browser.show("");
        browser.awaitText("No host yet");
        browser.awaitText("A port needs a host and a network");
        fill("section form", "name", "red", "vlan", "200");
        browser.button("Plan this network");
        applied(1);
        fill("form:has([name=ovsdb])", "name", "hv1", "ovsdb", "tcp:172.31.0.1:6640", "datapath", "netdev");
        browser.button("Plan this host");
        browser.awaitText("+ bridge br0");
        assertFalse(hv1.vsctl("list-br").contains("br0"), "a plan touches nothing");
        applied(2);
        for (int n = 1; n <= 2; n++) {
            browser.find("form:has([name=network])");
            fill("form:has([name=network])", "name", "vm" + n, "network", "red");
            browser.button("Plan this port");
            browser.awaitText("+ port br0/vm" + n);
            applied(2 + n);
        }
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        // A name that is taken replaces nothing.
        fill("section form", "name", "red", "vlan", "201");
        browser.button("Plan this network");
        browser.awaitText("networks red already exists");
        assertEquals(200, controller.get("networks/red").path("vlan").asInt());
    }

    @Test
    void changesPortsNetworksAndLists() {
        apply(FILE);
        assertFalse(lab.machine("vm1").pings("10.0.0.2"));
        browser.show("#/host/hv1");
        browser.find("a[href='#/edit/port/hv1/br0/vm2']").click();
        browser.awaitText("Change port hv1/br0/vm2");
        fill("form", "access", "rde");
        browser.button("Plan this change");
        browser.awaitText("unknown network \"rde\", did you mean red?");
        fill("form", "access", "red");
        browser.button("Plan this change");
        browser.awaitText("port hv1/br0/vm2 changes its VLANs");
        browser.find("input[name=trial]").click();
        applied(2);
        browser.awaitText("Version 2 of page is on trial: version 1 comes back at");
        browser.button("Keep it");
        browser.await("the bar goes", () -> !browser.find("#trial").isDisplayed());
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));

        // What the form does not show stays in the file.
        browser.show("#/edit/port/hv1/br0/vm1");
        fill("form", "mac", "02:00:00:00:00:01");
        browser.button("Plan this change");
        applied(3);
        assertEquals(
                "web",
                controller
                        .get("hosts/hv1/bridges/br0/ports/vm1")
                        .path("labels")
                        .path("app")
                        .asText());

        browser.show("#/edit/network/blue");
        fill("form", "vlan", "301");
        browser.button("Plan this change");
        applied(4);
        assertTrue(controller.get("network").toString().contains("# kept"));

        browser.show("#/edit/list/web");
        browser.await(
                "two rules",
                () -> browser.driver().findElements(By.cssSelector(".rule")).size() == 2);
        browser.driver().findElements(By.cssSelector(".rule button")).get(2).click();
        browser.button("Add a rule");
        WebElement last = browser.find(".rule:last-child input");
        last.sendKeys("{\"proto\": ");
        browser.button("Plan this change");
        browser.awaitText("Rule 3:");
        last.clear();
        last.sendKeys("icmp");
        browser.button("Plan this change");
        applied(5);
        String rules = controller.get("acls/web").path("rules").toString();
        assertTrue(rules.startsWith("[{\"match\":{\"proto\":\"tcp\"") && rules.contains("\"icmp\""), rules);
        assertFalse(lab.machine("vm1").pings("10.0.0.2"), "the new rule drops it");
        browser.show("#/acls");
        browser.awaitText("<img src=x onerror=alert(1)>");
    }

    @Test
    void refusesWhatSomebodyElseHasChangedAndUndoes() {
        apply(FILE);
        browser.show("#/edit/port/hv1/br0/vm2");
        fill("form", "access", "red");
        browser.button("Plan this change");
        browser.awaitText("changes its VLANs");
        apply(FILE.replace("vm2: {access: blue}", "vm2: {access: blue, mac: \"02:00:00:00:00:02\"}"));
        browser.button("Apply this plan");
        browser.awaitText("has changed since it was read: read it again");
        assertEquals(2, controller.get("status").path("version").asInt());

        browser.show("#/edit/port/hv1/br0/vm1");
        browser.button("Plan its removal");
        browser.awaitText("- port br0/vm1");
        applied(3);
        assertFalse(hv1.vsctl("list-ports br0").contains("vm1"));
        browser.show("#/history/2");
        browser.button("Roll back to version 2");
        browser.awaitText("+ port br0/vm1");
        browser.find("input[name=trial]").click();
        applied(4);
        browser.awaitText("version 3 comes back at");
        browser.button("Keep it");
        assertTrue(hv1.vsctl("list-ports br0").contains("vm1"));
    }

    @Test
    void noViewHasABarrier() {
        browser.show("");
        browser.awaitText("No host yet");
        List<String> found = new ArrayList<>(look("start"));
        // A host that is not there, and a version on trial, are on the page, too.
        controller.apply(FILE.replace("hosts:\n", AWAY), "wait=5");
        controller.apply(FILE.replace("hosts:\n", AWAY).replace("300", "301"), "wait=5&trial=300");
        lab.machine("vm1").pings("10.0.0.66");
        for (String view : List.of(
                "",
                "networks",
                "routers",
                "acls",
                "drops",
                "events",
                "trace",
                "check",
                "plan",
                "history",
                "history/1",
                "host/hv1",
                "network/red",
                "add",
                "edit/port/hv1/br0/vm1",
                "edit/network/red",
                "edit/list/web")) {
            browser.show("#/" + view);
            browser.await("content of " + view, () ->
                    (Boolean) browser.run("return document.querySelector('main').children.length > 0"));
            pause(700);
            found.addAll(look(view));
        }
        assertTrue(browser.find("#trial").isDisplayed());
        browser.show("");
        new Select(browser.find("select")).selectByValue("state");
        browser.await("groups", () -> browser.find("details.group").isDisplayed());
        found.addAll(look("hosts in groups"));
        browser.show("#/edit/port/hv1/br0/vm1");
        browser.button("Plan its removal");
        browser.awaitText("Apply this plan");
        found.addAll(look("plan of a removal"));
        browser.find("#help").click();
        found.addAll(look("keys"));
        assertEquals(List.of(), found, () -> String.join("\n", found));
    }

    /** The view in light and dark. */
    private List<String> look(String view) {
        List<String> found = new ArrayList<>();
        for (String theme : List.of("light", "dark")) {
            browser.run("document.documentElement.dataset.theme = '" + theme + "'");
            Axe.violations(browser).forEach(v -> found.add(view + " in " + theme + ": " + v));
        }
        return found;
    }
}
