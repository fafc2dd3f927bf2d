// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Output of many lines. */
final class Lines {
    private static final int BUFFER_LENGTH = 64 * 1024;

    private Lines() {}

    /** Standard output behind a buffer, in UTF-8 whatever the locale. Closing it flushes it and leaves the stream open. */
    static PrintStream toStandardOutput() {
        final FilterOutputStream open = new FilterOutputStream(System.out) {
            @Override
            public void write(final byte[] bytes, final int offset, final int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };

        return new PrintStream(new BufferedOutputStream(open, BUFFER_LENGTH), false, StandardCharsets.UTF_8);
    }
}
