// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.Damage;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;

/** A file of the repository is not what it was: where, and what is wrong. */
final class DamagedFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Damage damage;

    DamagedFileException(final Damage damage) {
        super(damage.toString());
        this.damage = damage;
    }

    static DamagedFileException missing(final RecordsFile file) {
        return new DamagedFileException(new Damage(
                file.name(),
                0,
                -1,
                file.firstSeq(),
                "the file is missing: records " + file.firstSeq() + " to " + file.lastSeq()));
    }

    Damage damage() {
        return damage;
    }

    PartitaException told() {
        return new PartitaException(
                ErrorCode.DAMAGED,
                "the backup is damaged: " + damage,
                "run partita backup verify for the whole list; use another copy of the backup",
                this);
    }
}
