// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.model.Id128;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/** What tells one life of a node from another: the machine's boot id, and random numbers. */
final class Identity {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private Identity() {}

    /**
     * The kernel's boot id.
     *
     * @return empty if there is none, which counts as a reboot (R2).
     */
    static String bootId() {
        try {
            return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).trim();
        } catch (final IOException e) {
            return "";
        }
    }

    /** A lineage id. */
    static Id128 freshLid() {
        final SecureRandom random = new SecureRandom();
        return new Id128(random.nextLong(), random.nextLong());
    }

    /** A number for this process's life, not 0. */
    static long incarnation() {
        final SecureRandom random = new SecureRandom();
        long number = 0;
        while (number == 0) {
            number = random.nextLong();
        }

        return number;
    }
}
