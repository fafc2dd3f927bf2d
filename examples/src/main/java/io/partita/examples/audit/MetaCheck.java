// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.audit;

import io.partita.ledger.journal.Damage;
import io.partita.ledger.journal.VerifyReport;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.protocol.NodeMeta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks what a replicated node keeps beside its journal: {@code meta} and {@code meta.copy}. A ledger of its own has neither. */
final class MetaCheck {
    private static final String PRIMARY = "meta";
    private static final String COPY = "meta.copy";

    private final Path folder;
    private final VerifyReport journal;
    private final List<Damage> damages = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private MetaCheck(final Path folder, final VerifyReport journal) {
        this.folder = folder;
        this.journal = journal;
    }

    /** Checks both copies in a data folder. */
    static MetaCheck run(final Path dataFolder, final VerifyReport journal) {
        final MetaCheck check = new MetaCheck(dataFolder, journal);
        check.run();

        return check;
    }

    List<Damage> damages() {
        return damages;
    }

    List<String> notes() {
        return notes;
    }

    private void run() {
        final byte @Nullable [] primary = read(PRIMARY);
        final byte @Nullable [] copy = read(COPY);
        if (primary == null && copy == null) {
            return;
        }
        final boolean isPrimaryWhole = check(PRIMARY, primary, copy);
        final boolean isCopyWhole = check(COPY, copy, primary);
        if (isPrimaryWhole && isCopyWhole && !Arrays.equals(primary, copy)) {
            notes.add("meta.copy is not what meta is: a write was cut short, and the next one ends that");
        }
    }

    private boolean check(final String name, final byte @Nullable [] bytes, final byte @Nullable [] other) {
        if (bytes == null) {
            // The copy comes second; only a node that has written nothing yet can have died between the two.
            if (name.equals(PRIMARY) || journal.lastSeq() > 0) {
                damages.add(new Damage(name, 0, -1, 0, "the file is missing"));
            }
            return false;
        }
        final String wrong = wrongWith(bytes);
        if (wrong.isEmpty()) {
            return true;
        }
        // The checksum says that, not where; the other copy does.
        final boolean isOtherWhole = other != null && wrongWith(other).isEmpty();
        damages.add(new Damage(name, 0, isOtherWhole ? Arrays.mismatch(bytes, other) : -1, 0, wrong));

        return false;
    }

    private String wrongWith(final byte[] bytes) {
        try {
            final NodeMeta meta = NodeMeta.decode(bytes);
            final boolean isKnown =
                    journal.clusterId().hi() != 0 || journal.clusterId().lo() != 0;
            return !isKnown || meta.clusterId().equals(journal.clusterId())
                    ? ""
                    : "it is of another cluster than the journal: cluster=" + meta.clusterId();
        } catch (final PartitaException ex) {
            return "the file is damaged: " + ex.getMessage();
        }
    }

    private byte @Nullable [] read(final String name) {
        final Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return Files.readAllBytes(file);
        } catch (final IOException ex) {
            notes.add("cannot be read: file=" + name + ", cause=" + ex);
            return new byte[0];
        }
    }
}
