// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.terminal.ToolException;
import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.CountersFile;
import io.partita.replication.client.OperatorClient;
import io.partita.replication.client.OperatorReply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Does each kind of fault, and undoes it. The fault thread. */
final class FaultInjector {
    private static final long WAIT_MS = 300_000;
    private static final long PARK_NS = 1_000_000L;

    /** Records between the copy of a folder and its return, so that the copy is older than what its node acknowledged. */
    private static final long RECORDS_SINCE_COPY = 3;

    private final PairFolder folder;
    private final Pair pair;
    private final Payer payer;
    private final BooleanSupplier isStopped;

    FaultInjector(final PairFolder folder, final Pair pair, final Payer payer, final BooleanSupplier isStopped) {
        this.folder = folder;
        this.pair = pair;
        this.payer = payer;
        this.isStopped = isStopped;
    }

    /** Breaks it. When this returns, the fault has happened. */
    void begin(final FaultRecord fault) throws IOException, InterruptedException {
        switch (fault.plan.kind()) {
            case KILL, CRASH, WIPE, RESTORE, CLONE -> pair.kill(fault);
            case PAUSE -> pair.pause(fault);
            case SWITCHOVER -> pair.note(fault);
            case CLOCK -> {
                pair.note(fault);
                fault.clockAlarms = -clockAlarms();
                folder.clock(fault.victim).wrongBy(fault.plan.clockErrorNs());
            }
            case PARTITION -> {
                pair.note(fault);
                network().cut(fault.plan.cut(), fault.victim);
            }
        }
    }

    /** Sees to it that the victim can come back. */
    void end(final FaultRecord fault) throws IOException, InterruptedException {
        switch (fault.plan.kind()) {
            case KILL -> pair.restartKilled(fault.victim);
            case CRASH -> {
                park(fault.plan.outageNs());
                pair.restartKilled(fault.victim);
            }
            case SWITCHOVER -> {
                fault.isCounted &= isSwitchedOver();
                pair.healed(fault, payer.seqMax());
            }
            case PAUSE -> {
                park(fault.plan.outageNs());
                pair.resume(fault);
                pair.healed(fault, payer.seqMax());
            }
            case CLOCK -> {
                park(fault.plan.outageNs() / 2);
                if (fault.plan.resets()) {
                    switchOver(); // refused, if the other node is not in sync just then: the fault is the clock
                }
                park(fault.plan.outageNs() / 2);
                fault.clockAlarms += clockAlarms();
                folder.clock(fault.victim).wrongBy(0);
                pair.healed(fault, payer.seqMax());
            }
            case PARTITION -> {
                park(fault.plan.outageNs());
                network().heal(fault.plan.resets());
                pair.healed(fault, payer.seqMax());
            }
            case WIPE -> {
                pair.awaitExit(fault.victim);
                if (fault.wasActive) {
                    await(
                            "the other node serves",
                            () -> PairFolder.other(fault.victim).equals(pair.active()));
                }
                restartWiped(fault.victim);
            }
            case RESTORE -> restore(fault.victim);
            case CLONE -> runClone(fault.victim);
        }
    }

    /** Stamps for which a clock was not believed, of both nodes: whoever's clock is wrong, the active's sequencer sees it. */
    private long clockAlarms() {
        long alarms = 0;
        for (final String node : PairFolder.NODES) {
            alarms += CountersFile.open(folder.data(node)).get(CounterType.CLOCK_ALARMS);
        }
        return alarms;
    }

    /** False where a busy machine came in between: the other node was taken over from before it served. Then it is asked for again. */
    private boolean isSwitchedOver() throws InterruptedException {
        final OperatorReply reply;
        try {
            reply = switchOver();
        } catch (final PartitaException e) {
            if (e.code() != ErrorCode.NODE_UNREACHABLE) {
                throw e;
            }
            return false;
        }
        if (!reply.ok()) {
            throw new IllegalStateException(
                    "a switchover was refused: code=" + reply.code() + ", cause=" + reply.cause());
        }
        final long epoch = Long.parseLong(reply.field(OperatorReply.EPOCH));
        await("the other node serves", () -> pair.servingEpoch() >= epoch);
        return true;
    }

