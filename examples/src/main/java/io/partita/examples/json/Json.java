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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON values: objects are {@link LinkedHashMap}s, arrays {@link List}s, numbers {@link BigInteger} or
 * {@link BigDecimal} (never a {@code double}, so no amount is ever rounded), the rest {@link String}, {@link Boolean} and null.
 *
 * <p>The reader is strict: one value, nothing after it, no name twice in an object, bounded depth, number length and number of
 * names and values.
 */
public final class Json {
    private static final int DEPTH_MAX = 16;
    private static final int NUMBER_LENGTH_MAX = 64;
    private static final int STRING_LENGTH_MAX = 64 * 1024;
    /** A full batch with every field and flag spelt out has half as many; it bounds what a hostile text costs in memory. */
    private static final int VALUES_MAX = 512 * 1024;

    private static final int FIELDS_MAX = 256;

    /** What Jackson says of where a limit is set: nothing for a user. */
    private static final Pattern LIMIT_SOURCE = Pattern.compile(", from `[^`]*`");

    // Names are not kept: what a hostile text makes up must not stay in the memory of the process.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
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
            final Object value = new Reader(parser).value(first);
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
            throw new JsonException(
                    LIMIT_SOURCE.matcher(ex.getOriginalMessage()).replaceAll("") + where);
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

    /** One text's values, counted. */
    private static final class Reader {
        private final JsonParser parser;
        private int count;

        Reader(final JsonParser parser) {
            this.parser = parser;
        }

        @Nullable
        Object value(final JsonToken token) throws IOException, JsonException {
            if (++count > VALUES_MAX) {
                throw new JsonException("more than " + VALUES_MAX + " values");
            }
            return switch (token) {
                case START_OBJECT -> object();
                case START_ARRAY -> array();
                case VALUE_STRING -> parser.getText();
                case VALUE_NUMBER_INT -> parser.getBigIntegerValue();
                case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
                case VALUE_TRUE -> Boolean.TRUE;
                case VALUE_FALSE -> Boolean.FALSE;
                case VALUE_NULL -> null;
                default -> throw new JsonException("unexpected " + token);
            };
        }

        private Map<String, @Nullable Object> object() throws IOException, JsonException {
            final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                final String name = parser.currentName();
                fields.put(name, value(next()));
                if (fields.size() > FIELDS_MAX) {
                    throw new JsonException("more than " + FIELDS_MAX + " names in an object");
                }
            }

            return fields;
        }

        private List<@Nullable Object> array() throws IOException, JsonException {
            final List<@Nullable Object> items = new ArrayList<>();
            for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
                items.add(value(token));
            }

            return items;
        }

        private JsonToken next() throws IOException, JsonException {
            final JsonToken token = parser.nextToken();
            if (token == null) {
                throw new JsonException("ends early");
            }
            return token;
        }
    }
}
