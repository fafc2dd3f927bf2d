// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.client.NodeReport;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.protocol.Durability;
import io.partita.replication.protocol.NodeMeta;
import io.partita.replication.protocol.RegisterConfigCodec;
import io.partita.replication.register.FileRegister;
import io.partita.replication.testing.Await;
import io.partita.replication.testing.HistoryLoad;
import io.partita.replication.testing.Mount;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Power cuts without a machine to cut off. Each node's data folder is an ext4 in an image file. In the middle of payments both
 * processes are stopped in their tracks, the image files are copied, and the processes killed: a copy has what the file system
 * had written to its disk at that moment, and nothing that was in its page cache only. The nodes then go on from the copies, with
 * another boot id laid over the kernel's. What each mode promises (PROTOCOL.md, section 3) must hold exactly.
 *
 * <p>The register is on another disk, as an ensemble would be. {@code -Dpartita.powerloss.rounds=N} for more rounds,
 * {@code -Dpartita.powerloss.seed=S} for others.
 */
@Timeout(7200)
class PowerLossTest {
    private static final int ROUNDS = Integer.getInteger("partita.powerloss.rounds", 1);
    private static final long SEED = Long.getLong("partita.powerloss.seed", 1);
    /** Every round pays, and repeats all that was paid before. */
    private static final long DISK = 128L + 16L * ROUNDS << 20;

    private static final int PER_BATCH = 16;
    private static final int REPEATED = 4_000;
    private static final Duration CLIENT_RETRY = Duration.ofMinutes(10);
    private static final long TRICKLE_NS = 20_000_000L;
    private static final long SILENCE_NS = 5_000_000_000L;
    private static final long TAKE_OVER_NS = 60_000_000_000L;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path root;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<InetSocketAddress> addresses = Pair.freeAddresses(4);
    private final Map<String, NodeProcess> nodes = new HashMap<>();
    private final Map<String, Mount> disks = new HashMap<>();
    private Durability durability;
    private int boots;
    private final Map<Cut, Integer> cuts = new EnumMap<>(Cut.class);
    private int acceptances;
    private int membersInRegister; // at the last cut
    private boolean isAnyGated; // of those who lost power then

    @AfterEach
    void end() {
        nodes.values().forEach(NodeProcess::kill);
        disks.values().forEach(Mount::close);
    }

    /** Which nodes lose power, and whether the standby was gone before. */
    private enum Cut {
        BOTH,
        ACTIVE,
        STANDBY,
        LONE_ACTIVE
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void shouldKeepWhatTheModePromises(final Durability mode) throws IOException {
        Assumptions.assumeTrue(
                mode == Durability.MEMORY || ROUNDS > 1, "the other modes with -Dpartita.powerloss.rounds=2 or more");
        durability = mode;
        nextBoot();
        for (final String node : List.of("a", "b")) {
            Mount.makeExt4(image(node), DISK);
            mount(node);
            start(node);
        }
        int lost = 0;
        try (Payments payments = new Payments(context(), PER_BATCH)
                .patience(HistoryLoad.PATIENCE)
                .open()) {
            for (int round = 0; round < ROUNDS; round++) {
                final Cut cut = ROUNDS == 1 ? Cut.BOTH : Cut.values()[random.nextInt(Cut.values().length)];
                awaitInSync(payments);
                pay(payments, 200 + random.nextInt(2_000));
                try {
                    lost += cut(payments, cut);
                } catch (final AssertionError e) {
                    throw new AssertionError("round=" + round + " cut=" + cut + " mode=" + mode + " seed=" + SEED, e);
                }
            }
            awaitInSync(payments);
            payments.check();
            payments.checkDigests();
            nodes.values().forEach(NodeProcess::close);
        }
        System.out.println("power loss: mode=" + mode + " rounds=" + ROUNDS + " seed=" + SEED + " cuts=" + cuts
                + " acceptedByOperator=" + acceptances + " answeredAndLostThen=" + lost);
    }

    private int cut(final Payments payments, final Cut cut) throws IOException {
        cuts.merge(cut, 1, Integer::sum);
        final String active = payments.client().active();
        final String standby = active.equals("a") ? "b" : "a";
        if (cut == Cut.LONE_ACTIVE) {
            nodes.get(standby).kill();
            await(payments, "alone", () -> payments.inSync() == 1);
            pay(payments, 500);
        }
        final List<String> victims = switch (cut) {
            case BOTH -> List.of(active, standby);
            case ACTIVE, LONE_ACTIVE -> List.of(active);
            case STANDBY -> List.of(standby);
        };
        powerOff(victims);
        nextBoot();
        isAnyGated = false;
        for (final String victim : victims) {
            mount(victim);
            isAnyGated |= isGated(victim);
            start(victim);
        }
        takeInAnswers(payments);
        final int answered = payments.answered();
        if (cut == Cut.BOTH && durability == Durability.MEMORY && !servesAgain(payments)) {
            acceptances++;
            acceptLoss();
            return lostOf(payments, answered);
        }
        if (cut == Cut.LONE_ACTIVE) {
            await(
                    payments,
                    "the lone one serves again",
                    () -> active.equals(payments.client().active()) && payments.inSync() == 1);
            start(standby);
        }
        await(payments, "in sync again", () -> payments.inSync() == 2);
        assertEquals(0, lostOf(payments, answered), "answered and lost");
        return 0;
    }

