// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every table of a class, each in a ledger of its own. A table is a string constant that is not private; {@link TableRunner}
 * reads them.
 */
abstract class TableTest {
    @TestFactory
    Stream<DynamicTest> shouldAnswerAsWritten() {
        return tables(getClass()).entrySet().stream()
                .map(table -> DynamicTest.dynamicTest(table.getKey(), () -> {
                    try (TableRunner runner = new TableRunner()) {
                        runner.run(table.getValue());
                    }
                }));
    }

    /** The tables of a class by name. */
    static Map<String, String> tables(final Class<?> tests) {
        final Map<String, String> tables = new TreeMap<>();
        Arrays.stream(tests.getDeclaredFields())
                .filter(field -> field.getType() == String.class && Modifier.isStatic(field.getModifiers()))
                .filter(field -> !Modifier.isPrivate(field.getModifiers()))
                .forEach(field -> tables.put(field.getName(), text(field)));
        return tables;
    }

    private static String text(final Field field) {
        try {
            return (String) field.get(null);
        } catch (final IllegalAccessException error) {
            throw new IllegalStateException(error);
        }
    }
}
