package io.heddle.controller.leases;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.common.net.InetAddresses;
import io.heddle.controller.dhcp.Lease;
import io.heddle.store.DurableFile;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The leases on disk: a line for each change, the last one of an address counts. Each line has a checksum. A crash may
 * leave a part of the last changes, which nobody has been told of; the file then ends before them. Confined to one
 * thread at a time.
 */
final class LeaseFile implements AutoCloseable {
    private static final String NAME = "leases";
    private static final String FORMAT = "heddle-leases-2";
    /** Addresses were numbers, of IPv4 only. */
    private static final String FORMER_FORMAT = "heddle-leases-1";

    private static final Pattern LATER_FORMAT = Pattern.compile("heddle-leases-\\d+");
    /** Lines beyond twice the leases after which the file is written anew. */
    private static final int SPARE_LINES = 1000;

    private static final int CHECKSUM = 8;
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private static final Set<StandardOpenOption> APPEND =
            EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);

    private final StateFolder state;
    private FileChannel file;
    private long lines;
    private final List<Lease> read;
    private final int damaged;

    private LeaseFile(StateFolder state) throws IOException {
        this.state = state;
        Files.deleteIfExists(DurableFile.aside(state.file(NAME)));
        Content content = content(state.file(NAME));
        this.read = content.leases;
        this.damaged = content.damaged;
        this.lines = content.lines;
        open();
        if (content.former) {
            compact(read);
        } else if (content.end == 0) {
            write(FORMAT + "\n", 0);
        } else {
            file.truncate(content.end);
            file.position(content.end);
        }
    }

    /**
     * Opens the file in a folder, or begins one.
     *
     * @throws IOException if it cannot be read or written, or is of a later Heddle; the message says which
     */
    static LeaseFile open(StateFolder state) throws IOException {
        return new LeaseFile(state);
    }

    /** The leases that were in the file when it was opened. */
    List<Lease> read() {
        return read;
    }

    /** The number of lines in the middle of the file that could not be read. */
    int damaged() {
        return damaged;
    }

    /** @param end the byte behind the last line that can be read; @param former whether it is of the former format */
    private record Content(List<Lease> leases, int lines, int damaged, long end, boolean former) {}

    /** A lease as it is written. @param address as text; in the former format a number */
    private record Line(
            String network,
            JsonNode address,
            String client,
            long mac,
            String port,
            String name,
            Lease.State state,
            long ends) {
        static Line of(Lease l) {
            JsonNode address = TextNode.valueOf(InetAddresses.toAddrString(l.address()));
            return new Line(l.network(), address, l.client(), l.mac(), l.port(), l.name(), l.state(), l.ends());
        }

        /** @throws IllegalArgumentException if the address is none, or something is missing */
        Lease lease() {
            if (network == null || address == null || client == null || port == null || name == null || state == null) {
                throw new IllegalArgumentException("a part of the lease is missing");
            }
            InetAddress of = address.isInt()
                    ? InetAddresses.fromInteger(address.intValue())
                    : InetAddresses.forString(address.asText());
            return new Lease(network, of, client, mac, port, name, state, ends);
        }
    }

    private static Content content(Path path) throws IOException {
        if (!Files.exists(path)) {
            return new Content(List.of(), 0, 0, 0, false);
        }
        byte[] bytes = Files.readAllBytes(path);
        Map<String, Lease> last = new LinkedHashMap<>();
        int lines = 0;
        int unread = 0;
        int damaged = 0;
        long end = 0;
        int from = 0;
        boolean former = false;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            String line = new String(bytes, from, i - from, StandardCharsets.UTF_8);
            from = i + 1;
            if (end == 0) {
                checkFormat(path, line);
                former = line.equals(FORMER_FORMAT);
                end = from;
                continue;
            }
            Lease lease = lease(line);
            if (lease == null) {
                unread++;
                continue;
            }
            last.put(lease.network() + lease.address() + lease.isReservation(), lease);
            lines++;
            damaged += unread;
            unread = 0;
            end = from;
        }
        return new Content(List.copyOf(last.values()), lines, damaged, end, former);
    }

    private static void checkFormat(Path path, String line) throws IOException {
        if (line.equals(FORMAT) || line.equals(FORMER_FORMAT)) {
            return;
        }
        throw new IOException(
                LATER_FORMAT.matcher(line).matches()
                        ? "the leases in " + path + " were written by a later Heddle (" + line + ", this one knows "
                                + FORMAT + "): start that one, or give this one its own --state"
                        : "the leases in " + path + " are damaged (the first line is not " + FORMAT
                                + "): restore the file from a backup, or move it away; hosts then keep their"
                                + " addresses when they renew them, as long as nobody else has got them");
    }

    /** The lease in a line; null if it is none. */
    private static Lease lease(String line) {
        if (line.length() <= CHECKSUM || !line.substring(0, CHECKSUM).equals(checksum(line.substring(CHECKSUM)))) {
            return null;
        }
        try {
            return JSON.readValue(line.substring(CHECKSUM), Line.class).lease();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return null;
        }
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }

    private static String line(Lease lease) throws IOException {
        String text = " " + JSON.writeValueAsString(Line.of(lease));
        return checksum(text) + text + "\n";
    }

    private void open() throws IOException {
        file = FileChannel.open(state.file(NAME), APPEND, DurableFile.OWNER_ONLY);
        DurableFile.syncFolder(state.path());
    }

    /**
     * Adds changes. When this returns, they are on disk.
     *
     * @throws IOException if they cannot be stored; the file then ends where it did
     */
    void add(Collection<Lease> changes) throws IOException {
        if (changes.isEmpty()) {
            return;
        }
        if (!file.isOpen()) {
            open();
            file.position(file.size());
        }
        StringBuilder text = new StringBuilder();
        for (Lease lease : changes) {
            text.append(line(lease));
        }
        write(text.toString(), file.position());
        lines += changes.size();
    }

    private void write(String text, long at) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            file.position(at);
            DurableFile.write(file, ByteBuffer.wrap(bytes));
            file.force(false);
            state.replica().append(NAME, bytes);
        } catch (IOException e) {
            file.truncate(at);
            throw e;
        }
    }

    /** Whether the file has grown so much longer than its leases that it should be written anew. */
    boolean isLong(int leases) {
        return lines > 2L * leases + SPARE_LINES;
    }

    /** Replaces the file by one of these leases. @throws IOException if that fails; the file then stays as it was */
    void compact(Collection<Lease> leases) throws IOException {
        StringBuilder text = new StringBuilder(FORMAT + "\n");
        for (Lease lease : leases) {
            text.append(line(lease));
        }
        state.replace(NAME, text.toString().getBytes(StandardCharsets.UTF_8));
        file.close();
        open();
        file.position(file.size());
        lines = leases.size();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
