// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.audit.FolderReplay;
import io.partita.ledger.model.PartitaException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Replays both nodes' journals while they run and compares the running digests at equal seqs. It goes up to positions that were
 * answered while the pair was whole: those are in both journals for good. (What a killed active holds beyond may be cut when it
 * rejoins.)
 */
final class JournalFollower implements Runnable {
    private static final long POLL_NS = 20_000_000L;
    private static final long CATCH_UP_TIMEOUT_NS = 300_000_000_000L;

    private final PairFolder folder;
    private final Pair pair;
    private final LongSupplier answeredSeq;
    private final List<FolderReplay> replays = new ArrayList<>();
    private int livesAtTarget;
    private int livesAtOpening;
    private volatile boolean isStopped;
    private final AtomicLong comparisons = new AtomicLong();
    private volatile long comparedSeq;
    private volatile @Nullable String problem;

    JournalFollower(final PairFolder folder, final Pair pair, final LongSupplier answeredSeq) {
        this.folder = folder;
        this.pair = pair;
        this.answeredSeq = answeredSeq;
    }

    long comparisons() {
        return comparisons.get();
    }

    long comparedSeq() {
        return comparedSeq;
    }

    @Nullable
    String problem() {
        return problem;
    }

    void stop() {
        isStopped = true;
    }

    @Override
    public void run() {
        try {
            while (!isStopped) {
                final long target = target();
                if (target > comparedSeq) {
                    synchronized (folder) { // no folder is wiped or replaced under it
                        compare(target);
                    }
                }
                LockSupport.parkNanos(POLL_NS);
            }
        } catch (final PartitaException ex) {
            problem = "a journal cannot be followed: " + ex.getMessage();
        } catch (final RuntimeException ex) {
            problem = "a journal cannot be followed: " + ex;
        } finally {
            for (final FolderReplay replay : replays) {
                replay.close();
            }
        }
    }

    /**
     * Up to where both journals hold the same for good; 0 while that is not known. A node that was restarted is back in sync
     * then, and has made its cuts: only now its folder is looked at anew.
     */
    private long target() {
        synchronized (pair) {
            if (!pair.isDuplex()) {
                return 0;
            }
            livesAtTarget = pair.lives();
            return answeredSeq.getAsLong();
        }
    }

    private void compare(final long target) {
        if (replays.isEmpty()) {
            for (final String node : PairFolder.NODES) {
                replays.add(new FolderReplay(folder.data(node).resolve("journal"), null));
            }
        }
        if (livesAtOpening != livesAtTarget) {
            livesAtOpening = livesAtTarget;
            replays.forEach(FolderReplay::reopen);
        }
        final long startNs = System.nanoTime();
        for (final FolderReplay replay : replays) {
            while (!replay.run(target, Long.MAX_VALUE, seq -> {})) {
                if (isStopped) {
                    return;
                }
                if (System.nanoTime() - startNs > CATCH_UP_TIMEOUT_NS) {
                    problem = "a journal lacks what was answered: seq=" + target + ", has="
                            + replay.machine().appliedSeq();
                    isStopped = true;
                    return;
                }
                LockSupport.parkNanos(POLL_NS);
            }
        }
        final long a = replays.get(0).machine().runningDigest();
        final long b = replays.get(1).machine().runningDigest();
        if (a != b) {
            problem = String.format("running digests differ: seq=%d, a=%016x, b=%016x", target, a, b);
            isStopped = true;
            return;
        }
        comparedSeq = target;
        comparisons.incrementAndGet();
    }
}
