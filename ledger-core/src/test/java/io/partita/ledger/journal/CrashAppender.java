// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/** Child process: appends until it is killed, and says after each append what is stored. */
final class CrashAppender {
    private CrashAppender() {}

    /** Arguments: journal folder, seed, and how many appends there are to a cut, 0 for none. */
    public static void main(final String[] args) throws IOException {
        final long seed = Long.parseLong(args[1]);
        final SplittableRandom random = new SplittableRandom(seed);
        final PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        final int appendsPerCut = Integer.parseInt(args[2]);
        final JournalConfig config = JournalConfig.of(Path.of(args[0]), RandomRecords.CLUSTER)
                .withSegmentLength(JournalConfig.SEGMENT_LENGTH_MIN)
                .withSyncPolicy((seed & 1) == 0 ? SyncPolicy.ON_REQUEST : SyncPolicy.periodic(20));
        out.println("opening");
        final ChronicleJournal journal = ChronicleJournal.open(config);
        out.println("open " + journal.lastSeq() + " " + Long.toHexString(journal.lastChain()));
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 20]);
        final CRC32C checksum = new CRC32C();
        while (true) {
            int length = 0;
            long seq = journal.lastSeq();
            long chain = journal.lastChain();
            final int count = 1 + random.nextInt(10);
            for (int i = 0; i < count; i++) {
                final int body = random.nextInt(2_000);
                buffer.setMemory(length + RecordDescriptor.HEADER_LENGTH, body, (byte) random.nextInt());
                final int recordLength = RecordDescriptor.writeHeader(
                        buffer, length, ++seq, Math.max(1, journal.lastEpoch()), 5, RecordType.COMMANDS, 1, body);
                chain = RecordDescriptor.seal(checksum, buffer, length, chain);
                length += recordLength;
            }
            journal.append(buffer, 0, length);
            if (random.nextInt(10) == 0) {
                journal.requestForce();
            }
            out.println("stored " + seq + " " + Long.toHexString(chain));
            if (appendsPerCut > 0 && random.nextInt(appendsPerCut) == 0) {
                final long cut = seq - 1 - random.nextLong(Math.min(seq, 200));
                out.println("cutting " + cut);
                journal.cutTo(cut);
                out.println("cut " + cut + " " + Long.toHexString(journal.lastChain()));
            }
        }
    }
}
