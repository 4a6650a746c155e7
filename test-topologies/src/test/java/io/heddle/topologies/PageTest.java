package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.lab.ControllerProcess;
import io.heddle.topologies.lab.Lab;
import io.heddle.topologies.lab.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The web page in a real browser, on a live network. The test saves screenshots for the documentation. */
class PageTest extends LabTest {
    private static final String PAGE = "http://127.0.0.1:8080/";
    private static final Path PICTURES =
            Path.of(System.getenv().getOrDefault("HEDDLE_PICTURES", Lab.FOLDER.toString()));
    /** Chromium drops requests when an interface appears in its namespace, as the lab's bridges do. */
    private static final String NETWORK_CHANGED = "ERR_NETWORK_CHANGED";

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private ChromeDriver browser;
    private final List<String> log = new ArrayList<>();

    @BeforeEach
    void open() {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        // The sandbox does not work for root, and shared memory does not work in a separate namespace.
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--force-color-profile=srgb",
                "--lang=en");
        options.setBinary("/usr/bin/chromium");
        options.setCapability("goog:loggingPrefs", logs);
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(Path.of("/usr/bin/chromedriver").toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
        browser.manage().window().setSize(new Dimension(1400, 900));
    }

    @AfterEach
    void close() {
        readLog();
        List<String> complaints = log.stream()
                // The page is not at fault when the controller refuses or is gone.
                .filter(l -> !l.contains("the server responded with a status of 4")
                        && !l.contains("ERR_CONNECTION")
                        && !l.contains(NETWORK_CHANGED)
                        && !l.contains("ERR_INCOMPLETE"))
                .toList();
        browser.quit();
        assertEquals(List.of(), complaints);
    }

    /** Opens a page. Opens it again if Chromium has dropped one of its scripts, see {@link #NETWORK_CHANGED}. */
    private void show(String page) {
        boolean whole = false;
        for (int attempt = 0; attempt < 5 && !whole; attempt++) {
            browser.get("about:blank");
            readLog();
            int before = log.size();
            browser.get(PAGE + page);
            readLog();
            whole = log.subList(before, log.size()).stream().noneMatch(l -> l.contains(NETWORK_CHANGED));
        }
    }

    private void readLog() {
        browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(l -> l.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::toString)
                .forEach(log::add);
    }

    private WebElement find(String css) {
        return await(
                css,
                () -> browser.findElements(By.cssSelector(css)).stream()
                        .findFirst()
                        .orElse(null));
    }

    private <T> T await(String what, Supplier<T> condition) {
        return new WebDriverWait(browser, PATIENCE, Duration.ofMillis(100))
                .withMessage(() -> what + "\n" + text())
                .ignoring(StaleElementReferenceException.class)
                .until(b -> {
                    T value = condition.get();
                    return Boolean.FALSE.equals(value) ? null : value;
                });
    }

    private String text() {
        return browser.findElement(By.tagName("body")).getText();
    }

    private void awaitText(String words) {
        await(words, () -> text().contains(words));
    }

    private Object run(String script) {
        return browser.executeScript(script);
    }

