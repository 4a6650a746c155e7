package io.heddle.topologies;

import io.heddle.topologies.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Chromium, as a person uses the web page: waits for what appears, and keeps what the browser complains about. */
final class Browser implements AutoCloseable {
    private static final String PAGE = "http://127.0.0.1:8080/";
    private static final Path PICTURES =
            Path.of(System.getenv().getOrDefault("HEDDLE_PICTURES", Lab.FOLDER.toString()));
    /** Chromium drops requests when an interface appears in its namespace, as the lab's bridges do. */
    private static final String NETWORK_CHANGED = "ERR_NETWORK_CHANGED";

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final ChromeDriver driver;
    private final List<String> log = new ArrayList<>();

    Browser() {
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
        // The lab's authority is not one of the system's.
        options.setAcceptInsecureCerts(true);
        options.setCapability("goog:loggingPrefs", logs);
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(Path.of("/usr/bin/chromedriver").toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
        driver.manage().window().setSize(new Dimension(1400, 900));
    }

    ChromeDriver driver() {
        return driver;
    }

    /** Closes the browser. @return its complaints, but those that are not the page's fault */
    List<String> end() {
        readLog();
        close();
        return log.stream()
                // The page is not at fault when the controller refuses or is gone.
                .filter(l -> !l.contains("the server responded with a status of 4")
                        && !l.contains("ERR_CONNECTION")
                        && !l.contains("ERR_SOCKET_NOT_CONNECTED")
                        && !l.contains("ERR_EMPTY_RESPONSE")
                        && !l.contains(NETWORK_CHANGED)
                        // Said of axe-core, which the tests bring.
                        && !l.contains("Canvas2D: Multiple readback")
                        && !l.contains("ERR_INCOMPLETE"))
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }

    /** Opens a page. Opens it again if Chromium has dropped one of its scripts, see {@link #NETWORK_CHANGED}. */
    void show(String page) {
        boolean whole = false;
        for (int attempt = 0; attempt < 5 && !whole; attempt++) {
            driver.get("about:blank");
            readLog();
            int before = log.size();
            driver.get(PAGE + page);
            readLog();
            whole = log.subList(before, log.size()).stream().noneMatch(l -> l.contains(NETWORK_CHANGED));
        }
    }

    private void readLog() {
        driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(l -> l.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::toString)
                .forEach(log::add);
    }

    /** The first element that matches, once there is one. */
    WebElement find(String css) {
        return await(
                css,
                () -> driver.findElements(By.cssSelector(css)).stream()
                        .findFirst()
                        .orElse(null));
    }

    /** Waits until a value is neither null nor false. @param what what is awaited, for the failure */
    <T> T await(String what, Supplier<T> condition) {
        return new WebDriverWait(driver, PATIENCE, Duration.ofMillis(100))
                .withMessage(() -> what + "\n" + text())
                .ignoring(StaleElementReferenceException.class)
                .until(b -> {
                    T value = condition.get();
                    return Boolean.FALSE.equals(value) ? null : value;
                });
    }

    /** The text of the page. */
    String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    /** Waits until the page has some words. */
    void awaitText(String words) {
        await(words, () -> text().contains(words));
    }

    /** Runs a script in the page. */
    Object run(String script) {
        return driver.executeScript(script);
    }

    /** Saves a picture of the page for the documentation. @param high height of the window */
    void picture(String name, int high) throws IOException {
        Files.createDirectories(PICTURES);
        driver.manage().window().setSize(new Dimension(1200, high));
        LabTest.pause(300);
        Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    /** Presses a button. */
    void button(String label) {
        await(
                        "button " + label,
                        () -> driver.findElements(By.tagName("button")).stream()
                                .filter(b -> b.isDisplayed() && b.getText().equals(label))
                                .findFirst()
                                .orElse(null))
                .click();
    }
}
