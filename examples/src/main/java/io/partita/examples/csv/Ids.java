// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.csv;

import io.partita.ledger.model.Id128;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Ids that anyone can recompute: the first 16 bytes of SHA-256, big endian. One instance per thread. */
public final class Ids {
    private final MessageDigest sha256;

    /** Ids for one thread. */
    public Ids() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException ex) {
            throw new IllegalStateException("every JDK has SHA-256", ex);
        }
    }

    /**
     * The account of a payer or payee.
     *
     * @param name as the file has it.
     * @return SHA-256 of the name in UTF-8.
     */
    public Id128 account(final String name) {
        return first16(sha256.digest(name.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The transfer of a line. The number is part of it: equal rows are several invoice lines of one payment run, not
     * duplicates, while the same file paid twice changes nothing.
     *
     * @param lineNumber physical number, the header's is 1.
     * @param line the line's bytes without its end.
     * @return SHA-256 of {@code <number>:<bytes>}.
     */
    public Id128 transfer(final long lineNumber, final byte[] line) {
        sha256.update((lineNumber + ":").getBytes(StandardCharsets.US_ASCII));
        return first16(sha256.digest(line));
    }

    private static Id128 first16(final byte[] digest) {
        final ByteBuffer buffer = ByteBuffer.wrap(digest);
        return new Id128(buffer.getLong(), buffer.getLong());
    }
}
