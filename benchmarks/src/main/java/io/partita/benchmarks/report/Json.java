// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the JSON that the benchmarks write: objects are maps in their order, numbers are doubles, null is an empty string. It
 * is for files of our own and forgives what a strict reader would not.
 */
final class Json {
    private final String text;
    private int at;

    private Json(final String text) {
        this.text = text;
    }

    static Map<String, Object> object(final String text) {
        return asObject(new Json(text).value());
    }

    /** A member that is a list of objects; none if it is missing. */
    static List<Map<String, Object>> objects(final Map<String, Object> of, final String name) {
        final List<Map<String, Object>> all = new ArrayList<>();
        if (of.get(name) instanceof List<?> list) {
            list.forEach(each -> all.add(asObject(each)));
        }
        return all;
    }

    /** A member that is an object; an empty one if it is missing. */
    static Map<String, Object> object(final Map<String, Object> of, final String name) {
        return of.get(name) instanceof Map<?, ?> map ? asObject(map) : Map.of();
    }

    /** A member that is a number; NaN if it is missing. */
    static double number(final Map<String, Object> of, final String name) {
        return of.get(name) instanceof Double value ? value : Double.NaN;
    }

    /** A member as text; empty if it is missing. */
    static String string(final Map<String, Object> of, final String name) {
        return String.valueOf(of.getOrDefault(name, ""));
    }

    private static Map<String, Object> asObject(final Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("not an object: " + value);
        }
        final Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((name, member) -> copy.put(String.valueOf(name), member));
        return copy;
    }

    private Object value() {
        return switch (next()) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> quoted();
            default -> word();
        };
    }

    private Map<String, Object> members() {
        final Map<String, Object> members = new LinkedHashMap<>();
        at++;
        while (next() != '}') {
            final String name = quoted();
            if (next() != ':') {
                throw new IllegalArgumentException("a colon is missing: at=" + at);
            }
            at++;
            members.put(name, value());
            skipComma();
        }
        at++;
        return members;
    }

    private List<Object> elements() {
        final List<Object> elements = new ArrayList<>();
        at++;
        while (next() != ']') {
            elements.add(value());
            skipComma();
        }
        at++;
        return elements;
    }

    private String quoted() {
        final StringBuilder out = new StringBuilder();
        at++;
        for (; text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\') {
                at++;
            }
            out.append(text.charAt(at));
        }
        at++;
        return out.toString();
    }

    private Object word() {
        final int start = at;
        while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        final String word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> "";
            default -> Double.valueOf(word);
        };
    }

    private char next() {
        while (Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.charAt(at);
    }

    private void skipComma() {
        if (next() == ',') {
            at++;
        }
    }
}
