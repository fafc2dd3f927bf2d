// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

/**
 * A file of the snapshot that a repository begins with, as the manifest describes it.
 *
 * @param fileName as in the folder of snapshots that it was copied from.
 * @param length bytes of the file.
 * @param sha256 of the whole file, 64 hexadecimal digits.
 */
public record SnapshotFile(String fileName, long length, String sha256) {
    static final String FOLDER = "snapshot";

    private static final String NAMES = "(state|history)-[0-9]{20}";

    /** Checks the name, which becomes part of a path. */
    public SnapshotFile {
        if (!fileName.matches(NAMES)) {
            throw new IllegalArgumentException("not a file of a snapshot: fileName=" + fileName);
        }
    }

    /**
     * Where the file is.
     *
     * @return its path within the repository.
     */
    public String name() {
        return FOLDER + "/" + fileName;
    }
}
