package io.heddle.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.topologies.ClientHistory.Change;
import io.heddle.topologies.ClientHistory.Content;
import io.heddle.topologies.ClientHistory.Outcome;
import io.heddle.topologies.ClientHistory.Part;
import io.heddle.topologies.ClientHistory.Read;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker of histories finds what must not happen, and accepts what may. Times are in milliseconds. */
class ClientHistoryTest {
    private static final Content FIRST = new Content(0, 0, 0);
    private final ClientHistory history = new ClientHistory();

    @BeforeEach
    void begin() {
        history.add(1, 0);
    }

    private static long at(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** A change that its client was told to be a version, and which is that version. */
    private void accepted(int number, Part part, int version, long begun, long ended) {
        told(number, part, 0, Outcome.ACCEPTED, version, begun, ended);
        history.add(version, number);
    }

    private void told(int number, Part part, int base, Outcome outcome, int version, long begun, long ended) {
        history.add(new Change(number, part, base, at(begun), at(ended), outcome, version));
    }

    private void read(int version, Content content, long begun, long ended) {
        history.add(new Read(version, content, at(begun), at(ended)));
    }

    private void finds(String part) {
        List<String> faults = history.faults(FIRST, 0);
        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.get(0).contains(part), faults.toString());
    }

    @Test
    void acceptsWhatOneOrderExplains() {
        accepted(1, Part.ONE, 2, 0, 10);
        // Both at once, in either order.
        accepted(2, Part.RULE, 4, 20, 40);
        accepted(3, Part.TWO, 3, 20, 40);
        told(4, Part.WHOLE, 4, Outcome.ACCEPTED, 5, 50, 60);
        history.add(5, 4);
        told(5, Part.WHOLE, 3, Outcome.REFUSED, 0, 50, 60);
        // Without an answer: one of them is a version, long after its client went away, and one is none.
        told(6, Part.ONE, 0, Outcome.UNKNOWN, 0, 0, 5);
        history.add(6, 6);
        told(7, Part.ONE, 0, Outcome.UNKNOWN, 0, 0, 5);
        read(1, FIRST, 0, 15);
        read(3, new Content(0, 1, 3), 15, 30);
        read(6, new Content(4, 6, 4), 100, 110);
        assertEquals(List.of(), history.faults(FIRST, 0));
        assertEquals(1, history.countUntold());
        assertEquals(0, history.countStale());
    }

    @Test
    void findsAnAcceptedChangeThatIsNowhere() {
        told(1, Part.ONE, 0, Outcome.ACCEPTED, 2, 0, 10);
        finds("accepted as version 2, but is null");
    }

    @Test
    void findsAnAcceptedChangeWithAnotherVersion() {
        accepted(1, Part.ONE, 2, 0, 10);
        told(2, Part.ONE, 0, Outcome.ACCEPTED, 2, 0, 10);
        history.add(3, 2);
        finds("accepted as version 2, but is 3");
    }

    @Test
    void findsAChangeThatHappenedTwice() {
        accepted(1, Part.ONE, 2, 0, 10);
        history.add(3, 1);
        assertTrue(
                history.faults(FIRST, 0).toString().contains("change 1 is version 2 and version 3"),
                history.faults(FIRST, 0).toString());
    }

    @Test
    void findsARefusedChangeThatHappened() {
        told(1, Part.ONE, 0, Outcome.REFUSED, 0, 0, 10);
        history.add(2, 1);
        finds("refused, but is version 2");
    }

    @Test
    void findsAChangeThatNobodyAskedFor() {
        history.add(2, 9);
        finds("nobody asked for version 2, change 9");
    }

    @Test
    void findsAVersionThatIsMissing() {
        accepted(1, Part.ONE, 3, 0, 10);
        finds("there is a version 3, but no version 2");
    }

    @Test
    void findsAHistoryThatWasWrittenAnew() {
        accepted(1, Part.ONE, 2, 0, 10);
        history.add(2, 7);
        finds("version 2 was that of change 1 and is that of change 7");
    }

    @Test
    void findsAChangeFromAVersionThatWasNotTheLatest() {
        accepted(1, Part.ONE, 2, 0, 10);
        told(2, Part.WHOLE, 1, Outcome.ACCEPTED, 3, 20, 30);
        history.add(3, 2);
        finds("made from version 1, but is version 3");
    }

    @Test
    void findsVersionsAgainstTheOrderOfTime() {
        accepted(1, Part.ONE, 3, 0, 10);
        accepted(2, Part.ONE, 2, 20, 30);
        finds("ended before a lower version began");
    }

    @Test
    void findsAReadOfAnotherContent() {
        accepted(1, Part.ONE, 2, 0, 10);
        read(2, new Content(0, 0, 1), 20, 30);
        finds("the version has");
    }

    @Test
    void findsAReadOfWhatDoesNotExist() {
        read(2, FIRST, 20, 30);
        finds("there is no such version");
    }

    @Test
    void findsAReadOfTheFuture() {
        accepted(1, Part.ONE, 2, 50, 60);
        read(2, new Content(0, 1, 0), 20, 30);
        finds("read before it was made");
    }

    @Test
    void findsAReadAfterALaterVersionWasAccepted() {
        accepted(1, Part.ONE, 2, 0, 10);
        read(1, FIRST, 20, 30);
        finds("a later version was known for 10 ms");
        assertEquals(1, history.countStale());
        assertEquals(10, history.longestLagMillis());
        assertEquals(List.of(), history.faults(FIRST, 10), "if it may be as old as that");
    }

    @Test
    void findsReadsThatGoBack() {
        told(1, Part.ONE, 0, Outcome.UNKNOWN, 0, 0, 5);
        history.add(2, 1);
        read(2, new Content(0, 1, 0), 10, 20);
        read(1, FIRST, 21, 30);
        finds("a later version was known for 1 ms");
    }
}
