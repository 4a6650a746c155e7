package io.heddle.controller.dns;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Reads DNS queries, and makes answers. Pure. Source: RFC 1035 §4.1, RFC 6891. */
final class Messages {
    /** The largest answer to a query without EDNS (RFC 1035 §4.2.1). */
    static final int SHORTEST_LIMIT = 512;
    /** The largest message that needs no fragments on any path (RFC 9715 §3). */
    static final int LONGEST = 1232;

    private static final int HEADER = 12;
    /** Flags in the third byte. */
    private static final int RESPONSE = 0x80;

    private static final int TRUNCATED = 0x02;
    private static final List<Integer> SECTIONS = List.of(Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL);

    private Messages() {}

    /**
     * Whether bytes are marked as a query. Nothing else may be answered: two servers could answer each other for ever.
     */
    static boolean isQuery(byte[] bytes) {
        return bytes.length >= HEADER && (bytes[2] & RESPONSE) == 0;
    }

    /** Reads a message; empty if it is malformed. */
    static Optional<Message> read(byte[] bytes) {
        try {
            return Optional.of(new Message(bytes));
        } catch (IOException | RuntimeException e) {
            // The bytes are a guest's or another server's: what they make of the codec is no fault of Heddle's.
            return Optional.empty();
        }
    }

    /** The error code for a query that is not served; {@link Rcode#NOERROR} if it is. */
    static int fault(Message query) {
        Header header = query.getHeader();
        if (header.getOpcode() != Opcode.QUERY) {
            return Rcode.NOTIMP;
        }
        if (header.getCount(Section.QUESTION) != 1 || query.getQuestion() == null) {
            return Rcode.FORMERR;
        }
        OPTRecord edns = query.getOPT();
        if (edns != null && edns.getVersion() != 0) {
            return Rcode.BADVERS;
        }
        Record question = query.getQuestion();
        boolean one = question.getDClass() == DClass.IN
                && question.getType() != Type.AXFR
                && question.getType() != Type.IXFR
                && question.getType() != Type.OPT;
        return one ? Rcode.NOERROR : Rcode.REFUSED;
    }

    /** The answer to a malformed query: its id and FORMERR. */
    static byte[] malformed(byte[] bytes) {
        Header header = new Header((bytes[0] & 0xff) << 8 | bytes[1] & 0xff);
        header.setFlag(Flags.QR);
        header.setRcode(Rcode.FORMERR);
        return header.toWire();
    }

    /** An answer without records. @param recursion whether there are servers for all other names */
    static Message reply(Message query, int rcode, boolean recursion) {
        Message reply = new Message(query.getHeader().getID());
        Header header = reply.getHeader();
        header.setFlag(Flags.QR);
        header.setOpcode(query.getHeader().getOpcode());
        copy(query, header, Flags.RD);
        copy(query, header, Flags.CD);
        if (recursion) {
            header.setFlag(Flags.RA);
        }
        header.setRcode(rcode & 0xf);
        if (query.getQuestion() != null) {
            reply.addRecord(query.getQuestion(), Section.QUESTION);
        }
        OPTRecord edns = query.getOPT();
        if (edns != null) {
            reply.addRecord(
                    new OPTRecord(LONGEST, rcode >> 4, 0, edns.getFlags() & ExtendedFlags.DO), Section.ADDITIONAL);
        }
        return reply;
    }

    /** The answer of another server, as the answer to the query. */
    static Message relay(Message query, Message answer) {
        Message reply = reply(query, answer.getHeader().getRcode(), true);
        copy(answer, reply.getHeader(), Flags.TC);
        boolean wantsProof = query.getHeader().getFlag(Flags.AD) || isForProof(query);
        if (wantsProof) {
            copy(answer, reply.getHeader(), Flags.AD);
        }
        for (int section : SECTIONS) {
            for (Record r : answer.getSection(section)) {
                // These say something about the transport between the other server and Heddle.
                if (r.getType() != Type.OPT && r.getType() != Type.TSIG && r.getType() != Type.SIG) {
                    reply.addRecord(r, section);
                }
            }
        }
        return reply;
    }

    /** The query to another server. */
    static Message question(Message query, int id) {
        Message out = new Message(id);
        copy(query, out.getHeader(), Flags.RD);
        copy(query, out.getHeader(), Flags.CD);
        copy(query, out.getHeader(), Flags.AD);
        out.addRecord(query.getQuestion(), Section.QUESTION);
        int flags = isForProof(query) ? ExtendedFlags.DO : 0;
        out.addRecord(new OPTRecord(LONGEST, 0, 0, flags), Section.ADDITIONAL);
        return out;
    }

    /** Whether a message answers a question. @param id the question's */
    static boolean isAnswer(Message message, int id, Record question) {
        Header header = message.getHeader();
        Record asked = message.getQuestion();
        return header.getFlag(Flags.QR)
                && header.getID() == id
                && header.getOpcode() == Opcode.QUERY
                && header.getCount(Section.QUESTION) == 1
                && asked != null
                && asked.getName().equals(question.getName())
                && asked.getType() == question.getType()
                && asked.getDClass() == question.getDClass();
    }

    private static boolean isForProof(Message query) {
        return query.getOPT() != null && (query.getOPT().getFlags() & ExtendedFlags.DO) != 0;
    }

    /**
     * The bytes of an answer. If it is too long, addresses of a name are left out as long as one remains. If that is
     * not enough, the answer is marked as truncated.
     *
     * @param most the bytes of the largest datagram in the network
     */
    static byte[] write(Message query, Message reply, int most) {
        OPTRecord edns = query.getOPT();
        int limit = edns == null ? SHORTEST_LIMIT : Math.max(SHORTEST_LIMIT, edns.getPayloadSize());
        limit = Math.max(HEADER, Math.min(Math.min(limit, LONGEST), most));
        byte[] bytes = reply.toWire(limit);
        if (isTruncated(bytes) && !isForProof(query) && !reply.getHeader().getFlag(Flags.TC)) {
            Message shorter = withoutHints(reply);
            bytes = shorter.toWire(limit);
            while (isTruncated(bytes) && dropAddress(shorter)) {
                bytes = shorter.toWire(limit);
            }
        }
        return bytes;
    }

    private static boolean isTruncated(byte[] bytes) {
        return (bytes[2] & TRUNCATED) != 0;
    }

    /** Keeps only the answer. A negative answer also needs its authority. */
    private static Message withoutHints(Message reply) {
        Message shorter = reply.clone();
        if (!shorter.getSection(Section.ANSWER).isEmpty()) {
            shorter.removeAllRecords(Section.AUTHORITY);
        }
        shorter.getSection(Section.ADDITIONAL).stream()
                .filter(r -> r.getType() != Type.OPT)
                .forEach(r -> shorter.removeRecord(r, Section.ADDITIONAL));
        return shorter;
    }

    /** Leaves out the last address, unless it is the only one of its name. */
    private static boolean dropAddress(Message reply) {
        List<Record> all = reply.getSection(Section.ANSWER);
        if (all.size() < 2) {
            return false;
        }
        Record last = all.get(all.size() - 1);
        boolean address = last.getType() == Type.A || last.getType() == Type.AAAA;
        return address && all.get(all.size() - 2).sameRRset(last) && reply.removeRecord(last, Section.ANSWER);
    }

    private static void copy(Message from, Header to, int flag) {
        if (from.getHeader().getFlag(flag)) {
            to.setFlag(flag);
        }
    }
}
