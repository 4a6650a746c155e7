package io.heddle.topologies;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/** Looks for barriers on a page, by axe-core: what breaks WCAG 2.1 at the levels A and AA. */
final class Axe {
    private static final String PROPERTIES = "META-INF/maven/org.webjars.npm/axe-core/pom.properties";
    private static final String RUN = """
            const done = arguments[arguments.length - 1];
            axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then(
              r => done(r.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target} ${n.html.slice(0, 160)} `
                + `${n.any.concat(n.all, n.none).map(c => c.message).join('; ').slice(0, 200)}`))),
              e => done([`axe failed: ${e}`]));
            """;

    private static final String SCRIPT = script();

    private Axe() {}

    private static String script() {
        ClassLoader loader = Axe.class.getClassLoader();
        try (InputStream properties = loader.getResourceAsStream(PROPERTIES)) {
            Properties read = new Properties();
            read.load(properties);
            String path = "META-INF/resources/webjars/axe-core/" + read.getProperty("version") + "/axe.min.js";
            try (InputStream in = loader.getResourceAsStream(path)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong on the page as it is shown now. */
    @SuppressWarnings("unchecked")
    static List<String> violations(Browser browser) {
        browser.driver().manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
        browser.run(SCRIPT);
        return (List<String>) browser.driver().executeAsyncScript(RUN);
    }
}
