// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.model.Id128;

/** Takes the {@code name=value} words of a line, one after the other; each name must be the one expected. */
final class LineWords {
    private final String[] words;
    private int at;

    /** From the word with an index on. */
    LineWords(final String line, final int from) {
        words = line.split(" ");
        at = from;
    }

    String text(final String name) {
        final String word = words[at++];
        if (!word.startsWith(name + "=")) {
            throw new IllegalArgumentException("expected " + name + ": " + word);
        }
        return word.substring(name.length() + 1);
    }

    long number(final String name) {
        return Long.parseLong(text(name));
    }

    long hex(final String name) {
        return Long.parseUnsignedLong(text(name), 16);
    }

    Id128 id(final String name) {
        final String digits = text(name);
        return new Id128(
                Long.parseUnsignedLong(digits.substring(0, 16), 16), Long.parseUnsignedLong(digits.substring(16), 16));
    }
}
