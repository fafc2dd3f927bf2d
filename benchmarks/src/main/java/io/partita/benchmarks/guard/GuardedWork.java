// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.guard;

import io.partita.benchmarks.classfile.SlowedMethod;
import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.state.LedgerStateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A step that is guarded, done in slices that are alike, each short enough that most of them are not disturbed. */
interface GuardedWork extends AutoCloseable {
    /** What there is. */
    enum Kind {
        /** The state machine. */
        APPLY(
                LedgerStateMachine.class,
                MethodType.methodType(int.class, DirectBuffer.class, int.class, MutableDirectBuffer.class, int.class)),
        /** The journal, with header, checksum and chain. */
        APPEND(ChronicleJournal.class, MethodType.methodType(void.class, DirectBuffer.class, int.class, int.class));

        private final Class<?> owner;
        private final MethodType type;

        Kind(final Class<?> owner, final MethodType type) {
            this.owner = owner;
            this.type = type;
        }

        /** The class whose method of that name is measured, with a call of {@link Burn} in it, into a folder for a class path. */
        void plant(final Path folder) throws IOException {
            final String file = owner.getName().replace('.', '/') + ".class";
            final Path target = folder.resolve(file);
            Files.createDirectories(target.getParent());
            try (InputStream in = Objects.requireNonNull(owner.getResourceAsStream("/" + file), file)) {
                Files.write(target, SlowedMethod.of(in.readAllBytes(), text(), type, Burn.class, "burn"));
            }
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        GuardedWork begin() {
            return switch (this) {
                case APPLY -> new ApplyWork();
                case APPEND -> new AppendWork();
            };
        }
    }

    /** What comes before the next slice and does not count. */
    void prepare();

    /** The work. */
    void slice();

    @Override
    void close();
}
