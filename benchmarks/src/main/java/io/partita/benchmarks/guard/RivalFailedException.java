// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.guard;

import java.io.IOException;

/** One of the two JVMs ended; it has said why. */
public final class RivalFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    RivalFailedException(final String name, final IOException cause) {
        super("the JVM of the " + name + " ended", cause);
    }
}
