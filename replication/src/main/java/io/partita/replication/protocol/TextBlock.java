// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Small files that people read too: a title line with a format version, {@code key=value} lines in a fixed order, and the
 * CRC-32C of all that as the last line. Strict: another order, a missing or an additional line is damage.
 */
final class TextBlock {
    private TextBlock() {}

    private static int crc(final byte[] bytes, final int length) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** Writes a block. */
    static final class Writer {
        private final StringBuilder text = new StringBuilder(512);

        Writer(final String title, final int version) {
            text.append(title).append(' ').append(version).append('\n');
        }

        Writer put(final String key, final Object value) {
            text.append(key).append('=').append(value).append('\n');
            return this;
        }

        byte[] bytes() {
            final byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
            text.append("crc32c=")
                    .append(String.format("%08x", crc(body, body.length)))
                    .append('\n');
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Reads a block. */
    static final class Reader {
        private final String title;
        private final String[] lines;
        private int next = 1;

        Reader(final String title, final int version, final byte[] bytes) {
            this.title = title;
            final String text = new String(bytes, StandardCharsets.UTF_8);
            final int crcAt = text.lastIndexOf("crc32c=");
            if (crcAt < 0 || !text.endsWith("\n")) {
                throw damaged("no checksum line");
            }
            final byte[] body = text.substring(0, crcAt).getBytes(StandardCharsets.UTF_8);
            if (!text.substring(crcAt + 7).equals(String.format("%08x\n", crc(body, body.length)))) {
                throw damaged("checksum does not match");
            }
            lines = text.substring(0, crcAt).split("\n", -1);
            if (!lines[0].startsWith(title + " ")) {
                throw damaged("first line=" + lines[0]);
            }
            if (!lines[0].equals(title + " " + version)) {
                throw new PartitaException(
                        ErrorCode.UNKNOWN_FORMAT,
                        "expected=" + title + " " + version + ", actual=" + lines[0],
                        "use the release that wrote it, or a newer one");
            }
        }

        String text(final String key) {
            final String line = next < lines.length ? lines[next] : "";
            if (!line.startsWith(key + "=")) {
                throw damaged("expected key=" + key + " in line=" + (next + 1));
            }
            next++;
            return line.substring(key.length() + 1);
        }

        boolean isNext(final String key) {
            return next < lines.length && lines[next].startsWith(key + "=");
        }

        String[] words(final String key, final int count) {
            final String[] words = text(key).split(" ", -1);
            if (words.length != count) {
                throw damaged("words=" + words.length + " in key=" + key);
            }
            return words;
        }

        long number(final String key) {
            return number(key, text(key));
        }

        long number(final String key, final String word) {
            try {
                return Long.parseLong(word);
            } catch (final NumberFormatException e) {
                throw damaged("value=" + word + " in key=" + key, e);
            }
        }

        long hex(final String key, final String word) {
            try {
                return Long.parseUnsignedLong(word, 16);
            } catch (final NumberFormatException e) {
                throw damaged("value=" + word + " in key=" + key, e);
            }
        }

        Id128 id(final String key, final String word) {
            if (word.length() != 32) {
                throw damaged("value=" + word + " in key=" + key);
            }
            return new Id128(hex(key, word.substring(0, 16)), hex(key, word.substring(16)));
        }

        boolean flag(final String key) {
            final String word = text(key);
            if (!word.equals("0") && !word.equals("1")) {
                throw damaged("value=" + word + " in key=" + key);
            }
            return word.equals("1");
        }

        <E extends Enum<E>> E name(final String key, final Class<E> type, final String word) {
            try {
                return Enum.valueOf(type, word);
            } catch (final IllegalArgumentException e) {
                throw damaged("value=" + word + " in key=" + key, e);
            }
        }

        void end() {
            if (next != lines.length - 1 || !lines[next].isEmpty()) {
                throw damaged("unexpected line=" + (next + 1));
            }
        }

        private PartitaException damaged(final String what) {
            return damaged(what, null);
        }

        private PartitaException damaged(
                final String what, final @org.jspecify.annotations.Nullable Throwable exception) {
            return new PartitaException(
                    ErrorCode.DAMAGED, title + ": " + what, "restore it from its other copy", exception);
        }
    }

    static String hex(final long value) {
        return String.format("%016x", value);
    }
}
