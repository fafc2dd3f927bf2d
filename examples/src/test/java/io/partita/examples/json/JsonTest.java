// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void shouldKeepNumbersExact() throws JsonException {
        final String text =
                "{\"a\":340282366920938463463374607431768211455,\"b\":0.1,\"c\":[-1,true,false,null,\"\\u00e9\"]}";

        assertEquals(text.replace("\\u00e9", "\u00e9"), Json.write(Json.parse(text)));
    }

    @Test
    void shouldWriteWhatJavaCountsWith() {
        assertEquals("{\"a\":1,\"b\":2}", Json.write(new java.util.TreeMap<>(Map.of("a", 1, "b", 2L))));
    }

    @Test
    void shouldRefuseWhatIsNotExactlyOneValue() {
        for (final String text : new String[] {
            "",
            "{",
            "{}x",
            "{} {}",
            "[1,]",
            "{\"a\":1,\"a\":2}",
            "{'a':1}",
            "01",
            "NaN",
            "{\"a\"}",
            "\"\u0001\"",
            "// x\n1"
        }) {
            assertThrows(JsonException.class, () -> Json.parse(text), text);
        }
    }

    @Test
    void shouldBoundDepthAndNumbers() {
        assertThrows(JsonException.class, () -> Json.parse("[".repeat(100) + "]".repeat(100)));
        assertThrows(JsonException.class, () -> Json.parse("9".repeat(1000)));
        assertThrows(JsonException.class, () -> Json.parse("1e999999999999"));
    }

    @Test
    void shouldRefuseAnythingButAnObject() {
        assertThrows(JsonException.class, () -> Json.parseObject("[1]"));
    }
}
