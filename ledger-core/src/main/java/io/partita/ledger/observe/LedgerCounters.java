// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.observe;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.jspecify.annotations.Nullable;

/**
 * A node's counters in a mapped file, which other processes read while it runs and after it crashed. Counters may be updated
 * from any thread; who uses the plain or ordered setters must be the only writer of that counter.
 */
public final class LedgerCounters {
    /** The file's name in the data folder. */
    public static final String FILE_NAME = "counters";

    private static final int COUNTERS_MAX = 128;
    private static final int METADATA_LENGTH = COUNTERS_MAX * CountersManager.METADATA_LENGTH;
    private static final int VALUES_LENGTH = COUNTERS_MAX * CountersManager.COUNTER_LENGTH;
    private static final int FILE_LENGTH = ObserveFileDescriptor.HEADER_LENGTH + METADATA_LENGTH + VALUES_LENGTH;
    private static final int USER_TYPE_ID_FIRST = 1000;

    private final CountersManager manager;
    private final AtomicCounter[] counters = new AtomicCounter[CounterType.values().length];
    private int userTypeIdNext = USER_TYPE_ID_FIRST;

    private LedgerCounters(final ByteBuffer bytes, final Id128 clusterId, final long startedMs) {
        final UnsafeBuffer file = new UnsafeBuffer(bytes);
        manager = new CountersManager(
                new UnsafeBuffer(file, ObserveFileDescriptor.HEADER_LENGTH, METADATA_LENGTH),
                new UnsafeBuffer(file, ObserveFileDescriptor.HEADER_LENGTH + METADATA_LENGTH, VALUES_LENGTH),
                StandardCharsets.UTF_8);
        for (final CounterType type : CounterType.values()) {
            counters[type.ordinal()] = manager.newCounter(type.label(), type.ordinal());
        }
        ObserveFileDescriptor.write(
                file, ObserveFileDescriptor.COUNTERS, clusterId, startedMs, METADATA_LENGTH, VALUES_LENGTH);
    }

    /**
     * Creates the file, in place of the one of the last run.
     *
     * @param folder the data folder; null for counters in memory only.
     * @param clusterId of the node.
     * @param startedMs now, milliseconds since 1970.
     * @return the counters.
     */
    public static LedgerCounters create(final @Nullable Path folder, final Id128 clusterId, final long startedMs) {
        if (folder == null) {
            return new LedgerCounters(ByteBuffer.allocateDirect(FILE_LENGTH), clusterId, startedMs);
        }
        final Path file = folder.resolve(FILE_NAME);
        try {
            return new LedgerCounters(MappedFiles.create(file, FILE_LENGTH), clusterId, startedMs);
        } catch (final IOException error) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "cannot create the counters file: file=" + file + " (" + error + ")",
                    "check the folder's permissions and free space",
                    error);
        }
    }

    /**
     * One of the counters every node has.
     *
     * @param type which.
     * @return the counter.
     */
    public AtomicCounter get(final CounterType type) {
        return counters[type.ordinal()];
    }

    /**
     * Adds a counter of the caller's own.
     *
     * @param label a few words; readers find it by these.
     * @return the counter.
     */
    public synchronized AtomicCounter add(final String label) {
        return manager.newCounter(label, userTypeIdNext++);
    }
}
