package io.heddle.controller.leases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import io.heddle.controller.dhcp.Lease;
import io.heddle.controller.dhcp.Reserver;
import io.heddle.store.StateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeaseFileTest {
    @TempDir
    private Path folder;

    private static Lease lease(int address, long ends) {
        return new Lease(
                "red",
                InetAddresses.fromInteger(address),
                "01020000000001",
                7,
                "hv1/br0/vm1",
                "vm1",
                Lease.State.BOUND,
                ends);
    }

    private List<Lease> read() throws IOException {
        try (LeaseFile file = LeaseFile.open(StateFolder.of(folder))) {
            return file.read();
        }
    }

    private Path file() {
        return folder.resolve("leases");
    }

    @Test
    void theLastLineOfAnAddressCounts() throws IOException {
        try (LeaseFile file = LeaseFile.open(StateFolder.of(folder))) {
            assertEquals(List.of(), file.read());
            file.add(List.of(lease(1, 10), lease(2, 10)));
            file.add(List.of(lease(1, 20)));
        }
        assertEquals(List.of(lease(1, 20), lease(2, 10)), read());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    /** A crash in a write leaves a part of it, whose answers nobody got. */
    @Test
    void aTornEndIsForgotten() throws IOException {
        try (LeaseFile file = LeaseFile.open(StateFolder.of(folder))) {
            file.add(List.of(lease(1, 10)));
        }
        byte[] whole = Files.readAllBytes(file());
        try (LeaseFile file = LeaseFile.open(StateFolder.of(folder))) {
            file.add(List.of(lease(2, 10), lease(3, 10)));
        }
        byte[] longer = Files.readAllBytes(file());
        for (int n = whole.length; n < longer.length; n++) {
            Files.write(file(), java.util.Arrays.copyOf(longer, n));
            List<Lease> left = read();
            assertEquals(lease(1, 10), left.get(0));
            assertTrue(left.size() <= 2);
            try (LeaseFile file = LeaseFile.open(StateFolder.of(folder))) {
                assertEquals(0, file.damaged());
                file.add(List.of(lease(4, 10)));
            }
            List<Lease> after = read();
            assertEquals(left.size() + 1, after.size());
            assertEquals(lease(4, 10), after.get(left.size()));
        }
    }

    @Test
    void aDamagedLineCostsOnlyItself() throws IOException {
        try (LeaseFile file = LeaseFile.open(StateFolder.of(folder))) {
            file.add(List.of(lease(1, 10), lease(2, 10), lease(3, 10)));
        }
        Files.writeString(file(), Files.readString(file()).replace("0.0.0.2", "0.0.0.9"));
        try (LeaseFile file = LeaseFile.open(StateFolder.of(folder))) {
            assertEquals(List.of(lease(1, 10), lease(3, 10)), file.read());
            assertEquals(1, file.damaged());
        }
    }

    @Test
    void readsTheFormerFormatAndWritesItAnew() throws IOException {
        String line = " {\"network\":\"red\",\"address\":-1062731420,\"client\":\"01020000000001\",\"mac\":7,"
                + "\"port\":\"hv1/br0/vm1\",\"name\":\"vm1\",\"state\":\"BOUND\",\"ends\":10}";
        CRC32 crc = new CRC32();
        crc.update(line.getBytes(StandardCharsets.UTF_8));
        Files.writeString(file(), "heddle-leases-1\n" + String.format("%08x", crc.getValue()) + line + "\n");
        assertEquals(List.of(lease(0xc0a80164, 10)), read());
        assertTrue(Files.readString(file()).startsWith("heddle-leases-2\n"));
        assertEquals(List.of(lease(0xc0a80164, 10)), read());
    }

    @Test
    void keepsAddressesOfBothVersionsAndReservationsBesideLeases() throws IOException {
        Lease six =
                new Lease("red", InetAddresses.forString("fd00::1"), "00", 7, "hv1/br0/vm1", "", Lease.State.BOUND, 10);
        Lease reserved = new Lease(
                "red", InetAddresses.fromInteger(1), "name:db", 0, "", "db", Lease.State.RESERVED, Reserver.NEVER);
        try (LeaseFile file = LeaseFile.open(StateFolder.of(folder))) {
            file.add(List.of(lease(1, 10), six, reserved));
        }
        assertEquals(List.of(lease(1, 10), six, reserved), read());
    }

    @Test
    void refusesAnotherFormat() throws IOException {
        Files.writeString(file(), "heddle-leases-3\n");
        String later = assertThrows(IOException.class, this::read).getMessage();
        assertTrue(later.contains("later Heddle (heddle-leases-3, this one knows heddle-leases-2)"), later);
        Files.writeString(file(), "garbage\n", StandardOpenOption.TRUNCATE_EXISTING);
        String damaged = assertThrows(IOException.class, this::read).getMessage();
        assertTrue(damaged.contains("move it away"), damaged);
    }

    @Test
    void doesNotGrowForEver() throws IOException {
        try (LeaseFile file = LeaseFile.open(StateFolder.of(folder))) {
            for (int i = 0; i < 11; i++) {
                assertEquals(false, file.isLong(1));
                file.add(java.util.Collections.nCopies(100, lease(1, i)));
            }
            assertTrue(file.isLong(1));
            long before = Files.size(file());
            file.compact(List.of(lease(1, 10)));
            assertTrue(Files.size(file()) < before / 100);
            file.add(List.of(lease(2, 5)));
        }
        assertEquals(List.of(lease(1, 10), lease(2, 5)), read());
    }
}
