// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.terminal;

/** An error that is told to the user: a stable code, the cause and the next step; never with a stack trace. */
public final class ToolException extends RuntimeException {
    /** Exit code: what was asked does not hold. */
    public static final int FAILED = 1;
    /** Exit code: wrong usage. */
    public static final int USAGE = 2;

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String nextStep;
    private final int exitCode;

    private ToolException(final String code, final String cause, final String nextStep, final int exitCode) {
        super(cause);
        this.code = code;
        this.nextStep = nextStep;
        this.exitCode = exitCode;
    }

    /**
     * What was asked does not hold or could not be done.
     *
     * @param code a stable code.
     * @param cause what is wrong, with {@code name=value} details.
     * @param nextStep what to do about it.
     * @return the error.
     */
    public static ToolException failed(final String code, final String cause, final String nextStep) {
        return new ToolException(code, cause, nextStep, FAILED);
    }

    /**
     * The command line or an input file's form is wrong.
     *
     * @param code a stable code.
     * @param cause what is wrong, with {@code name=value} details.
     * @param nextStep what to do about it.
     * @return the error.
     */
    public static ToolException usage(final String code, final String cause, final String nextStep) {
        return new ToolException(code, cause, nextStep, USAGE);
    }

    /**
     * The stable code.
     *
     * @return the code.
     */
    public String code() {
        return code;
    }

    /**
     * What to do about it.
     *
     * @return a sentence.
     */
    public String nextStep() {
        return nextStep;
    }

    /**
     * The process's exit code.
     *
     * @return {@link #FAILED} or {@link #USAGE}.
     */
    public int exitCode() {
        return exitCode;
    }
}
