// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.csv;

import java.util.ArrayList;
import java.util.List;

/** Splits one physical line into fields as RFC 4180 has them; what it does not allow is refused, never guessed at. */
final class CsvFields {
    private CsvFields() {}

    static List<String> split(final String line) throws BadLineException {
        final List<String> fields = new ArrayList<>(8);
        int at = 0;
        while (true) {
            final int end;
            if (at < line.length() && line.charAt(at) == '"') {
                end = quoted(line, at + 1, fields);
            } else {
                end = plain(line, at, fields);
            }
            if (end == line.length()) {
                return fields;
            }
            at = end + 1;
        }
    }

    private static int plain(final String line, final int from, final List<String> fields) throws BadLineException {
        final int comma = line.indexOf(',', from);
        final int end = comma < 0 ? line.length() : comma;
        final String field = line.substring(from, end);
        if (field.indexOf('"') >= 0) {
            throw new BadLineException("a quote inside an unquoted field: field=" + (fields.size() + 1));
        }
        fields.add(field);

        return end;
    }

    private static int quoted(final String line, final int from, final List<String> fields) throws BadLineException {
        final StringBuilder field = new StringBuilder();
        int at = from;
        while (at < line.length()) {
            final char c = line.charAt(at++);
            if (c != '"') {
                field.append(c);
            } else if (at < line.length() && line.charAt(at) == '"') {
                field.append('"');
                at++;
            } else if (at == line.length() || line.charAt(at) == ',') {
                fields.add(field.toString());
                return at;
            } else {
                throw new BadLineException("text after a closing quote: field=" + (fields.size() + 1));
            }
        }
        throw new BadLineException("a quote that is not closed on the line: field=" + (fields.size() + 1));
    }
}
