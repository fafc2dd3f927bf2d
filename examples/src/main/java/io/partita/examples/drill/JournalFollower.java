// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.audit.FolderReplay;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Replays both nodes' journals while they run and compares the running digests at equal seqs. It goes up to what both nodes say they
 * have applied: that is in both journals for good. What a journal holds beyond may be cut when its node rejoins, and a reader that
 * was open before may still see what was cut; so a journal whose manifest has changed, as every cut changes it, is looked at anew.
 */
final class JournalFollower implements Runnable {
    private static final long POLL_NS = 20_000_000L;
    private static final long CATCH_UP_TIMEOUT_NS = 300_000_000_000L;

    private final PairFolder folder;
    private final Pair pair;
    private final List<FolderReplay> replays = new ArrayList<>();
    private final List<Object> manifests = new ArrayList<>();
    private volatile boolean isStopped;
    private final AtomicLong comparisons = new AtomicLong();
    private volatile long comparedSeq;
    private volatile @Nullable String problem;

    JournalFollower(final PairFolder folder, final Pair pair) {
        this.folder = folder;
        this.pair = pair;
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

    /** Up to where both journals hold the same for good; 0 while that is not known. */
    private long target() {
        synchronized (pair) {
            long target = pair.isDuplex() ? Long.MAX_VALUE : 0;
            for (final String node : PairFolder.NODES) {
                target = Math.min(target, pair.appliedSeq(node));
            }
            return target;
        }
    }

    private void compare(final long target) {
        if (replays.isEmpty()) {
            for (final String node : PairFolder.NODES) {
                manifests.add(manifest(node));
                replays.add(new FolderReplay(journal(node), null));
            }
        }
        for (int i = 0; i < replays.size(); i++) {
            final Object manifest = manifest(PairFolder.NODES.get(i));
            if (!manifest.equals(manifests.get(i))) {
                manifests.set(i, manifest);
                replays.get(i).reopen();
            }
        }
        final long startNs = System.nanoTime();
        for (final FolderReplay replay : replays) {
            while (!replay.run(target, Long.MAX_VALUE, seq -> {})) {
                if (isStopped) {
                    return;
                }
                if (System.nanoTime() - startNs > CATCH_UP_TIMEOUT_NS) {
                    problem = "a journal lacks what its node has applied: seq=" + target + ", has="
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

    private Path journal(final String node) {
        return folder.data(node).resolve("journal");
    }

    /** Which file it is: it is replaced as a whole. */
    private Object manifest(final String node) {
        try {
            final BasicFileAttributes file =
                    Files.readAttributes(journal(node).resolve("manifest"), BasicFileAttributes.class);
            return List.of(String.valueOf(file.fileKey()), file.lastModifiedTime());
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
