// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import java.io.IOException;
import java.nio.file.Path;

/** Child process: does one thing with backups again and again until it is killed, and says when it begins and what it has done. */
final class BackupChild {
    private BackupChild() {}

    /** Arguments: what to do, the data folder, the repository, a folder to restore into, a seed and the next transfer's id. */
    public static void main(final String[] args) throws IOException {
        final Path data = Path.of(args[1]);
        final Path target = Path.of(args[3]);
        final BackupRepository repository = new BackupRepository(Path.of(args[2]), 16 * 1024);
        switch (args[0]) {
            case "create" -> {
                final PayingLedger ledger = new PayingLedger(data, Long.parseLong(args[4]), Long.parseLong(args[5]));
                while (true) {
                    ledger.pay(40);
                    final long paid = ledger.nextId();
                    System.out.println("begin");
                    System.out.println("done "
                            + repository.create(data, false, null, seq -> {}).number() + " " + paid);
                }
            }
            case "restore" -> {
                while (true) {
                    System.out.println("begin");
                    System.out.println("done "
                            + repository
                                    .restore(target, RestorePoint.end(), seq -> {})
                                    .end()
                                    .seq() + " 0");
                    RepositoryFolder.deleteTree(target.resolve("journal"));
                }
            }
            case "rehearse" -> {
                while (true) {
                    System.out.println("begin");
                    System.out.println("done "
                            + (repository.rehearse(null, null, seq -> {}).ok() ? 1 : 0) + " 0");
                }
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }
}
