// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Page faults of the thread that made it, from Linux' {@code /proc/thread-self/stat}. A look costs one to two microseconds and
 * allocates nothing, so it can be taken around each step.
 */
final class ThreadFaults implements AutoCloseable {
    private static final int FIELDS_TO_MINOR = 8; // after the name's closing bracket: state, six ids and flags
    private static final int FIELDS_TO_MAJOR = 2;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1024);
    private long minor;
    private long major;

    ThreadFaults() {
        try {
            channel = FileChannel.open(Path.of("/proc/thread-self/stat"), StandardOpenOption.READ);
        } catch (final IOException error) {
            throw new UncheckedIOException("this benchmark needs Linux", error);
        }
    }

    /** Looks; afterwards the counts are those of now. */
    void look() {
        final int length;
        try {
            buffer.clear();
            length = channel.read(buffer, 0);
        } catch (final IOException error) {
            throw new UncheckedIOException(error);
        }
        int at = length - 1;
        while (buffer.get(at) != ')') {
            at--;
        }
        at = skip(at + 2, FIELDS_TO_MINOR - 1);
        minor = number(at);
        major = number(skip(at, FIELDS_TO_MAJOR));
    }

    /** Faults without I/O, since the thread began. */
    long minor() {
        return minor;
    }

    /** Faults that waited for the disk, since the thread began. */
    long major() {
        return major;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private int skip(final int from, final int fields) {
        int at = from;
        for (int i = 0; i < fields; i++) {
            while (buffer.get(at) != ' ') {
                at++;
            }
            at++;
        }
        return at;
    }

    private long number(final int from) {
        long value = 0;
        for (int at = from; buffer.get(at) != ' '; at++) {
            value = value * 10 + buffer.get(at) - '0';
        }
        return value;
    }
}
