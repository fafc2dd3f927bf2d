// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.observe;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.ObjLongConsumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/** Reads a node's counters from another process, also after the node crashed. Read-only. */
public final class CountersFile {
    private final UnsafeBuffer file;
    private final CountersReader reader;

    private CountersFile(final UnsafeBuffer file) {
        this.file = file;
        final int metadataLength = ObserveFileDescriptor.firstLength(file);
        reader = new CountersReader(
                new UnsafeBuffer(file, ObserveFileDescriptor.HEADER_LENGTH, metadataLength),
                new UnsafeBuffer(
                        file,
                        ObserveFileDescriptor.HEADER_LENGTH + metadataLength,
                        ObserveFileDescriptor.secondLength(file)));
    }

    /**
     * Maps a node's counters file.
     *
     * @param folder the node's data folder.
     * @return the reader.
     * @throws PartitaException if there is no such file, or it is none of ours.
     */
    public static CountersFile open(final Path folder) {
        final Path path = folder.resolve(LedgerCounters.FILE_NAME);
        final UnsafeBuffer file;
        try {
            file = new UnsafeBuffer(MappedFiles.open(path));
        } catch (final IOException error) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "cannot read the counters file: file=" + path,
                    "name the data folder of a node that was started at least once",
                    error);
        }
        ObserveFileDescriptor.check(file, ObserveFileDescriptor.COUNTERS, path);
        return new CountersFile(file);
    }

    /**
     * The value of a counter every node has.
     *
     * @param type which.
     * @return its value now.
     */
    public long get(final CounterType type) {
        return reader.getCounterValue(type.ordinal());
    }

    /**
     * Visits all counters, in the order of their creation.
     *
     * @param consumer gets label and value.
     */
    public void forEach(final ObjLongConsumer<String> consumer) {
        reader.forEach((value, counterId, label) -> consumer.accept(label, value));
    }

    /**
     * The cluster the node belongs to.
     *
     * @return its id.
     */
    public Id128 clusterId() {
        return ObserveFileDescriptor.clusterId(file);
    }

    /**
     * The process that wrote the file.
     *
     * @return its id.
     */
    public long processId() {
        return ObserveFileDescriptor.processId(file);
    }

    /**
     * When that process created the file.
     *
     * @return milliseconds since 1970.
     */
    public long startedMs() {
        return ObserveFileDescriptor.startedMs(file);
    }
}
