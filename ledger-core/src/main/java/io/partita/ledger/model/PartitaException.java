// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** An error that is told to a user or operator: a stable code, the cause, and what to do next. */
public final class PartitaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String problem;
    private final String nextStep;

    /**
     * An error without an underlying exception.
     *
     * @param code its stable code.
     * @param cause what is wrong, with {@code name=value} details.
     * @param nextStep what to do about it.
     */
    public PartitaException(final ErrorCode code, final String cause, final String nextStep) {
        this(code, cause, nextStep, null);
    }

    /**
     * An error.
     *
     * @param code its stable code.
     * @param cause what is wrong, with {@code name=value} details.
     * @param nextStep what to do about it.
     * @param exception the underlying exception, or null.
     */
    public PartitaException(
            final ErrorCode code,
            final String cause,
            final String nextStep,
            final @org.jspecify.annotations.Nullable Throwable exception) {
        super(code + ": " + cause + "; next: " + nextStep, exception);
        this.code = code;
        problem = cause;
        this.nextStep = nextStep;
    }

    /**
     * The stable code.
     *
     * @return the code.
     */
    public ErrorCode code() {
        return code;
    }

    /**
     * What is wrong, without code and next step.
     *
     * @return a sentence with {@code name=value} details.
     */
    public String problem() {
        return problem;
    }

    /**
     * What to do about it.
     *
     * @return a sentence.
     */
    public String nextStep() {
        return nextStep;
    }
}
