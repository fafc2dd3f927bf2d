// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.observe;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.agrona.concurrent.errors.ErrorConsumer;
import org.agrona.concurrent.errors.ErrorLogReader;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * What a node met that it should not have: each distinct incident once, with its count and the times of the first and the last,
 * in a mapped file that other processes read. The last run's file is kept beside it. Any thread may record.
 */
public final class IncidentLog {
    /** The file's name in the data folder. */
    public static final String FILE_NAME = "incidents";
    /** The name under which the last run's file is kept. */
    public static final String PREVIOUS_FILE_NAME = "incidents.previous";

    private static final System.Logger LOGGER = System.getLogger(IncidentLog.class.getName());
    private static final int LOG_LENGTH = 1024 * 1024;
    private static final int FILE_LENGTH = ObserveFileDescriptor.HEADER_LENGTH + LOG_LENGTH;

    private final DistinctErrorLog log;
    private final AtomicCounter incidents;

    private IncidentLog(
            final ByteBuffer bytes, final Id128 clusterId, final EpochClock clock, final AtomicCounter incidents) {
        final UnsafeBuffer file = new UnsafeBuffer(bytes);
        log = new DistinctErrorLog(new UnsafeBuffer(file, ObserveFileDescriptor.HEADER_LENGTH, LOG_LENGTH), clock);
        this.incidents = incidents;
        ObserveFileDescriptor.write(file, ObserveFileDescriptor.INCIDENTS, clusterId, clock.time(), LOG_LENGTH, 0);
    }

    /**
     * Creates the log; one of the last run that has entries is kept under {@link #PREVIOUS_FILE_NAME}.
     *
     * @param folder the data folder; null for a log in memory only.
     * @param clusterId of the node.
     * @param clock milliseconds since 1970.
     * @param incidents counts the entries.
     * @return the log.
     */
    public static IncidentLog create(
            final @Nullable Path folder, final Id128 clusterId, final EpochClock clock, final AtomicCounter incidents) {
        if (folder == null) {
            return new IncidentLog(ByteBuffer.allocateDirect(FILE_LENGTH), clusterId, clock, incidents);
        }
        final Path file = folder.resolve(FILE_NAME);
        try {
            if (hasEntries(file)) {
                Files.move(file, folder.resolve(PREVIOUS_FILE_NAME), StandardCopyOption.REPLACE_EXISTING);
            }
            return new IncidentLog(MappedFiles.create(file, FILE_LENGTH), clusterId, clock, incidents);
        } catch (final IOException error) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "cannot create the incident log: file=" + file + " (" + error + ")",
                    "check the folder's permissions and free space",
                    error);
        }
    }

    /**
     * Records something unexpected that has an exception.
     *
     * @param error the exception.
     */
    public void record(final Throwable error) {
        incidents.increment();
        if (!log.record(error)) {
            LOGGER.log(System.Logger.Level.ERROR, "the incident log is full", error);
        }
    }

    /**
     * Records something unexpected.
     *
     * @param code its stable code.
     * @param cause what happened, with {@code name=value} details.
     * @param nextStep what to do about it.
     */
    public void record(final ErrorCode code, final String cause, final String nextStep) {
        record(new Incident(code + ": " + cause + "; next: " + nextStep));
    }

    /**
     * Reads a log file.
     *
     * @param file an incident log, of a running or a dead process.
     * @param consumer gets each distinct incident.
     * @return how many there are.
     * @throws PartitaException if there is no such file, or it is none of ours.
     */
    public static int read(final Path file, final ErrorConsumer consumer) {
        final UnsafeBuffer buffer;
        try {
            buffer = new UnsafeBuffer(MappedFiles.open(file));
        } catch (final IOException error) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "cannot read the incident log: file=" + file,
                    "name the data folder of a node that was started at least once",
                    error);
        }
        ObserveFileDescriptor.check(buffer, ObserveFileDescriptor.INCIDENTS, file);
        return ErrorLogReader.read(section(buffer), consumer);
    }

    private static boolean hasEntries(final Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != FILE_LENGTH) {
            return false;
        }
        return ErrorLogReader.hasErrors(section(new UnsafeBuffer(MappedFiles.open(file))));
    }

    private static AtomicBuffer section(final UnsafeBuffer file) {
        return new UnsafeBuffer(file, ObserveFileDescriptor.HEADER_LENGTH, LOG_LENGTH);
    }

    /** An incident without an exception: carries its text, no stack trace. */
    private static final class Incident extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Incident(final String message) {
            super(message, null, false, false);
        }
    }
}
