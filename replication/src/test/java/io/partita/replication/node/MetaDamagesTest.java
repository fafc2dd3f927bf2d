// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.NodeMeta;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random damages of a node's meta files, of one copy or of both: what is read is what was written, or that it is damaged.
 * {@code -Dpartita.damages=N} and {@code -Dpartita.damages.seed=S} change how many and which.
 */
class MetaDamagesTest {
    private static final int DAMAGES = Integer.getInteger("partita.damages", 40);
    private static final long SEED = Long.getLong("partita.damages.seed", 1);
    private static final int KINDS = 5;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(SEED);

    private static NodeMeta meta(final String node, final long promisedEpoch) {
        return new NodeMeta(
                new Id128(1, 2),
                node,
                new Id128(3, 4),
                promisedEpoch,
                5,
                6,
                true,
                "boot",
                false,
                7,
                1,
                HaltReason.NONE);
    }

    @Test
    void shouldReadWhatWasWrittenOrSayThatItIsDamaged() throws IOException {
        final MetaFile file = new MetaFile(folder);
        int damaged = 0;
        for (int i = 0; i < DAMAGES; i++) {
            final NodeMeta written = meta("a", i + 1);
            file.write(written);
            final boolean isOfBoth = random.nextBoolean();
            final String what = damage(MetaFile.NAME) + (isOfBoth ? ", " + damage(MetaFile.COPY_NAME) : "");
            final String context = "damage " + i + " of seed=" + SEED + ": " + what;
            try {
                assertEquals(written, file.read(), context);
            } catch (final PartitaException e) {
                assertEquals(ErrorCode.DAMAGED, e.code(), context);
                assertTrue(isOfBoth, context);
                damaged++;
            }
        }
        System.out.println("damages: meta read=" + (DAMAGES - damaged) + " damaged=" + damaged + " seed=" + SEED);
    }

    private String damage(final String name) throws IOException {
        final Path path = folder.resolve(name);
        final byte[] before = Files.readAllBytes(path);
        final int offset = random.nextInt(before.length);
        final byte[] after = before.clone();
        final int kind = random.nextInt(KINDS);
        switch (kind) {
            case 0 -> after[offset] ^= (byte) (1 << random.nextInt(8));
            case 1 -> Arrays.fill(after, offset, Math.min(before.length, offset + 512), (byte) 0);
            case 2 -> System.arraycopy(before, 0, after, offset, before.length - offset);
            default -> {}
        }
        if (kind == 3) {
            Files.write(path, Arrays.copyOf(before, offset));
        } else if (kind == 4) {
            Files.write(path, "partita-journal 1\n".getBytes(StandardCharsets.US_ASCII));
        } else {
            after[offset] ^= kind == 2 ? (byte) 1 : 0; // a page laid over itself changes nothing
            Files.write(path, after);
        }
        return name + " kind=" + kind + " offset=" + offset;
    }
}
