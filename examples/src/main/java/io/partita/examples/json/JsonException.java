// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.json;

/** Says that a text is not the JSON it should be. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * An error.
     *
     * @param message what is wrong and where.
     */
    public JsonException(final String message) {
        super(message);
    }
}
