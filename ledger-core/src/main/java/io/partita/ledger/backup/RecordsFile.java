// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

/**
 * A file of records in a backup repository, as the manifest describes it.
 *
 * @param firstSeq its first record.
 * @param lastSeq its last record.
 * @param previousChain chain value before the first record.
 * @param chain chain value after the last record.
 * @param length bytes of the file.
 * @param sha256 of the whole file, 64 hexadecimal digits.
 */
public record RecordsFile(long firstSeq, long lastSeq, long previousChain, long chain, long length, String sha256) {
    static final String FOLDER = "records";

    /**
     * Where the file is.
     *
     * @return its path within the repository.
     */
    public String name() {
        return nameOf(firstSeq);
    }

    static String nameOf(final long firstSeq) {
        return String.format("%s/%019d", FOLDER, firstSeq);
    }
}
