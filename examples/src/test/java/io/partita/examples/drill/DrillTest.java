// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.terminal.OutputOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real processes, really killed: the small version of what the campaign does for hours. */
@Tag("once")
class DrillTest {
    private static final int PAYMENTS = 3000;

    @ParameterizedTest
    @CsvSource({
        "tcp, false, memory, file",
        "tcp, true, memory, file",
        "ipc, false, active-fsync, file",
        "tcp, false, memory, zookeeper"
    })
    void shouldLoseNothingWhenTheActiveIsKilled(
            final String transport,
            final boolean tls,
            final String durability,
            final String register,
            @TempDir final Path folder)
            throws IOException, InterruptedException {
        final DrillSettings settings = DrillSettings.kills(
                        file(folder), 2, 42, transport, durability, Set.of("serving"), folder.resolve("kept"))
                .withTls(tls)
                .on(register);
        final Map<String, @Nullable Object> report = new Drill(settings, new OutputOptions().open()).run();

        assertEquals(true, report.get("ok"), () -> report.toString());
        assertEquals(register, report.get("register"));
        assertEquals((long) PAYMENTS, report.get("answered"));
        assertEquals(tls, report.get("tls"));
        assertEquals(1L, report.get("badLines"));
        assertEquals(2, ((List<?>) Objects.requireNonNull(report.get("failovers"))).size());
        assertTrue(Files.isDirectory(folder.resolve("kept").resolve("a").resolve("journal")));
    }

    @ParameterizedTest
    @CsvSource({
        "'KILL,PAUSE,SWITCHOVER', BOTH, file, false",
        "CRASH, ACTIVE, file, false",
        "PARTITION, ACTIVE, file, true",
        "PARTITION, ACTIVE, zookeeper, false",
        "'WIPE,RESTORE,CLONE', STANDBY, file, false"
    })
    void shouldLoseNothingWhateverIsBroken(
            final String faults,
            final Victim victim,
            final String register,
            final boolean tls,
            @TempDir final Path folder)
            throws IOException, InterruptedException {
        final List<FaultKind> kinds =
                Arrays.stream(faults.split(",")).map(FaultKind::valueOf).toList();
        final DrillSettings settings = DrillSettings.kills(file(folder), 3, 7, "tcp", "memory", Set.of(), null)
                .with(kinds, List.of(victim), 600, 700, Map.of("suspect.ms", "400", "reclaim.ms", "800"))
                .withTls(tls)
                .on(register);
        final Map<String, @Nullable Object> report = new Drill(settings, new OutputOptions().open()).run();

        assertEquals(true, report.get("ok"), () -> report.toString());
        assertEquals((long) PAYMENTS, report.get("answered"));
        assertEquals(0L, report.get("staleReads"));
        assertEquals(0L, report.get("deposedAnswers"));
        assertTrue((Long) Objects.requireNonNull(report.get("linearizableReads")) > 0, () -> report.toString());
    }

    @Test
    void shouldNotJournalATimeThatIsAheadWhenWallClocksJump(@TempDir final Path folder)
            throws IOException, InterruptedException {
        final DrillSettings settings = DrillSettings.kills(file(folder), 4, 9, "tcp", "memory", Set.of(), null)
                .with(List.of(FaultKind.CLOCK), List.of(Victim.ACTIVE, Victim.STANDBY), 300, 400, Map.of());
        final FaultPlan plan = FaultPlan.draw(settings, PAYMENTS);
        final Map<String, @Nullable Object> report = new Drill(settings, new OutputOptions().open()).run();

        assertEquals(true, report.get("ok"), () -> report.toString());
        assertEquals((long) PAYMENTS, report.get("answered"));
        assertTrue(plan.faults().stream().anyMatch(DrillTest::isToBeDisbelieved), plan.faults()::toString);
        assertTrue(((List<?>) Objects.requireNonNull(report.get("failovers")))
                .stream().anyMatch(fault -> (Long) Objects.requireNonNull(((Map<?, ?>) fault).get("clockAlarms")) > 0));
    }

    /** An active's clock that is ahead, or a standby's that is behind. */
    private static boolean isToBeDisbelieved(final FaultPlan.Fault fault) {
        return fault.clockErrorNs() > 0 == (fault.victim() == Victim.ACTIVE);
    }

    @Test
    void shouldPlanTheSameFaultsForTheSameSeed() {
        final DrillSettings settings =
                DrillSettings.kills(null, 60, 7, "tcp", "memory", Set.of("serving", "start-up", "rejoin"), null);
        final FaultPlan plan = FaultPlan.draw(settings, 50_000);

        assertEquals(plan.faults(), FaultPlan.draw(settings, 50_000).faults());
        for (final Phase phase : Phase.values()) {
            assertTrue(plan.faults().stream().anyMatch(fault -> fault.phase() == phase), phase.label());
        }
        for (int i = 0; i < 60; i++) {
            final FaultPlan.Fault fault = plan.faults().get(i);

            assertEquals((i + 1) * 50_000L / 61, fault.mark());
            assertTrue(fault.position() >= fault.mark());
            assertTrue(plan.sentMaxBefore(i + 1) > fault.position());
            assertTrue(plan.sentMaxBefore(i + 1) < 50_000);
        }
    }

    @Test
    void shouldNeverLetTheStreamEndBeforeTheFaults() {
        final FaultPlan plan =
                FaultPlan.draw(DrillSettings.kills(null, 3, 7, "tcp", "memory", Set.of("serving"), null), 1_000);
        final Pacer pacer = new Pacer(plan, 1_000, 0, 0);
        long sent = 0;
        // An hour during which no fault can fire.
        for (long nowNs = 0; nowNs < 3_600_000_000_000L; nowNs += 10_000_000L) {
            sent = Math.max(sent, pacer.allowed(nowNs, sent));
        }

        assertTrue(sent >= plan.faults().get(0).position());
        assertTrue(sent <= 1_000 - 3 * 62);

        for (int fault = 1; fault <= 3; fault++) {
            pacer.onFault(fault, 3_600_000_000_000L, sent);
        }
        assertEquals(1_000, pacer.allowed(3_600_000_000_000L, sent));
    }

    @Test
    void shouldReadTheClientsLogBackUpToATornEnd(@TempDir final Path folder) throws IOException {
        final Path file = folder.resolve("client.log");
        final List<String> answered = new ArrayList<>();
        try (ClientLog log = new ClientLog(file, count -> answered.add("forced"))) {
            final var first = ClientLog.entry(10, 2);
            ClientLog.answer(first, 1, 111);
            ClientLog.answer(first, 2, 222);
            log.append(first);
            final var second = ClientLog.entry(12, 1);
            ClientLog.answer(second, 1, 333);
            log.append(second);
        }
        final byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        final List<String> read = new ArrayList<>();
        ClientLog.read(file, (payment, code, timestamp) -> read.add(payment + ":" + code + ":" + timestamp));

        assertEquals(List.of("10:1:111", "11:2:222"), read);
        assertTrue(!answered.isEmpty());
    }

    private static Path file(final Path folder) throws IOException {
        final List<String> lines = new ArrayList<>();
        lines.add("date,payer,payee,amount_pence");
        for (int i = 0; i < PAYMENTS; i++) {
            lines.add("2019-01-01,PAYER" + i % 7 + ",PAYEE" + i % 311 + "," + (i % 50 == 0 ? "-" : "") + (i + 1));
        }
        lines.add("2019-01-01,PAYER1,PAYER1,5");
        final Path file = folder.resolve("payments.csv");
        Files.write(file, lines);

        return file;
    }
}
