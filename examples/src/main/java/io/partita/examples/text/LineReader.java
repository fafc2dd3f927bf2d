// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.text;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads physical lines, which end with LF or CR LF, as bytes. A line over the bound is read past, so that one bad line never
 * stops the rest nor fills the memory.
 *
 * <pre>{@code
 * while (lines.next()) {
 *     if (lines.isTooLong()) { ... } else { use(lines.number(), lines.bytes()); }
 * }
 * }</pre>
 */
public final class LineReader implements Closeable {
    private static final int CHUNK_LENGTH = 64 * 1024;

    private final InputStream in;
    private final int lineLengthMax;
    private final byte[] chunk = new byte[CHUNK_LENGTH];
    private int position;
    private int limit;
    private byte[] line = new byte[256];
    private int length;
    private boolean tooLong;
    private long number;

    /**
     * A reader that takes over the stream.
     *
     * @param in with the lines.
     * @param lineLengthMax bytes of a line at most, without its end.
     */
    public LineReader(final InputStream in, final int lineLengthMax) {
        this.in = in;
        this.lineLengthMax = lineLengthMax;
    }

    /**
     * Moves on to the next line.
     *
     * @return false at the end of the input.
     * @throws IOException if reading failed.
     */
    public boolean next() throws IOException {
        length = 0;
        tooLong = false;
        boolean any = false;
        while (true) {
            if (position == limit) {
                limit = in.read(chunk);
                position = 0;
                if (limit <= 0) {
                    limit = 0;
                    if (any) {
                        number++;
                    }
                    return any;
                }
            }
            any = true;
            final int end = indexOfLineFeed();
            append(position, end - position);
            position = end;
            if (end < limit) {
                position++;
                number++;
                stripCarriageReturn();
                return true;
            }
        }
    }

    /**
     * The line's number.
     *
     * @return 1 for the first line.
     */
    public long number() {
        return number;
    }

    /**
     * Whether the line is longer than the bound; its bytes are then gone.
     *
     * @return true if so.
     */
    public boolean isTooLong() {
        return tooLong;
    }

    /**
     * The line without its end.
     *
     * @return a copy.
     */
    public byte[] bytes() {
        return Arrays.copyOf(line, length);
    }

    /**
     * The line as text.
     *
     * @return the text.
     * @throws CharacterCodingException if it is not UTF-8.
     */
    public String text() throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(line, 0, length))
                .toString();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private int indexOfLineFeed() {
        int at = position;
        while (at < limit && chunk[at] != '\n') {
            at++;
        }

        return at;
    }

    private void append(final int from, final int count) {
        // One byte more than the bound is kept for a carriage return that belongs to the line's end.
        if (tooLong || (long) length + count > (long) lineLengthMax + 1) {
            tooLong = true;
            length = 0;
            return;
        }
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.max(length + count, line.length * 2));
        }
        System.arraycopy(chunk, from, line, length, count);
        length += count;
    }

    private void stripCarriageReturn() {
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        if (length > lineLengthMax) {
            tooLong = true;
            length = 0;
        }
    }
}
