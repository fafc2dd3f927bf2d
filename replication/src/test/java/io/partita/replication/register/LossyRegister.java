// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Loses requests and replies of a register, and lets lost requests come late: while another one is under way. One thread. */
final class LossyRegister implements CompareAndSetRegister {
    private final CompareAndSetRegister register;
    private final SplittableRandom random;
    private @Nullable Runnable late;

    LossyRegister(final CompareAndSetRegister register, final long seed) {
        this.register = register;
        random = new SplittableRandom(seed);
    }

    @Override
    public RegisterValue read() {
        if (random.nextInt(4) == 0) {
            deliverLate();
        }
        return register.read();
    }

    @Override
    public CasOutcome compareAndSet(final long expectedVersion, final byte[] value) {
        final int fate = random.nextInt(6);
        if (fate == 0) {
            return unknown(); // the request is lost
        }
        if (fate == 1 && late == null) {
            late = () -> register.compareAndSet(expectedVersion, value);
            return unknown(); // the request comes late
        }
        deliverLate();
        final CasOutcome outcome = register.compareAndSet(expectedVersion, value);
        return fate == 2 ? unknown() : outcome; // the reply is lost
    }

    @Override
    public void close() {
        register.close();
    }

    private void deliverLate() {
        final Runnable request = late;
        late = null;
        if (request != null) {
            request.run();
        }
    }

    private static CasOutcome unknown() {
        return new CasOutcome.Unknown(new IllegalStateException("lost on purpose"));
    }
}
