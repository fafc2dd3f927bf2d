// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.outbox;

import io.partita.ledger.model.ChangeEventType;
import io.partita.ledger.wire.ChangeEventView;
import io.partita.replication.outbox.Effect;
import io.partita.replication.outbox.EffectSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A sink: each payment becomes a line at the end of a file, on the disk before it counts as sent. It stands for a web service or a
 * message queue. What is reserved, voided or expired notifies nobody.
 *
 * <p>A line: key, epoch, payee, amount, transfer; separated by blanks.
 */
final class NotificationFile implements EffectSink, AutoCloseable {
    private final FileChannel file;

    NotificationFile(final Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    @Override
    public void deliver(final Effect effect) throws IOException {
        final ChangeEventView event = effect.event();
        if (event.type() != ChangeEventType.SINGLE_PHASE && event.type() != ChangeEventType.POSTED) {
            return;
        }
        final String line = effect.key() + " " + effect.epoch() + " " + event.creditAccountIdLo() + " "
                + event.amountLo() + " " + event.transferIdLo() + "\n";
        final ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) { // a short line leaves in one piece, also with two nodes at one file
            file.write(bytes);
        }
        file.force(false);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
