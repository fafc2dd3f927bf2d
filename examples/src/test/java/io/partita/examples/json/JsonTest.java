// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    void shouldBoundNamesAndValues() throws JsonException {
        final String names =
                IntStream.range(0, 256).mapToObj(i -> "\"" + i + "\":0").collect(Collectors.joining(","));

        assertEquals(256, Json.parseObject("{" + names + "}").size());
        assertThrows(JsonException.class, () -> Json.parse("{" + names + ",\"x\":0}"));
        Json.parse("[" + "0,".repeat(500_000) + "0]");
        assertThrows(JsonException.class, () -> Json.parse("[" + "0,".repeat(600_000) + "0]"));
    }

    @Test
    void shouldSayWhatIsTooDeepWithoutItsOwnInnards() {
        final JsonException error = assertThrows(JsonException.class, () -> Json.parse("[".repeat(17)));

        assertTrue(String.valueOf(error.getMessage())
                .startsWith("Document nesting depth (17) exceeds the maximum allowed (16)"));
        assertFalse(String.valueOf(error.getMessage()).contains("StreamReadConstraints"));
    }

    @Test
    void shouldRefuseAnythingButAnObject() {
        assertThrows(JsonException.class, () -> Json.parseObject("[1]"));
    }
}
