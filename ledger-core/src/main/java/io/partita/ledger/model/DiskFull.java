// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Tells a full disk, which is waited for, from a disk that fails, which is not trusted again (R38). */
public final class DiskFull {
    /** Less than this is as good as nothing: no file of the ledger grows by less. */
    private static final long NOTHING_BYTES = 64 * 1024;

    private DiskFull() {}

    /**
     * Whether a write failed because there is no space, or no quota, left.
     *
     * @param error of the write.
     * @param folder that was written to; may be gone.
     * @return true if so.
     */
    public static boolean isCauseOf(final IOException error, final Path folder) {
        final String text = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("no space left") || text.contains("quota exceeded")) {
            return true;
        }
        try {
            // The operating system may have said it in another language.
            return Files.getFileStore(folder).getUsableSpace() < NOTHING_BYTES;
        } catch (final IOException e) {
            return false;
        }
    }
}
