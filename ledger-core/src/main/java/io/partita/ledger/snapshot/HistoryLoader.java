// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import io.partita.ledger.state.StateImage;
import io.partita.ledger.state.StateTable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fills the append-only tables from the HISTORY files. Units of a table whose memory would be in a file anyway stay where they
 * are: each block is read once to verify it, and then lent to the table as the mapped file shows it. So nothing of the bulk is
 * copied, and no dirty page has to be written. What is made of the transfers is made while their pages are at hand.
 *
 * <p>With a helper, that one reads and verifies, and the caller's thread makes use of what was verified.
 */
final class HistoryLoader {
    /** Blocks that the helper may be ahead, so that their pages are still there. */
    private static final int AHEAD_MAX = 64;

    /** Units that are verified, and where they are mapped. */
    private record Piece(StateTable table, long address, int units) {}

    private final SnapshotLoader files;
    private final StateImage image;
    /** Units of each table by its number, with those that are on their way to it. Only whoever reads touches them. */
    private final long[] counts;

    private @Nullable Throwable readFailure;
    private @Nullable Throwable addFailure;

    HistoryLoader(final SnapshotLoader files, final StateImage image) {
        this.files = files;
        this.image = image;
        counts = new long[image.tables().size() + 1];
        for (final StateTable table : image.tables()) {
            counts[table.id()] = table.count();
        }
    }

    /** Loads all files; those that are not as the STATE file says are an exception, {@code DAMAGED}. */
    void load(final List<SnapshotInfo.Part> parts, final @Nullable ThreadFactory helpers) {
        if (helpers == null || image.tables().stream().noneMatch(StateTable::isLendable)) {
            readAll(parts, this::add);
        } else {
            loadHelped(parts, helpers);
        }
        rethrow(addFailure);
    }

    /**
     * The state machine's thread. If nothing can be made of a piece, nothing is made of the others; but all is verified, since what
     * is wrong with the files may be why, and is what has to be told.
     */
    private void add(final Piece piece) {
        try {
            if (addFailure == null) {
                piece.table().lend(piece.address(), piece.units());
                image.advance();
            }
        } catch (final RuntimeException | Error e) {
            addFailure = e;
        }
    }

    private void loadHelped(final List<SnapshotInfo.Part> parts, final ThreadFactory helpers) {
        final BlockingQueue<Optional<Piece>> verified = new ArrayBlockingQueue<>(AHEAD_MAX);
        final Thread helper = helpers.newThread(() -> {
            try {
                readAll(parts, piece -> uninterrupted(() -> verified.put(Optional.of(piece))));
            } catch (final Throwable error) { // of any kind: it is thrown again by the caller's thread
                readFailure = error;
            }
            uninterrupted(() -> verified.put(Optional.empty()));
        });
        helper.setName("partita-snapshot-reader");
        helper.start();
        addAll(verified);
        uninterrupted(helper::join);
        rethrow(readFailure);
    }

    /** To the end in any case, since the helper waits for whoever takes. */
    private void addAll(final BlockingQueue<Optional<Piece>> verified) {
        final AtomicReference<Optional<Piece>> next = new AtomicReference<>(Optional.empty());
        while (true) {
            uninterrupted(() -> next.setPlain(verified.take()));
            final Optional<Piece> piece = next.getPlain();
            if (piece.isEmpty()) {
                return;
            }
            add(piece.get());
        }
    }

    /** Something that waits. */
    private interface Waiting {
        void await() throws InterruptedException;
    }

    /** Neither side leaves the other one waiting. */
    private static void uninterrupted(final Waiting waiting) {
        boolean isInterrupted = false;
        while (true) {
            try {
                waiting.await();
                break;
            } catch (final InterruptedException e) {
                isInterrupted = true; // whoever interrupted is told when this is done
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(final @Nullable Throwable error) {
        if (error instanceof Error fatal) {
            throw fatal;
        }
        if (error instanceof RuntimeException unchecked) {
            throw unchecked;
        }
    }

    private void readAll(final List<SnapshotInfo.Part> parts, final Consumer<Piece> verified) {
        for (final SnapshotInfo.Part part : parts) {
            try (SnapshotFileReader file = files.open(SnapshotDescriptor.HISTORY, part.seq())) {
                SnapshotLoader.checkNamed(file, part, file.wholeCrcAtEnd());
                final MappedFile mapped = file.map();
                image.closeWithTables(mapped::close);
                for (final StateTable table : image.tables()) {
                    if (table.isLendable()) {
                        lend(file, mapped, table, verified);
                    } else if (table.isAppendOnly()) {
                        SnapshotLoader.fill(file, table, counts[table.id()]);
                        counts[table.id()] = table.count();
                    }
                }
                file.end();
                SnapshotLoader.checkPart(file, part);
            }
        }
    }

    private void lend(
            final SnapshotFileReader file,
            final MappedFile mapped,
            final StateTable table,
            final Consumer<Piece> verified) {
        counts[table.id()] +=
                SnapshotLoader.adjoining(file, table, counts[table.id()]).units();
        while (file.hasBlock()) {
            final int units = file.skipBlock() / table.unitLength();
            verified.accept(new Piece(table, mapped.address(file.blockOffset()), units));
        }
    }
}
