// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.partita.ledger.codec.UserResultDecoder;
import io.partita.ledger.codec.UserResultEncoder;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.UserStatus;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** The result of a command of the user's own logic: a fixed block, then the reply. Reads in place, and writes. */
public final class UserResult {
    /** Bytes before the reply. */
    public static final int LENGTH = UserResultDecoder.BLOCK_LENGTH;
    /** Bytes with the longest reply. */
    public static final int LENGTH_MAX = LENGTH + Limits.USER_REPLY_LENGTH_MAX;

    private final UserResultDecoder decoder = new UserResultDecoder();
    private @Nullable DirectBuffer buffer;
    private int offset;

    /** A reader that stands nowhere yet. */
    public UserResult() {}

    /**
     * Stands on a result.
     *
     * @param resultBuffer with it.
     * @param resultOffset of it.
     * @return this.
     */
    public UserResult wrap(final DirectBuffer resultBuffer, final int resultOffset) {
        buffer = resultBuffer;
        offset = resultOffset;
        decoder.wrap(resultBuffer, resultOffset, LENGTH, UserResultDecoder.SCHEMA_VERSION);
        return this;
    }

    /**
     * Writes a result; its reply, if any, is the caller's to put behind it.
     *
     * @param out to write to.
     * @param outOffset of the result.
     * @param timestamp the last that the record owns.
     * @param status how it ended.
     * @param code what the logic returned.
     * @param replyLength bytes of the reply, which starts at {@code outOffset} + {@link #LENGTH}.
     * @return bytes of the result with its reply.
     */
    public static int write(
            final MutableDirectBuffer out,
            final int outOffset,
            final long timestamp,
            final UserStatus status,
            final int code,
            final int replyLength) {
        out.setMemory(outOffset, LENGTH, (byte) 0);
        out.putLong(outOffset + UserResultEncoder.timestampEncodingOffset(), timestamp, LITTLE_ENDIAN);
        out.putShort(outOffset + UserResultEncoder.statusEncodingOffset(), (short) status.code(), LITTLE_ENDIAN);
        out.putInt(outOffset + UserResultEncoder.codeEncodingOffset(), code, LITTLE_ENDIAN);
        out.putInt(outOffset + UserResultEncoder.replyLengthEncodingOffset(), replyLength, LITTLE_ENDIAN);
        return LENGTH + replyLength;
    }

    /**
     * The last timestamp that the command's record owns.
     *
     * @return nanoseconds since 1970; 0 if it was not journaled.
     */
    public long timestamp() {
        return decoder.timestamp();
    }

    /**
     * How it ended.
     *
     * @return the status.
     */
    public UserStatus status() {
        return UserStatus.of(decoder.status());
    }

    /**
     * What the logic returned.
     *
     * @return its own code; 0 if it was not asked.
     */
    public int code() {
        return decoder.code();
    }

    /**
     * Bytes of the reply.
     *
     * @return 0 if there is none.
     */
    public int replyLength() {
        return (int) decoder.replyLength();
    }

    /**
     * Where the reply is.
     *
     * @return its buffer.
     */
    public DirectBuffer replyBuffer() {
        return Objects.requireNonNull(buffer, "wrap first");
    }

    /**
     * Where the reply starts.
     *
     * @return offset into {@link #replyBuffer()}.
     */
    public int replyOffset() {
        return offset + LENGTH;
    }
}