    private void picture(String name, int high) throws IOException {
        Files.createDirectories(PICTURES);
        browser.manage().window().setSize(new Dimension(1200, high));
        pause(300);
        Files.write(PICTURES.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }

    private void demo() throws IOException {
        String file = Files.readString(ControllerProcess.home().resolve("test-topologies/networks/demo.yaml"));
        LabHost[] hv = {lab.host("hv1"), lab.host("hv2"), lab.host("hv3"), lab.host("tor")};
        lab.cable(hv[0], "nic1", hv[3], "port1");
        lab.cable(hv[0], "nic2", hv[3], "port2");
        lab.machine(hv[0], "red1", "10.0.0.1/24");
        lab.machine(hv[0], "blue1", "10.0.0.1/24");
        lab.machine(hv[1], "red2", "10.0.0.2/24");
        lab.machine(hv[1], "blue2", "10.0.0.2/24");
        lab.machine(hv[2], "red3", "10.0.0.3/24");
        lab.machine(hv[2], "bad", "10.0.0.66/24");
        lab.machine(hv[3], "server", "10.0.0.9/24");
        lab.introduce();
        startController();
        controller.apply(file);
    }

    @Test
    void drawsAndUpdatesTheNetwork() throws IOException {
        demo();
        show("");
        await(
                "four hosts in sync",
                () -> browser.findElements(By.cssSelector(".card[data-state=in-sync]"))
                                .size()
                        == 4);
        await(
                "three tunnels",
                () -> browser.findElements(By.cssSelector("path.tunnel[data-tunnel]"))
                                .size()
                        == 3);
        await(
                "the bond's two members",
                () -> browser.findElements(By.cssSelector("[data-port='hv1/br0/bond0'] .member.up"))
                                .size()
                        == 2);
        assertEquals("1px", width("hv1/br0/red1"));
        Process traffic = lab.machine("red1").start(Lab.FOLDER.resolve("traffic"), "ping -q -i 0.002 -s 1400 10.0.0.2");
        try {
            await(
                    "the line of red1 grows",
                    () -> Double.parseDouble(width("hv1/br0/red1").replace("px", "")) > 3);
            await(
                    "the tunnel's as well",
                    () -> Double.parseDouble(find("path[data-tunnel='hv1 hv2'], path[data-tunnel='hv2 hv1']")
                                    .getCssValue("stroke-width")
                                    .replace("px", ""))
                            > 3);
            lab.machine("bad").pings("10.0.0.1");
            picture("network", 430);
            theme("dark");
            picture("network-dark", 430);
            theme("light");
        } finally {
            traffic.destroy();
        }
        lab.machine("red3").script("ip link set eth0 down");
        find("[data-port='hv3/br0/red3'][data-link=down]");
        lab.machine("red3").script("ip link set eth0 up");
        find("[data-port='hv3/br0/red3'][data-link=up]");

        find(".card[data-host=hv3]").click();
        awaitText("Host hv3");
        awaitText("acl bad-neighbour rule 1");
        show("#/network/red");
        awaitText("VLAN 200, VNI 10200, MTU 1450");
        awaitText("FROM HV1/BR0".toLowerCase());
        show("#/acls");
        await(
                "hits of rule 1",
                () -> find("tbody tr:first-child td:last-child").getText().matches("[1-9].*"));
        show("#/drops");
        find("rect[data-reason='acl bad-neighbour rule 1']");
        show("#/trace");
        trace("hv3/bad", "hv1/red1", "icmp,nw_src=10.0.0.66,nw_dst=10.0.0.1");
        await(
                "a sentence with the rule's place",
                () -> find("#sentence").getText().contains("rule 1 (network.yaml:50)"));
        find("path.cross");
        trace("tor/server", "hv3/red3", "");
        await(
                "the way is drawn",
                () -> find("#sentence").getText().contains("delivered to hv3")
                        && browser.findElements(By.cssSelector("path.way")).size() >= 5);
        picture("trace", 760);
        foreignRequests();
    }

    private void theme(String name) {
        run("document.documentElement.dataset.theme = '" + name + "'");
    }

    private String width(String port) {
        return find("[data-port='" + port + "'] .wire").getCssValue("width");
    }

    private void trace(String from, String to, String match) {
        for (String[] field : new String[][] {{"from", from}, {"to", to}, {"match", match}}) {
            WebElement input = find("[name=" + field[0] + "]");
            input.clear();
            input.sendKeys(field[1]);
        }
        find("form.question button").click();
    }

    /** The page may load resources only from the controller. */
    private void foreignRequests() {
        assertEquals(
                0L,
                run(
                        "return performance.getEntriesByType('resource').filter(r => !r.name.startsWith(location.origin)).length"));
    }

    @Test
    void plansAppliesAndRollsBackAFile() {
        LabHost hv1 = lab.host("hv1");
        lab.machine(hv1, "vm1", "10.0.0.1/24");
        lab.machine(hv1, "vm2", "10.0.0.2/24");
        startController();
        show("");
        awaitText("No network yet");
        show("#/plan");
        String file =
                "heddle: v1\nnetworks: {red: {vlan: 200}}\nhosts: {hv1: {ovsdb: \"tcp:172.31.0.1:6640\", bridges: {br0: {datapath: netdev, ports:"
                        + " {vm1: {access: red}, vm2: {access: reed}}}}}}\n";
        run(
                "const dropped = new DataTransfer(); dropped.items.add(new File([" + quoted(file)
                        + "], 'network.yaml'));"
                        + "document.querySelector('textarea').dispatchEvent(new DragEvent('drop', {dataTransfer: dropped, bubbles: true}))");
        awaitText("unknown network \"reed\", did you mean red?");
        put(file.replace("reed", "red"));
        button("Plan");
        awaitText("vm2");
        button("Apply this plan");
        awaitText("Version 1: in-sync.");
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        controller.apply(file.replace(", vm2: {access: reed}", ""));
        show("#/history/2");
        await("the line that went", () -> find(".minus").isDisplayed() && text().contains("vm2: {access: red}"));
        show("#/history/1");
        button("Roll back to version 1");
        awaitText("vm2");
        button("Confirm rollback");
        awaitText("Version 3: in-sync.");
        assertTrue(lab.machine("vm1").pings("10.0.0.2"));
        show("#/events");
        awaitText("rollback");
        controller.kill();
        awaitText("The controller does not answer");
        restartController();
        await("it is back", () -> !find("#lost").isDisplayed());
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private void put(String file) {
        WebElement area = find("textarea");
        area.clear();
        area.sendKeys(file);
    }

    private void button(String label) {
        await(
                        "button " + label,
                        () -> browser.findElements(By.tagName("button")).stream()
                                .filter(b -> b.isDisplayed() && b.getText().equals(label))
                                .findFirst()
                                .orElse(null))
                .click();
    }

    @Test
    void supportsKeyboardAndPhones() {
        startController();
        controller.apply(
                "heddle: v1\nnetworks: {red: {vlan: 200}}\nhosts:\n  hv1: {ovsdb: \"tcp:172.31.0.1:6640\", bridges: {br0: {ports: {vm1: {access: red}}}}}\n"
                        + "  hv2: {ovsdb: \"tcp:172.31.0.2:6640\", bridges: {br0: {ports: {vm2: {access: red}}}}}\nacls: [{name: web, rules: [{match: ip, action: drop}]}]\n",
                "wait=0");
        show("");
        find(".card[data-host=hv2]");
        Actions keys = new Actions(browser);
        run("document.querySelector('.card').focus()");
        keys.sendKeys(Keys.ARROW_RIGHT, Keys.ENTER).perform();
        awaitText("Host hv2");
        keys.sendKeys("5").perform();
        awaitText("Events");
        keys.sendKeys("1").perform();
        find(".card[data-host=hv2]");
        keys.sendKeys("/").sendKeys("vm1").perform();
        await(
                "only hv1 is left",
                () -> !find(".card[data-host=hv2]").isDisplayed()
                        && find(".card[data-host=hv1] .hit").isDisplayed());
        keys.sendKeys(Keys.ESCAPE).perform();
        await("all are back", () -> find(".card[data-host=hv2]").isDisplayed());
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 390, "height", 800, "deviceScaleFactor", 1, "mobile", true));
        for (String page : List.of(
                "",
                "host/hv1",
                "networks",
                "network/red",
                "acls",
                "drops",
                "events",
                "trace",
                "check",
                "plan",
                "history")) {
            show("#/" + page);
            await("content of " + page, () ->
                    (Boolean) run("return document.querySelector('main').children.length > 0"));
            pause(300);
            long over =
                    (Long) run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
            assertEquals(0, over, page + " is " + over + " pixels too wide for a phone");
        }
    }

