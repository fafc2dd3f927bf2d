// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import java.io.IOException;
import java.nio.file.Path;

/** Child process: does one thing with backups again and again until it is killed, and says when it begins and what it has done. */
final class BackupChild {
    private static final long SMALL_FILES = 16 * 1024;

    private final Path data;
    private final Path backups;
    private final Path target;
    private final boolean isGivingUp;
    private final long seed;
    private final long nextId;

    private BackupChild(final String[] args) {
        data = Path.of(args[1]);
        backups = Path.of(args[2]);
        target = Path.of(args[3]);
        isGivingUp = Boolean.parseBoolean(args[4]);
        seed = Long.parseLong(args[5]);
        nextId = Long.parseLong(args[6]);
    }

    /**
     * Arguments: what to do, the data folder, the repository, a folder whose subfolders 0, 1, 2 and so on are written, whether the
     * journal gives up its beginning, a seed and the next transfer's id.
     */
    public static void main(final String[] args) throws IOException {
        final BackupChild child = new BackupChild(args);
        switch (args[0]) {
            case "create" -> child.create();
            case "first" -> child.createFirst();
            case "restore" -> child.restore();
            case "rehearse" -> child.rehearse();
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    static BackupRepository repository(final Path folder) {
        return new BackupRepository(folder, SMALL_FILES);
    }

    private static void begin() {
        System.out.println("begin");
    }

    private static void done(final long what, final long nextId) {
        System.out.println("done " + what + " " + nextId);
    }

    /** Adds to the repository. */
    private void create() {
        final PayingLedger ledger = PayingLedger.givingUp(data, seed, nextId);
        while (true) {
            ledger.pay(40);
            final long paid = ledger.nextId();
            begin();
            done(repository(backups).create(data, false, null, seq -> {}).number(), paid);
            if (isGivingUp) {
                ledger.snapshot();
            }
        }
    }

    /** Makes the first backup of a repository, and of another one, each second one with a replay. */
    private void createFirst() {
        final PayingLedger ledger = PayingLedger.givingUp(data, seed, nextId);
        for (int i = 0; true; i++) {
            if (isGivingUp) {
                ledger.snapshot();
            }
            ledger.pay(20);
            final long paid = ledger.nextId();
            begin();
            done(
                    repository(target.resolve(String.valueOf(i)))
                            .create(data, i % 2 == 1, null, seq -> {})
                            .number(),
                    paid);
        }
    }

    private void restore() {
        for (int i = 0; true; i++) {
            begin();
            done(
                    repository(backups)
                            .restore(target.resolve(String.valueOf(i)), RestorePoint.end(), seq -> {})
                            .end()
                            .seq(),
                    0);
        }
    }

    private void rehearse() {
        while (true) {
            begin();
            done(repository(backups).rehearse(null, null, seq -> {}).ok() ? 1 : 0, 0);
        }
    }
}
