// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The client's own log of answers, on the disk before a payment counts as answered. One thread writes and forces whatever has
 * come in meanwhile, so that the force is shared.
 *
 * <pre>
 *   0       4        8        12      16        +14 per answer
 *  +-------+--------+--------+-------+--------------------------------+ ...
 *  | crc32c| first  | count  | pad   | code u16, pad u32, timestamp   |
 *  +-------+--------+--------+-------+--------------------------------+
 * </pre>
 */
final class ClientLog implements AutoCloseable {
    private static final int HEADER_LENGTH = 16;
    private static final int ANSWER_LENGTH = 14;

    /** Sees the answers that the log holds. */
    @FunctionalInterface
    interface Reader {
        /** The payment of this index was answered so. */
        void onAnswer(int payment, int code, long timestamp);
    }

    private final FileChannel channel;
    private final LongConsumer onAnswered;
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
    private final Thread thread;
    private boolean closing;
    private volatile @Nullable IOException failure;

    /**
     * @param file made anew.
     * @param onAnswered told how many payments have just become answered, on the log's thread.
     */
    ClientLog(final Path file, final LongConsumer onAnswered) throws IOException {
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        this.onAnswered = onAnswered;
        thread = new Thread(this::run, "client-log");
        thread.setDaemon(true);
        thread.start();
    }

    /** An entry for {@code count} answers from payment {@code first} on; fill it with {@link #answer}. */
    static ByteBuffer entry(final int first, final int count) {
        final ByteBuffer entry = ByteBuffer.allocate(HEADER_LENGTH + count * ANSWER_LENGTH);
        entry.putInt(0).putInt(first).putInt(count).putInt(0);

        return entry;
    }

    static void answer(final ByteBuffer entry, final int code, final long timestamp) {
        entry.putShort((short) code).putInt(0).putLong(timestamp);
    }

    /** Hands an entry in; its payments are answered once it is forced. */
    void append(final ByteBuffer entry) {
        entry.flip();
        entry.putInt(0, crc(entry));
        synchronized (queue) {
            queue.add(entry);
            queue.notifyAll();
        }
    }

    /** Why the log does not write any more, null while it does. */
    @Nullable
    IOException failure() {
        return failure;
    }

    @Override
    public void close() throws IOException {
        synchronized (queue) {
            closing = true;
            queue.notifyAll();
        }
        try {
            thread.join();
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        channel.close();
    }

    /** Reads a log from its beginning up to where it ends or is torn. */
    static void read(final Path file, final Reader reader) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            final ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH);
            long position = 0;
            while (readFully(in, header.clear(), position)) {
                final int first = header.getInt(4);
                final int count = header.getInt(8);
                final long length = HEADER_LENGTH + (long) count * ANSWER_LENGTH;
                if (count <= 0 || position + length > in.size()) {
                    return;
                }
                final ByteBuffer entry = ByteBuffer.allocate((int) length);
                if (!readFully(in, entry, position) || entry.getInt(0) != crc(entry)) {
                    return;
                }
                entry.position(HEADER_LENGTH);
                for (int i = 0; i < count; i++) {
                    final int code = entry.getShort() & 0xFFFF;
                    entry.getInt();
                    reader.onAnswer(first + i, code, entry.getLong());
                }
                position += length;
            }
        }
    }

    private void run() {
        final ArrayDeque<ByteBuffer> taken = new ArrayDeque<>();
        try {
            while (take(taken)) {
                long answers = 0;
                for (final ByteBuffer entry : taken) {
                    answers += entry.getInt(8);
                    while (entry.hasRemaining()) {
                        channel.write(entry);
                    }
                }
                channel.force(false);
                taken.clear();
                onAnswered.accept(answers);
            }
        } catch (final IOException ex) {
            failure = ex;
        }
    }

    /** Waits for entries; false when closing and empty. */
    private boolean take(final ArrayDeque<ByteBuffer> taken) {
        synchronized (queue) {
            while (queue.isEmpty() && !closing) {
                try {
                    queue.wait();
                } catch (final InterruptedException ex) {
                    return false;
                }
            }
            taken.addAll(queue);
            queue.clear();
            return !taken.isEmpty();
        }
    }

    private static int crc(final ByteBuffer entry) {
        final CRC32C crc = new CRC32C();
        crc.update(entry.array(), 4, entry.limit() - 4);

        return (int) crc.getValue();
    }

    private static boolean readFully(final FileChannel in, final ByteBuffer buffer, final long position)
            throws IOException {
        while (buffer.hasRemaining()) {
            if (in.read(buffer, position + buffer.position()) < 0) {
                return false;
            }
        }
        return true;
    }
}
