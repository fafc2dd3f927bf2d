// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON values: objects are {@link LinkedHashMap}s, arrays {@link List}s, numbers {@link BigInteger} or
 * {@link BigDecimal} (never a {@code double}, so no amount is ever rounded), the rest {@link String}, {@link Boolean} and null.
 *
 * <p>The reader is strict: one value, nothing after it, no name twice in an object, bounded depth and number length.
 */
public final class Json {
    private static final int DEPTH_MAX = 16;
    private static final int NUMBER_LENGTH_MAX = 64;
    private static final int STRING_LENGTH_MAX = 64 * 1024;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_LENGTH_MAX)
                    .maxStringLength(STRING_LENGTH_MAX)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Json() {}

    /**
     * Reads one value.
     *
     * @param text with exactly one JSON value.
     * @return the value.
     * @throws JsonException if it is not one.
     */
    public static @Nullable Object parse(final String text) throws JsonException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            final JsonToken first = parser.nextToken();
            if (first == null) {
                throw new JsonException("empty");
            }
            final Object value = value(parser, first);
            if (parser.nextToken() != null) {
                throw new JsonException("more after the first value");
            }
            return value;
        } catch (final NumberFormatException ex) {
            throw new JsonException("number out of range");
        } catch (final JsonProcessingException ex) {
            final String where = ex.getLocation() == null
                    ? ""
                    : ", column=" + ex.getLocation().getColumnNr();
            throw new JsonException(ex.getOriginalMessage() + where);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Reads one object.
     *
     * @param text with exactly one JSON object.
     * @return its fields in order.
     * @throws JsonException if it is not one.
     */
    @SuppressWarnings("unchecked")
    public static Map<String, @Nullable Object> parseObject(final String text) throws JsonException {
        final Object value = parse(text);
        if (value instanceof Map) {
            return (Map<String, @Nullable Object>) value;
        }
        throw new JsonException("not a JSON object");
    }

    /**
     * Writes a value on one line.
     *
     * @param value as {@link Json} describes it; also {@link Integer}, {@link Long} and {@link Double}.
     * @return its JSON.
     */
    public static String write(final @Nullable Object value) {
        final StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            write(generator, value);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }

        return text.toString();
    }

    private static @Nullable Object value(final JsonParser parser, final JsonToken token)
            throws IOException, JsonException {
        switch (token) {
            case START_OBJECT:
                return object(parser);
            case START_ARRAY:
                return array(parser);
            case VALUE_STRING:
                return parser.getText();
            case VALUE_NUMBER_INT:
                return parser.getBigIntegerValue();
            case VALUE_NUMBER_FLOAT:
                return parser.getDecimalValue();
            case VALUE_TRUE:
                return Boolean.TRUE;
            case VALUE_FALSE:
                return Boolean.FALSE;
            case VALUE_NULL:
                return null;
            default:
                throw new JsonException("unexpected " + token);
        }
    }

    private static Map<String, @Nullable Object> object(final JsonParser parser) throws IOException, JsonException {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            final String name = parser.currentName();
            fields.put(name, value(parser, next(parser)));
        }

        return fields;
    }

    private static List<@Nullable Object> array(final JsonParser parser) throws IOException, JsonException {
        final List<@Nullable Object> items = new ArrayList<>();
        for (JsonToken token = next(parser); token != JsonToken.END_ARRAY; token = next(parser)) {
            items.add(value(parser, token));
        }

        return items;
    }

    private static JsonToken next(final JsonParser parser) throws IOException, JsonException {
        final JsonToken token = parser.nextToken();
        if (token == null) {
            throw new JsonException("ends early");
        }
        return token;
    }

    private static void write(final JsonGenerator generator, final @Nullable Object value) throws IOException {
        if (value == null) {
            generator.writeNull();
        } else if (value instanceof Map<?, ?> map) {
            generator.writeStartObject();
            for (final Map.Entry<?, ?> entry : map.entrySet()) {
                generator.writeFieldName(String.valueOf(entry.getKey()));
                write(generator, entry.getValue());
            }
            generator.writeEndObject();
        } else if (value instanceof List<?> list) {
            generator.writeStartArray();
            for (final Object item : list) {
                write(generator, item);
            }
            generator.writeEndArray();
        } else if (value instanceof BigInteger number) {
            generator.writeNumber(number);
        } else if (value instanceof BigDecimal number) {
            generator.writeNumber(number);
        } else if (value instanceof Double number) {
            generator.writeNumber(number);
        } else if (value instanceof Number number) {
            generator.writeNumber(number.longValue());
        } else if (value instanceof Boolean flag) {
            generator.writeBoolean(flag);
        } else {
            generator.writeString(value.toString());
        }
    }
}
