// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import io.partita.ledger.model.Id128;
import java.nio.file.Path;

/** A process that writes to a register until it has so many versions, and prints each it wrote. */
public final class RegisterRacer {
    private RegisterRacer() {}

    /**
     * Races.
     *
     * @param arguments folder, name, versions.
     */
    public static void main(final String[] arguments) {
        final int versions = Integer.parseInt(arguments[2]);
        final FileRegister register = FileRegister.open(Path.of(arguments[0]), new Id128(11, 12));
        long version = register.read().version();
        while (version < versions) {
            final CasOutcome outcome = register.compareAndSet(version, RegisterContract.bytes(arguments[1]));
            if (outcome instanceof CasOutcome.Ok ok) {
                System.out.println(arguments[1] + " " + ok.version());
                version = ok.version();
            } else if (outcome instanceof CasOutcome.Conflict conflict) {
                version = conflict.current().version();
            } else {
                throw new IllegalStateException("unexpected: " + outcome);
            }
        }
        System.out.println("end");
    }
}
