// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import java.io.IOException;
import org.agrona.DirectBuffer;

/** How excerpts get into a segment's file. Owner thread. */
interface Excerpts {
    /**
     * Appends one. The header word that makes an excerpt of it is written last, so that whoever reads the file beside its writer, or
     * after its writer was killed, finds it whole or not at all. Any exception leaves the segment unusable.
     *
     * @param head its beginning.
     * @param headLength bytes of that.
     * @param body what follows.
     * @param offset in the body.
     * @param length bytes of the body; may be 0.
     * @return file offset behind it.
     */
    long append(DirectBuffer head, int headLength, DirectBuffer body, int offset, int length) throws IOException;

    /** Lets go of everything, whoever calls. */
    void close();
}
