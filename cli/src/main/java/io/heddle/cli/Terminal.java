package io.heddle.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Where the output goes: its width in characters, and whether it shows colours. */
record Terminal(int columns, boolean colours) {
    private static final int UNBOUNDED = Integer.MAX_VALUE;

    /** A file, or another program. */
    static final Terminal NONE = new Terminal(UNBOUNDED, false);

    /** The terminal of this process; {@link #NONE} if its output goes elsewhere. Source of NO_COLOR: no-color.org. */
    static Terminal here() {
        if (System.console() == null) {
            return NONE;
        }
        String given = System.getenv("COLUMNS");
        int columns = given != null && given.matches("\\d{2,4}") ? Integer.parseInt(given) : asked();
        return new Terminal(columns, System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM")));
    }

    private static int asked() {
        try {
            Process stty = new ProcessBuilder("sh", "-c", "stty size < /dev/tty")
                    .redirectErrorStream(true)
                    .start();
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split(" ");
            stty.waitFor(1, TimeUnit.SECONDS);
            return size.length == 2 && size[1].matches("[1-9]\\d{1,3}") ? Integer.parseInt(size[1]) : UNBOUNDED;
        } catch (IOException e) {
            return UNBOUNDED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNBOUNDED;
        }
    }
}