    @Test
    void drawsAndSearchesThreeHundredHosts() throws IOException {
        StringBuilder file = new StringBuilder("heddle: v1\nnetworks:\n");
        for (int n = 0; n < 20; n++) {
            file.append("  net")
                    .append(n)
                    .append(": {vlan: ")
                    .append(100 + n)
                    .append(", vni: ")
                    .append(10_000 + n)
                    .append("}\n");
        }
        file.append("hosts:\n");
        for (int h = 0; h < 300; h++) {
            file.append(String.format(
                    "  rack%02d-hv%02d: {ovsdb: \"tcp:127.0.0.1:9\", tunnel-ip: 10.99.%d.%d, bridges: {br0: {ports: {",
                    h / 20, h % 20, h / 200, h % 200 + 1));
            for (int p = 0; p < 17; p++) {
                file.append(p == 0 ? "" : ", ")
                        .append("vm")
                        .append(h)
                        .append('x')
                        .append(p)
                        .append(": {access: net")
                        .append((h + p) % 20)
                        .append('}');
            }
            file.append("}}}}\n");
        }
        startController();
        controller.apply(file.toString(), "wait=0");
        long begun = System.nanoTime();
        show("");
        await(
                "300 hosts and 5,100 ports",
                () -> (Long) run("return document.querySelectorAll('.port[data-port]').length") == 5100);
        long drawn = (System.nanoTime() - begun) / 1_000_000;
        assertEquals(15, browser.findElements(By.cssSelector("details.group")).size());
        begun = System.nanoTime();
        find("#search").sendKeys("vm250x3");
        await(
                "one host is left",
                () -> (Long) run("return [...document.querySelectorAll('.card')].filter(c => !c.hidden).length") == 1);
        long searched = (System.nanoTime() - begun) / 1_000_000;
        picture("search", 900);
        // The cost of an update: the longest time for which the page's thread is busy. A pause of our own verifies the
        // measurement.
        run(
                "window.longest = 0; let then = performance.now(); setInterval(() => { const now = performance.now(); longest = Math.max(longest, now - then); then = now; }, 10)");
        run("const until = performance.now() + 300; while (performance.now() < until) { }");
        await("the pause is seen", () -> ((Number) run("return longest")).longValue() >= 290);
        find("#search").clear();
        find("#search").sendKeys("r", Keys.BACK_SPACE);
        pause(1000);
        run("longest = 0");
        pause(4000);
        long busy = ((Number) run("return longest")).longValue();
        System.out.println("measured: page with 300 hosts and 5,100 ports: drawn after " + drawn + " ms, searched in "
                + searched + " ms, busy for " + busy + " ms at most while it is updated");
        assertTrue(drawn < 15_000 && searched < 4000 && busy < 1500, drawn + " " + searched + " " + busy);
    }
}
