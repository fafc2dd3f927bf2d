// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of flag bits, lowest bit first. */
public final class FlagNames {
    /** The flags of accounts, as {@code AccountFlags} has them. */
    public static final FlagNames ACCOUNT = new FlagNames(
            "LINKED",
            "DEBITS_MUST_NOT_EXCEED_CREDITS",
            "CREDITS_MUST_NOT_EXCEED_DEBITS",
            "HISTORY",
            "IMPORTED",
            "CLOSED");

    /** The flags of transfers, as {@code TransferFlags} has them. */
    public static final FlagNames TRANSFER = new FlagNames(
            "LINKED",
            "PENDING",
            "POST_PENDING",
            "VOID_PENDING",
            "BALANCING_DEBIT",
            "BALANCING_CREDIT",
            "CLOSING_DEBIT",
            "CLOSING_CREDIT",
            "IMPORTED");

    /** The flags of commands that have only the one that every command has. */
    public static final FlagNames COMMAND = new FlagNames("LINKED");

    /** The flags of a query's filter, as {@code QueryFlags} has them. */
    public static final FlagNames FILTER = new FlagNames("DEBITS", "CREDITS", "REVERSED");

    /** The options of a batch, as {@code BatchOptions} has them. */
    public static final FlagNames OPTION = new FlagNames("RETURN_BALANCES");

    private static final int FLAG_BITS = 16;

    private final List<String> names;
    private final Map<String, Integer> bits = new LinkedHashMap<>();

    private FlagNames(final String... names) {
        this.names = List.of(names);
        for (int i = 0; i < names.length; i++) {
            bits.put(names[i], 1 << i);
        }
    }

    /**
     * The bit of a name.
     *
     * @param name of a flag.
     * @return null if there is no such flag.
     */
    public @Nullable Integer bit(final String name) {
        return bits.get(name);
    }

    /**
     * How many bits have a name; the padding starts above them.
     *
     * @return bits.
     */
    public int count() {
        return names.size();
    }

    /**
     * The largest padding value.
     *
     * @return all bits above the named ones.
     */
    public int paddingMax() {
        return (1 << (FLAG_BITS - names.size())) - 1;
    }

    /**
     * The names of the bits that are set.
     *
     * @param flags bits.
     * @return names, lowest bit first.
     */
    public List<Object> namesOf(final int flags) {
        final List<Object> set = new ArrayList<>(2);
        for (int i = 0; i < names.size(); i++) {
            if ((flags & (1 << i)) != 0) {
                set.add(names.get(i));
            }
        }
        return set;
    }
}
