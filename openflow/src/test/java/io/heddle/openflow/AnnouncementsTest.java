package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.common.net.InetAddresses;
import io.heddle.apps.router.RoutedNetworks;
import java.net.Inet4Address;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
    private static final int FIRST = 11;
    private static final int THIRD = 13;
    private static final List<Inet4Address> ADDRESSES = List.of((Inet4Address) InetAddresses.forString("192.0.2.10"));

    private final Set<Integer> alive = new HashSet<>();
    private int sent;
    private final Announcements announcements = new Announcements(() -> alive, (network, frame) -> sent++);

    /** @param ahead the ports to the hosts that have the way out before this one */
    private static List<RoutedNetworks.Claim> claim(Integer... ahead) {
        return List.of(new RoutedNetworks.Claim(7, 1, ADDRESSES, Set.of(ahead), Set.of(FIRST, THIRD)));
    }

    private int sent() {
        int now = sent;
        sent = 0;
        return now;
    }

    private void seconds(int count) {
        for (int i = 0; i < count; i++) {
            announcements.second();
        }
    }

    @Test
    void theFirstAnnouncesAsSoonAsItHasItsEntries() {
        announcements.configure(claim());
        assertEquals(0, sent(), "the entries come first");
        announcements.confirmed();
        assertEquals(1, sent());
        announcements.confirmed();
        assertEquals(0, sent(), "once");
        announcements.changed(THIRD);
        assertEquals(1, sent());
        assertFalse(announcements.isWaiting());
    }

    /** Until BFD has begun, a host that works looks like one that is dead. */
    @Test
    void othersWaitUntilTheySeeTheFirst() {
        announcements.configure(claim(FIRST));
        announcements.confirmed();
        announcements.changed(FIRST);
        seconds(Announcements.SETTLE_SECONDS - 1);
        alive.add(FIRST);
        announcements.changed(FIRST);
        seconds(10);
        assertEquals(0, sent());
        alive.clear();
        announcements.changed(FIRST);
        assertEquals(1, sent(), "then it moves at once");
    }

    @Test
    void othersAnnounceIfTheFirstStaysAway() {
        announcements.configure(claim(FIRST));
        announcements.confirmed();
        seconds(Announcements.SETTLE_SECONDS);
        assertEquals(1, sent());
        seconds(10);
        assertEquals(0, sent());
        assertFalse(announcements.isWaiting());
    }
}
