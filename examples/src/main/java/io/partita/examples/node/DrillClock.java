// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A wall clock that another process can set wrong while a node runs by it: the system's, and what a mapped file says in nanoseconds.
 * For drills only; a node has it if its configuration names the file, and says so when it starts. Any thread.
 */
public final class DrillClock implements EpochNanoClock {
    private final UnsafeBuffer error;

    private DrillClock(final UnsafeBuffer error) {
        this.error = error;
    }

    /**
     * The clock of a file.
     *
     * @param file 8 bytes; made if it is not there, and right then.
     * @return the clock; the mapping lives as long as it does.
     * @throws IOException if the file cannot be made or mapped.
     */
    public static DrillClock open(final Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new DrillClock(new UnsafeBuffer(channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES)));
        }
    }

    /**
     * Sets the clock, of whichever process reads it.
     *
     * @param errorNs ahead of the system's; negative: behind.
     */
    public void wrongBy(final long errorNs) {
        error.putLongVolatile(0, errorNs);
    }

    @Override
    public long nanoTime() {
        return SystemEpochNanoClock.INSTANCE.nanoTime() + error.getLongVolatile(0);
    }
}
