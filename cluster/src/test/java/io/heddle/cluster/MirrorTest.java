package io.heddle.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorTest {
    private static final String FIRST = "versions/00000001.version";

    @TempDir
    Path folder;

    private Mirror mirror;

    @BeforeEach
    void make() {
        mirror = new Mirror(folder);
    }

    private static Keys.Entry file(String name, String text) {
        return new Keys.Entry(Keys.STATE + name, Packed.of(bytes(text)), 1);
    }

    private static Keys.Entry more(String name, long number, String text) {
        return file(name + Keys.MORE + Keys.number(7) + "-" + Keys.number(number), text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String read(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    @Test
    void aFolderBecomesWhatIsInEtcd() throws IOException {
        Files.createDirectories(folder.resolve("versions"));
        Files.writeString(folder.resolve("versions/00000009.version"), "never acknowledged");
        Files.writeString(folder.resolve("trial.json"), "of another time");
        Files.writeString(folder.resolve("journal.jsonl"), "{\"id\":1}\n{\"id\":2}\n");
        Files.writeString(folder.resolve("audit-000000000007.log"), "lines from before\n");
        Files.writeString(folder.resolve("mine"), "not of the state");
        mirror.begin(List.of(
                new Keys.Entry(Keys.AUDIT + Keys.number(8), bytes("eight"), 1),
                new Keys.Entry(Keys.AUDIT + Keys.number(9), bytes("nine"), 1),
                new Keys.Entry(Keys.EVENTS + Keys.number(1), bytes("{\"id\":1}"), 1),
                new Keys.Entry(Keys.LEADER, bytes("{}"), 1),
                file("leases", "one\n"),
                more("leases", 0, "two\n"),
                more("leases", 1, "three\n"),
                file(FIRST, "first")));
        assertEquals(List.of("leases", FIRST), mirror.names());
        assertEquals("one\ntwo\nthree\n", read("leases"));
        assertEquals("first", read(FIRST));
        assertEquals("{\"id\":1}\n", read("journal.jsonl"), "events that were never stored");
        assertEquals("eight\nnine\n", read("audit.log"));
        assertFalse(Files.exists(folder.resolve("audit-000000000007.log")), "lines that do not join those in etcd");
        assertTrue(Files.exists(folder.resolve("mine")));
    }

    @Test
    void changesFollow() throws IOException {
        mirror.begin(List.of(file("leases", "one\n"), file(FIRST, "first"), file("trial.json", "{}")));
        mirror.apply(new Etcd.Change(
                List.of(
                        more("leases", 0, "two\n"),
                        file("versions/00000002.version", "second"),
                        new Keys.Entry(Keys.EVENTS + Keys.number(1), bytes("{\"id\":1}"), 2),
                        new Keys.Entry(Keys.AUDIT + Keys.number(1), bytes("line"), 2)),
                List.of(Keys.STATE + "trial.json", Keys.MEMBERS + "c1"),
                2));
        assertEquals("one\ntwo\n", read("leases"));
        assertEquals(List.of("leases", FIRST, "versions/00000002.version"), mirror.names());
        assertEquals("{\"id\":1}\n", read("journal.jsonl"));
        assertEquals("line\n", read("audit.log"));
        // Written anew, and what was appended is forgotten.
        mirror.apply(new Etcd.Change(
                List.of(file("leases", "three\n")),
                List.of(more("leases", 0, "").key()),
                3));
        assertEquals("three\n", read("leases"));
    }

    @Test
    void aFileOfALaterHeddleIsRefused() {
        for (String name : List.of("rooms", "versions/1.version", "../outside", "versions/../../00000001.version")) {
            String why = assertThrows(IOException.class, () -> mirror.begin(List.of(file(name, "x"))))
                    .getMessage();
            assertTrue(why.contains(name + ", which this Heddle does not know: start a later one"), why);
        }
    }
}
