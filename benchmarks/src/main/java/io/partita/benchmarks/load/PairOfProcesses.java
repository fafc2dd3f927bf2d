// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import io.partita.benchmarks.ChildJvm;
import io.partita.benchmarks.links.BenchAuthority;
import io.partita.ledger.client.BatchClient;
import io.partita.ledger.client.ResultListener;
import io.partita.replication.client.NodeReport;
import io.partita.replication.client.RemoteLedgerClient;
import io.partita.replication.node.ReplicatedLedger;
import io.partita.replication.protocol.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A pair: the active in this process, the standby in another one, on the same machine and the same disk; the client in this one, too. */
final class PairOfProcesses implements PaidNode {
    private static final Duration REPORT_TIMEOUT = Duration.ofSeconds(10);
    private static final long START_TIMEOUT_NS = 60_000_000_000L;
    private static final long STOP_TIMEOUT_S = 20;

    private final ReplicatedLedger active;
    private final Process standby;
    private final boolean isForced;
    private final PairSetup setup;
    private final boolean isRemote;
    private @Nullable RemoteLedgerClient remote;
    private final long epoch;

    PairOfProcesses(final PairSetup setup, final boolean isRemote, final List<String> jvmOptions) throws Exception {
        this.setup = setup;
        this.isRemote = isRemote;
        isForced = setup.durability() != Durability.MEMORY;
        Files.createDirectories(setup.folder());
        if (setup.link() == Link.TLS) {
            final BenchAuthority authority = new BenchAuthority(setup.certificates());
            for (final String id : PairSetup.NODES) {
                authority.issue(id, "partita:node=" + id);
            }
            Files.writeString(setup.roles(), "role.payer=submit,read\n");
        }
        active = ReplicatedLedger.launch(setup.context(PairSetup.NODES.get(0)));
        final List<String> arguments = new ArrayList<>(List.of(LoadRun.STANDBY));
        arguments.addAll(setup.arguments());
        standby = new ChildJvm(jvmOptions, ChildJvm.ownClassPath(), arguments).start();
        epoch = awaitInSync();
    }

    /** The other process: a node until its input ends. */
    static void runStandby(final PairSetup setup) throws IOException {
        try (ReplicatedLedger node = ReplicatedLedger.launch(setup.context(PairSetup.NODES.get(1)))) {
            System.in.readAllBytes();
            if (node.closedReason() != null) {
                throw new IllegalStateException("the standby was closed: " + node.closedReason());
            }
        }
    }

    private long awaitInSync() throws InterruptedException {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < START_TIMEOUT_NS && standby.isAlive()) {
            final long wholeIn = wholeInEpoch();
            if (wholeIn > 0) {
                return wholeIn;
            }
            Thread.sleep(10);
        }
        close();
        throw new IllegalStateException("the pair did not come up");
    }

    @Override
    public BatchClient client(final ResultListener listener) {
        if (!isRemote) {
            return active.client(listener);
        }
        final RemoteLedgerClient client =
                RemoteLedgerClient.connect(setup.client().listener(listener));
        remote = client;
        return client;
    }

    @Override
    public void check() {
        final long wholeIn = wholeInEpoch();
        if (wholeIn != epoch) {
            throw new IllegalStateException("the pair fell apart: epoch=" + epoch + " wholeInEpoch=" + wholeIn);
        }
    }

    /** The epoch in which this node serves as it is measured, with the other one in sync; 0 if it does not. */
    private long wholeInEpoch() {
        final NodeReport report = active.report(REPORT_TIMEOUT);
        if (report == null || isForced && report.durableSeq() < report.commitSeq()) {
            return 0;
        }
        return report.serving() && report.inSync() == PairSetup.NODES.size() ? report.epoch() : 0;
    }

    @Override
    public void close() {
        if (remote != null) {
            remote.close();
        }
        active.close();
        try {
            standby.getOutputStream().close();
            if (!standby.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
                standby.destroyForcibly().waitFor();
            }
        } catch (final IOException | InterruptedException e) {
            throw new IllegalStateException("the standby was not stopped", e);
        }
    }
}