    private OperatorReply switchOver() {
        final Map<String, InetSocketAddress> nodes = new LinkedHashMap<>();
        for (final String node : PairFolder.NODES) {
            nodes.put(node, folder.clientAddress(node));
        }
        try (OperatorClient operator =
                new OperatorClient(folder.clusterId(), "drill", Duration.ofMillis(WAIT_MS), folder.clientTls())) {
            return operator.switchover(nodes, "", "drill");
        }
    }

    /** Row 45 of the scenarios: the node finds, or is told, that its lineage held more, and halts; an operator wipes it. */
    private void restore(final String victim) throws IOException, InterruptedException {
        final Path copy = copyAndRestart(victim);
        final long copiedSeq = pair.appliedSeq(victim);
        await(
                "the victim holds more than its copy",
                () -> pair.appliedSeq(victim) >= copiedSeq + RECORDS_SINCE_COPY && pair.isDuplex());
        if (isStopped.getAsBoolean()) {
            return;
        }
        pair.killQuietly(victim);
        pair.awaitExit(victim);
        synchronized (folder) {
            FolderFiles.deleteTree(folder.data(victim));
            Files.move(copy, folder.data(victim));
        }
        pair.restart(victim, true);
        await("the restored node halts", () -> pair.halted(victim) != null || pair.isInSync(victim));
        if (pair.halted(victim) == null && !isStopped.getAsBoolean()) {
            throw new IllegalStateException("a node with an older copy of its folder was taken for whole: " + victim);
        }
        pair.awaitExit(victim);
        restartWiped(victim);
    }

    /** Row 47: two processes of one lineage; whoever of them the active hears second too often, or that lacks something, halts. */
    private void runClone(final String victim) throws IOException, InterruptedException {
        final Path copy = copyAndRestart(victim);
        await("the pair is whole", pair::isDuplex);
        pair.allowHalt(victim, true);
        final AtomicReference<@Nullable String> halted = new AtomicReference<>();
        final NodeProcess twin = NodeProcess.start(
                victim,
                -1,
                folder.cloneConfig(victim, copy),
                folder.log(victim + "-clone").toFile(),
                new NodeProcess.Listener() {
                    @Override
                    public void onLine(
                            final NodeProcess process, final Map<String, @Nullable Object> line, final long arrivedNs) {
                        if ("halted".equals(line.get("event"))) {
                            halted.set(String.valueOf(line.get("reason")));
                        }
                    }

                    @Override
                    public void onExit(final NodeProcess process) {
                        halted.compareAndSet(null, "it ended");
                    }
                });
        try {
            await("one of the two processes halts", () -> halted.get() != null || pair.halted(victim) != null);
        } finally {
            twin.kill();
            twin.awaitExit(WAIT_MS);
        }
        if (pair.halted(victim) != null) {
            pair.awaitExit(victim);
            pair.restart(victim, false);
        }
        pair.allowHalt(victim, false);
        FolderFiles.deleteTree(copy);
    }

    private Path copyAndRestart(final String victim) throws IOException, InterruptedException {
        pair.awaitExit(victim);
        final Path copy = folder.root().resolve(victim + "-copy");
        copyTree(folder.data(victim), copy);
        pair.restart(victim, false);
        await("the victim is back", pair::isDuplex);

        return copy;
    }

    private void restartWiped(final String victim) throws IOException {
        synchronized (folder) {
            FolderFiles.deleteTree(folder.data(victim));
        }
        pair.restart(victim, false);
    }

    private void await(final String what, final BooleanSupplier condition) throws InterruptedException {
        if (!pair.await(() -> isStopped.getAsBoolean() || condition.getAsBoolean(), WAIT_MS)) {
            throw new IllegalStateException("did not happen in time: " + what);
        }
    }

    private void park(final long ns) {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < ns && !isStopped.getAsBoolean()) {
            LockSupport.parkNanos(PARK_NS);
        }
    }

    private Network network() {
        final Network network = folder.network();
        if (network == null) {
            throw ToolException.failed("INTERNAL", "a partition was not prepared", "report it");
        }
        return network;
    }

    private static void copyTree(final Path from, final Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(final Path folder, final BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
