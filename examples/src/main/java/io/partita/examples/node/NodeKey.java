// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.node;

/**
 * One key of a node's configuration file: the one source of what the loader accepts, the help shows and
 * docs/node-configuration.md says.
 *
 * @param name of the key; {@code <id>} in it stands for a node's id.
 * @param unit of the value.
 * @param defaultValue used where the key is absent; empty if it must be given.
 * @param range of the value.
 * @param meaning of the key.
 */
record NodeKey(String name, String unit, String defaultValue, String range, String meaning) {
    static final String ID = "<id>";

    boolean isRequired() {
        return defaultValue.isEmpty();
    }

    /** A whole number's range, as {@code min..max} in {@link #range}. */
    long min() {
        return Long.parseLong(range.substring(0, range.indexOf("..")));
    }

    long max() {
        return Long.parseLong(range.substring(range.indexOf("..") + 2));
    }

    boolean isNumber() {
        return range.matches("[0-9]+\\.\\.[0-9]+");
    }

    /** Whether the range lists the values there are. */
    boolean isChoice() {
        return "boolean".equals(unit) || "kind".equals(unit) || "mode".equals(unit);
    }
}
