// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** What journaling costs at least: a plain copy of the same records into a mapped file whose pages exist already. */
final class MappedCopy implements AutoCloseable {
    private final MappedByteBuffer mapping;
    private final UnsafeBuffer file;

    MappedCopy(final Path folder, final int length) {
        try (FileChannel channel = FileChannel.open(
                folder.resolve("mapped-copy"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
        } catch (final IOException error) {
            throw new UncheckedIOException(error);
        }
        file = new UnsafeBuffer(mapping);
        file.setMemory(0, length, (byte) 1);
    }

    /** Nanoseconds of processor time per command, over that many records one after the other; the file is used round and round. */
    double measure(final RecordRing ring, final int records) {
        final UnsafeBuffer source = ring.buffer();
        final UnsafeBuffer target = file;
        final int length = ring.recordLength();
        final int last = target.capacity() - length;
        int at = 0;
        final long startNs = Beside.ownCpuNs();
        for (int i = 0; i < records; i++) {
            if (at > last) {
                at = 0;
            }
            target.putBytes(at, source, ring.offset(i), length);
            at += length;
        }
        return (double) (Beside.ownCpuNs() - startNs) / ((long) records * RecordRing.COMMANDS);
    }

    @Override
    public void close() {
        IoUtil.unmap(mapping);
    }
}