    /** Power goes: what is in the processes and in the page cache is gone, what the disks have stays. */
    private void powerOff(final List<String> victims) throws IOException {
        for (final String victim : victims) {
            nodes.get(victim).pause();
        }
        membersInRegister = membersInRegister();
        for (final String victim : victims) {
            Mount.copyImage(image(victim), copy(victim));
        }
        for (final String victim : victims) {
            nodes.get(victim).kill();
            disks.remove(victim).close();
            Files.move(copy(victim), image(victim), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Both lost power in MEMORY mode. Two in sync: what they had answered was in page caches only, so both lost their lineage, and
     * wait for an operator; never does one serve by itself. One that was alone had forced what it answered, and serves again, as does
     * one whose gate was still on (R27), though it was not alone any more; unless it had only just become the only one and answered
     * nothing as such.
     */
    private boolean servesAgain(final Payments payments) {
        for (final String node : List.of("a", "b")) {
            await(payments, node + " is up", () -> report(payments, node) != null);
        }
        final boolean mayServe = membersInRegister == 1 || isAnyGated;
        final long startNs = System.nanoTime();
        final boolean[] serves = new boolean[1];
        await(payments, "time enough to take over", () -> {
            for (final String node : List.of("a", "b")) {
                final NodeReport report = report(payments, node);
                serves[0] |= report != null && report.serving();
            }
            assertFalse(serves[0] && !mayServe, "one of two serves by itself");
            return serves[0] || System.nanoTime() - startNs > (mayServe ? TAKE_OVER_NS : SILENCE_NS);
        });
        return serves[0];
    }

    private static NodeReport report(final Payments payments, final String node) {
        return payments.client().report(node, Duration.ofSeconds(1));
    }

    private boolean isGated(final String node) {
        final NodeMeta meta = new MetaFile(new Pair(root, NodeContext.Transport.TCP).folder(node)).read();
        return meta != null && meta.gate();
    }

    private int membersInRegister() {
        try (FileRegister register = FileRegister.open(root.resolve("register"), Pair.CLUSTER)) {
            return RegisterConfigCodec.decode(register.read().bytes()).inSync().size();
        }
    }

    private static void acceptLoss(final Pair folders, final String node, final String other) {
        LossAcceptance.run(
                folders.context(node),
                new LossAcceptance.Request(List.of(folders.folder(other)), false, false, "test"));
    }

    private void acceptLoss() {
        nodes.values().forEach(NodeProcess::kill);
        final Pair folders = new Pair(root, NodeContext.Transport.TCP);
        String best = "a";
        try {
            acceptLoss(folders, "a", "b");
        } catch (final PartitaException e) {
            assertEquals(ErrorCode.RECOVERY_REFUSED, e.code(), e.getMessage()); // b holds more
            best = "b";
            acceptLoss(folders, "b", "a");
        }
        start(best);
        start(best.equals("a") ? "b" : "a");
    }

    /** Sends again all that was answered before the cut: what is created now was lost. */
    private static int lostOf(final Payments payments, final int answered) {
        await(payments, "in sync again", () -> payments.inSync() == 2);
        payments.settle();
        final long before = payments.existed();
        final int submitted = payments.submitted();
        int repeated = 0;
        for (int id = 1; id <= submitted; id += REPEATED) {
            final int count = Math.min(REPEATED, submitted - id + 1);
            payments.repeat(id, count);
            repeated += count;
        }
        final int lost = (int) (repeated - (payments.existed() - before));
        assertTrue(lost <= answered, "lost=" + lost);
        return lost;
    }

    private void nextBoot() throws IOException {
        boots++;
        Files.writeString(root.resolve("boot"), new UUID(SEED, boots) + "\n");
    }

    private Path image(final String node) {
        return root.resolve(node + ".img");
    }

    private Path copy(final String node) {
        return root.resolve(node + ".copy");
    }

    private void mount(final String node) {
        disks.put(node, Mount.image(image(node), root.resolve(node)));
    }

    private void start(final String node) {
        nodes.put(
                node,
                NodeProcess.start(
                        root,
                        node,
                        NodeContext.Transport.TCP,
                        addresses.stream().map(InetSocketAddress::getPort).toList(),
                        Mount.otherBoot(root.resolve("boot")),
                        List.of(
                                "-Dpartita.test.durability=" + durability,
                                "-Dpartita.test.spaceLowBytes=" + (8 << 20),
                                "-Dpartita.test.segmentLength=" + (1 << 20),
                                "-Dpartita.test.patient=true")));
    }

    private RemoteClientContext context() {
        return NodeProcess.clientOf(addresses).retryTimeout(CLIENT_RETRY);
    }

    /** Waits while payments trickle, so that something waits (R22) and the disks do not fill up. */
    private static void await(final Payments payments, final String what, final BooleanSupplier condition) {
        Await.until(HistoryLoad.PATIENCE, () -> what, () -> {
            if (payments.client().inFlight() == 0) {
                payments.send(1);
            }
            payments.client().pollAwait(64, TRICKLE_NS);
            return condition.getAsBoolean();
        });
    }

    /** What was answered before the power went may not have been taken in yet. */
    private static void takeInAnswers(final Payments payments) {
        for (int i = 0; i < 10; i++) {
            payments.client().pollAwait(64, TRICKLE_NS);
        }
    }

    private static void pay(final Payments payments, final int count) {
        final int goal = payments.answered() + count;
        payments.pumpUntil("answers", () -> payments.answered() >= goal);
    }

    private static void awaitInSync(final Payments payments) {
        await(payments, "both in sync", () -> payments.inSync() == 2);
    }
}
