package io.heddle.controller.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What guests hear about names that Heddle knows. */
class NamesTest {
    private final Guests guests = new Guests(9);

    @AfterEach
    void close() {
        guests.close();
    }

    @Test
    void portsHaveNames() throws Exception {
        assertEquals("10.0.0.11", guests.look("red", "web.red.example", Type.A));
        assertEquals("10.0.0.11", guests.look("red", "WeB.rED.Example", Type.A), "whatever the case");
        assertEquals("fd00:0:0:0:0:0:0:11", guests.look("red", "web.red.example", Type.AAAA));
        assertEquals("web.red.example.", guests.reverse("red", "10.0.0.11"));
        assertEquals("web.red.example.", guests.reverse("red", "fd00::11"));
        assertEquals("10.0.0.1", guests.look("red", "gateway.red.example", Type.A));
        assertEquals("gateway.red.example.", guests.reverse("red", "fd00::1"));
        assertEquals("10.0.0.13", guests.look("red", "both.red.example", Type.A), "the address in this network");
        assertEquals("10.0.1.13", guests.look("red", "both.sub.red.example", Type.A));
    }

    @Test
    void routersJoinNamesAndTenantsDoNotMix() throws Exception {
        assertEquals("10.0.1.11", guests.look("red", "db.sub.red.example", Type.A), "by the same router");
        assertEquals("web.red.example.", guests.reverse("blue", "10.0.0.11"));
        assertEquals("10.0.0.21", guests.look("lab", "web.red.example", Type.A), "its own web");
        assertEquals("10.0.0.11", guests.look("lab", "lab.red.example", Type.A));
        assertEquals("NXDOMAIN", guests.look("red", "lab.red.example", Type.A));
        assertEquals("REFUSED", guests.look("lab", "db.sub.example", Type.A));
        assertEquals("NXDOMAIN", guests.look("lab", "db.sub.red.example", Type.A));
        assertEquals("REFUSED", guests.reverse("lab", "10.0.1.11"));
    }

    @Test
    void whatIsNotThereMayBeRemembered() throws Exception {
        Message none = guests.ask("blue", "none.sub.red.example", Type.A);
        assertEquals(Rcode.NXDOMAIN, none.getRcode());
        assertTrue(none.getHeader().getFlag(Flags.AA));
        SOARecord authority = (SOARecord) none.getSection(Section.AUTHORITY).get(0);
        assertEquals("sub.red.example.", authority.getName().toString());
        assertEquals(300, authority.getTTL());
        assertEquals(300, authority.getMinimum());
        Message other = guests.ask("red", "db.sub.red.example", Type.AAAA);
        assertEquals(Rcode.NOERROR, other.getRcode(), "the name exists");
        assertEquals(1, other.getSection(Section.AUTHORITY).size());
        Message reverse = guests.ask("red", "99.0.0.10.in-addr.arpa", Type.PTR);
        assertEquals(Rcode.NXDOMAIN, reverse.getRcode());
        assertEquals(
                "0.0.10.in-addr.arpa.",
                reverse.getSection(Section.AUTHORITY).get(0).getName().toString());
        assertEquals("NXDOMAIN", guests.look("red", "no_name.red.example", Type.A), "no name of a host");
        assertEquals("NXDOMAIN", guests.look("red", "a.web.red.example", Type.A));
        assertEquals("gateway.red.example.", guests.look("red", "red.example", Type.NS));
        assertEquals("NOERROR", guests.look("red", "red.example", Type.A));
    }

    @Test
    void leasesHaveNames() throws Exception {
        guests.lease("red", "10.0.0.100", "some", "One");
        guests.lease("red", "10.0.0.101", "some", "two.red.example");
        guests.lease("lab", "10.0.0.100", "lab", "three");
        assertEquals("10.0.0.100", guests.look("red", "one.red.example", Type.A));
        assertEquals("10.0.0.101", guests.look("red", "two.red.example", Type.A));
        assertEquals("10.0.0.100 10.0.0.101", guests.look("red", "some.red.example", Type.A), "the port's name");
        assertEquals("one.red.example.", guests.reverse("red", "10.0.0.100"));
        assertEquals("three.red.example.", guests.reverse("lab", "10.0.0.100"));
        assertEquals("NXDOMAIN", guests.look("red", "three.red.example", Type.A));
        Message m = guests.ask("red", "one.red.example", Type.A);
        assertTrue(m.getSection(Section.ANSWER).get(0).getTTL() <= 30, "not longer than the lease");
    }

    @Test
    void leasesTakeNobodysName() throws Exception {
        guests.lease("red", "10.0.0.100", "some", "web");
        guests.lease("red", "10.0.0.101", "some", "gateway");
        guests.lease("red", "10.0.0.102", "some", "wpad");
        guests.lease("red", "10.0.0.103", "some", "both");
        guests.lease("red", "10.0.0.104", "any", "");
        guests.lease("red", "10.0.0.105", "some", "no_name");
        guests.lease("red", "10.0.0.106", "some", "db.sub.red.example");
        guests.lease("red", "10.0.0.107", "web", "own");
        assertEquals("10.0.0.11", guests.look("red", "web.red.example", Type.A));
        assertEquals("10.0.0.1", guests.look("red", "gateway.red.example", Type.A));
        assertEquals("NXDOMAIN", guests.look("red", "wpad.red.example", Type.A));
        assertEquals("10.0.0.13", guests.look("red", "both.red.example", Type.A));
        assertEquals("10.0.0.14", guests.look("red", "any.red.example", Type.A), "the declared one of hv2");
        assertEquals("NXDOMAIN", guests.look("red", "no_name.red.example", Type.A));
        assertEquals("10.0.1.11", guests.look("red", "db.sub.red.example", Type.A));
        assertEquals("10.0.0.107", guests.look("red", "own.red.example", Type.A));
        assertEquals("some.red.example.", guests.reverse("red", "10.0.0.100"));
    }

    @Test
    void theFirstOfTwoHostsKeepsItsName() throws Exception {
        guests.lease("red", "10.0.0.110", "some", "mine");
        assertEquals("10.0.0.110", guests.look("red", "mine.red.example", Type.A));
        guests.lease("red", "10.0.0.100", "any", "mine");
        guests.lease("red", "10.0.0.101", "any", "late");
        while (guests.look("red", "late.red.example", Type.A).equals("NXDOMAIN")) {
            Thread.sleep(20);
        }
        assertEquals("10.0.0.110", guests.look("red", "mine.red.example", Type.A));
        guests.leases.remove(0);
        while (!guests.look("red", "mine.red.example", Type.A).equals("10.0.0.100")) {
            Thread.sleep(20);
        }
    }

    @Test
    void answersHaveAsManyAddressesAsFit() throws Exception {
        for (int i = 100; i < 150; i++) {
            guests.lease("red", "10.0.0." + i, "some", "many");
        }
        Message query = guests.query("many.red.example", Type.A);
        Message small = guests.ask("red", query);
        assertFalse(small.getHeader().getFlag(Flags.TC));
        assertEquals(29, small.getSection(Section.ANSWER).size());
        query.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
        Message large = guests.ask("red", query);
        assertEquals(50, large.getSection(Section.ANSWER).size());
        assertEquals(1232, large.getOPT().getPayloadSize());
    }
}
