// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import org.agrona.DirectBuffer;

/** One command for a {@link UserLogic} while it is applied. */
public interface UserCommand {
    /**
     * What the client sent, {@link #length()} bytes from {@link #offset()}.
     *
     * @return a buffer that must not be written to.
     */
    DirectBuffer buffer();

    /**
     * Where it starts.
     *
     * @return offset into {@link #buffer()}.
     */
    int offset();

    /**
     * How long it is.
     *
     * @return bytes, 0 or more.
     */
    int length();

    /**
     * Journal time: the last timestamp that the command owns.
     *
     * @return nanoseconds since 1970.
     */
    long timestamp();

    /**
     * Answers the client with bytes, beside what {@link UserLogic#apply} returns. The last call counts.
     *
     * @param source with the reply.
     * @param replyOffset of it.
     * @param replyLength 0 to {@code Limits.USER_REPLY_LENGTH_MAX}.
     */
    void reply(DirectBuffer source, int replyOffset, int replyLength);
}
