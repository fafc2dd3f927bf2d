// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRegisterTest extends RegisterContract {
    private static final Id128 CLUSTER = new Id128(11, 12);

    @TempDir
    Path temporary;

    @Override
    protected CompareAndSetRegister open() {
        return FileRegister.open(folder(), CLUSTER);
    }

    @Test
    void shouldKeepEveryVersionAndNothingElse() throws IOException {
        final CompareAndSetRegister register = open();
        register.compareAndSet(0, bytes("one"));
        register.compareAndSet(1, bytes("two"));
        register.compareAndSet(0, bytes("late"));
        assertEquals(List.of("cfg.1", "cfg.2"), fileNames());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve("cfg.1"))));
    }

    @Test
    void shouldRefuseAnotherClustersRegister() {
        open().compareAndSet(0, bytes("one"));
        assertCode(ErrorCode.WRONG_CLUSTER, () -> FileRegister.open(folder(), new Id128(11, 13)));
    }

    @Test
    void shouldRefuseEveryFlippedBit() throws IOException {
        open().compareAndSet(0, bytes("value"));
        final Path file = folder().resolve("cfg.1");
        final byte[] good = Files.readAllBytes(file);
        for (int bit = 0; bit < good.length * 8; bit++) {
            final byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);
            assertCode(ErrorCode.DAMAGED, this::open);
        }
        for (int length = 0; length < good.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(good, length));
            assertCode(ErrorCode.DAMAGED, this::open);
        }
        Files.write(file, good);
        assertEquals(1, open().read().version());
    }

    @Test
    void shouldRefuseAHoleInTheVersions() throws IOException {
        final CompareAndSetRegister register = open();
        register.compareAndSet(0, bytes("one"));
        register.compareAndSet(1, bytes("two"));
        Files.delete(folder().resolve("cfg.1"));
        assertCode(ErrorCode.DAMAGED, this::open);
        assertCode(ErrorCode.DAMAGED, () -> register.compareAndSet(2, bytes("three")));
    }

    @Test
    void shouldRefuseToGoBack() throws IOException {
        final CompareAndSetRegister register = open();
        register.compareAndSet(0, bytes("one"));
        register.compareAndSet(1, bytes("two"));
        Files.delete(folder().resolve("cfg.2"));
        assertCode(ErrorCode.REGISTER_REGRESSION, register::read);
        assertCode(ErrorCode.REGISTER_REGRESSION, () -> register.compareAndSet(2, bytes("three")));
        assertCode(ErrorCode.REGISTER_REGRESSION, () -> open().compareAndSet(2, bytes("three")));
        assertFalse(Files.exists(folder().resolve("cfg.3")));
    }

    @Test
    void shouldRefuseAFileWhoseNameIsNoVersion() throws IOException {
        open().compareAndSet(0, bytes("one"));
        Files.write(folder().resolve("cfg.01"), new byte[0]);
        assertCode(ErrorCode.DAMAGED, this::open);
    }

    @Test
    void shouldSayWhatToDoWhenFolderCannotBeUsed() throws IOException {
        Files.write(folder(), new byte[0]);
        final PartitaException error = assertCode(ErrorCode.REGISTER_FAILED, this::open);
        assertTrue(error.nextStep().contains("hard links"), error.nextStep());
    }

    @Test
    void shouldSweepWhatTheDeadLeftAndNothingElse() throws IOException {
        open();
        final Path mine = folder().resolve("tmp." + ProcessHandle.current().pid() + ".abc");
        final Path dead = folder().resolve("tmp." + Long.MAX_VALUE + ".abc");
        Files.write(mine, new byte[1]);
        Files.write(dead, new byte[1]);
        open();
        assertTrue(Files.exists(mine), "a living process may be about to link it");
        assertFalse(Files.exists(dead));
    }

    @Test
    void shouldHaveOneWinnerPerVersionWhenProcessesContend() {
        final int versions = 60;
        open();
        final List<ChildJvm> children = new ArrayList<>();
        final Map<Long, String> winners = new HashMap<>();
        try {
            for (int i = 0; i < 3; i++) {
                children.add(ChildJvm.start(
                        temporary, RegisterRacer.class, folder().toString(), "racer-" + i, Integer.toString(versions)));
            }
            for (final ChildJvm child : children) {
                for (String line = child.readLine(); !line.equals("end"); line = child.readLine()) {
                    final String[] parts = line.split(" ");
                    final String before = winners.put(Long.parseLong(parts[1]), parts[0]);
                    assertEquals(null, before, "two winners of version " + parts[1]);
                }
                assertEquals(0, child.waitFor());
            }
        } finally {
            children.forEach(ChildJvm::close);
        }
        assertEquals(versions, open().read().version());
    }

    @Test
    void shouldStayUsableWhenAProcessIsKilledInTheMiddleOfACas() throws IOException {
        final CompareAndSetRegister register = open();
        long version = register.read().version();
        for (int round = 0; round < 3; round++) {
            try (ChildJvm child = ChildJvm.start(
                    temporary, RegisterRacer.class, folder().toString(), "victim", Integer.toString(1_000_000))) {
                child.readLine();
                child.readLine();
                child.kill();
            }
            assertTrue(register.read().version() >= version + 2);
            version = register.read().version();
            assertEquals(new CasOutcome.Ok(version + 1), register.compareAndSet(version, bytes("survivor")));
            version++;
        }
        open();
        assertTrue(fileNames().stream().allMatch(name -> name.startsWith("cfg.")), "no leftovers: " + fileNames());
    }

    @Test
    void shouldNotBeBlockedByAPausedProcess() {
        final CompareAndSetRegister register = open();
        try (ChildJvm child = ChildJvm.start(
                temporary, RegisterRacer.class, folder().toString(), "sleeper", Integer.toString(1_000_000))) {
            child.readLine();
            child.pause();
            long version = register.read().version();
            // What it was in the middle of when it was stopped may have come in after the read; nothing more does.
            if (register.compareAndSet(version, bytes("awake")) instanceof CasOutcome.Conflict conflict) {
                version = conflict.current().version();
                assertInstanceOf(CasOutcome.Ok.class, register.compareAndSet(version, bytes("awake")));
            }
            assertInstanceOf(CasOutcome.Ok.class, register.compareAndSet(version + 1, bytes("awake")));
            child.resume();
        }
    }

    private Path folder() {
        return temporary.resolve("register");
    }

    private List<String> fileNames() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static PartitaException assertCode(
            final ErrorCode code, final org.junit.jupiter.api.function.Executable action) {
        final PartitaException error = assertThrows(PartitaException.class, action);
        assertEquals(code, error.code(), error.getMessage());
        return error;
    }
}
