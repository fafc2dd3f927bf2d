// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

/** How a compare-and-set ended. */
public sealed interface CasOutcome {
    /**
     * The value was written.
     *
     * @param version its version, one more than expected.
     */
    record Ok(long version) implements CasOutcome {}

    /**
     * The register has moved on: the expected version is no more, and this is what is there. The own write may have been current
     * for a moment (R25: adopt what is there).
     *
     * @param current a value with a version above the expected one.
     */
    record Conflict(RegisterValue current) implements CasOutcome {}

    /**
     * Anything may be: never applied, applied, or still to be applied while the version does not move (R25).
     *
     * @param cause what went wrong.
     */
    record Unknown(Exception cause) implements CasOutcome {}
}
