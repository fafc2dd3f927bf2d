// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** The pauses of garbage collections in this JVM while it is open, in the time of {@link System#nanoTime}. */
final class Pauses implements AutoCloseable {
    private static final String PAUSE = "jdk.GCPhasePause";

    private final Recording recording = new Recording();
    private final Instant openedAt;
    private final long openedNs;

    /** Opens it. */
    Pauses() {
        recording.enable(PAUSE).withThreshold(Duration.ZERO);
        recording.start();
        openedAt = Instant.now();
        openedNs = System.nanoTime();
    }

    /**
     * One of them; all threads of the application stood still.
     *
     * @param fromNs when it began.
     * @param toNs when it was over.
     */
    record Pause(long fromNs, long toNs) {
        /** How long it took. */
        long ns() {
            return toNs - fromNs;
        }

        /** Whether something that took from then to then took some of its time in this pause. */
        boolean overlaps(final long otherFromNs, final long otherToNs) {
            return fromNs - otherToNs < 0 && otherFromNs - toNs < 0;
        }
    }

    /** Ends it, and lists those that ended later than a moment. The file is scratch. */
    List<Pause> stop(final Path file, final long sinceNs) throws IOException {
        recording.stop();
        recording.dump(file);
        final List<Pause> pauses = new ArrayList<>();
        for (final RecordedEvent event : RecordingFile.readAllEvents(file)) {
            if (event.getEventType().getName().equals(PAUSE)) {
                final Pause pause = new Pause(ns(event.getStartTime()), ns(event.getEndTime()));
                if (pause.toNs() - sinceNs > 0) {
                    pauses.add(pause);
                }
            }
        }
        return pauses;
    }

    private long ns(final Instant at) {
        return openedNs + Duration.between(openedAt, at).toNanos();
    }

    @Override
    public void close() {
        recording.close();
    }
}
