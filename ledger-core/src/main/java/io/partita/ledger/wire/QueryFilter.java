// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.QueryFilterDecoder;
import io.partita.ledger.codec.QueryFilterEncoder;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.QueryFlags;
import io.partita.ledger.model.QueryKind;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a query asks for. All given predicates must hold; a predicate of 0 is not a predicate. Reusable.
 *
 * <pre>{@code
 * batch.filter().accountId(7).userData64(invoice).debits().credits().reversed().limit(100);
 * }</pre>
 *
 * <p>A value that no field can hold is refused when it is set, what does not go together or with the query when it is
 * submitted: {@code INVALID_FILTER}, with the field and the reason.
 */
public final class QueryFilter {
    /** Bytes of an encoded filter. */
    public static final int LENGTH = QueryFilterEncoder.BLOCK_LENGTH;

    private final QueryFilterEncoder encoder = new QueryFilterEncoder();
    private final QueryFilterDecoder decoder = new QueryFilterDecoder();
    private long accountIdHi;
    private long accountIdLo;
    private long userData128Hi;
    private long userData128Lo;
    private long userData64;
    private int userData32;
    private int ledger;
    private int code;
    private long timestampMin;
    private long timestampMax;
    private long limit;
    private int flags;

    /** A filter without predicates and without a limit. */
    public QueryFilter() {}

    /**
     * Makes it a filter without predicates and without a limit.
     *
     * @return this.
     */
    public QueryFilter reset() {
        accountIdHi = 0;
        accountIdLo = 0;
        userData128Hi = 0;
        userData128Lo = 0;
        userData64 = 0;
        userData32 = 0;
        ledger = 0;
        code = 0;
        timestampMin = 0;
        timestampMax = 0;
        limit = 0;
        flags = 0;
        return this;
    }

    /**
     * The account that it asks about.
     *
     * @param hi high half of its id.
     * @param lo low half of its id.
     * @return this.
     */
    public QueryFilter accountId(final long hi, final long lo) {
        accountIdHi = hi;
        accountIdLo = lo;
        return this;
    }

    /**
     * The account that it asks about, by an id of 64 bits.
     *
     * @param lo its id.
     * @return this.
     */
    public QueryFilter accountId(final long lo) {
        return accountId(0, lo);
    }

    /**
     * Only rows with this 128-bit value of the user's.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public QueryFilter userData128(final long hi, final long lo) {
        userData128Hi = hi;
        userData128Lo = lo;
        return this;
    }

    /**
     * Only rows with this 64-bit value of the user's.
     *
     * @param value the value.
     * @return this.
     */
    public QueryFilter userData64(final long value) {
        userData64 = value;
        return this;
    }

    /**
     * Only rows with this 32-bit value of the user's.
     *
     * @param value the value, unsigned.
     * @return this.
     */
    public QueryFilter userData32(final int value) {
        userData32 = value;
        return this;
    }

    /**
     * Only rows of this book.
     *
     * @param value the book, unsigned.
     * @return this.
     */
    public QueryFilter ledger(final int value) {
        ledger = value;
        return this;
    }

    /**
     * Only rows with this reason code.
     *
     * @param value 0 to 65535.
     * @return this.
     */
    public QueryFilter code(final int value) {
        if (value < 0 || value > 0xFFFF) {
            throw invalid("code must be 0..65535: code=" + value);
        }
        code = value;
        return this;
    }

    /**
     * Nothing older.
     *
     * @param timestampNs nanoseconds since 1970, inclusive.
     * @return this.
     */
    public QueryFilter timestampMin(final long timestampNs) {
        timestampMin = timestampNs;
        return this;
    }

    /**
     * Nothing newer.
     *
     * @param timestampNs nanoseconds since 1970, inclusive; 0 is no bound.
     * @return this.
     */
    public QueryFilter timestampMax(final long timestampNs) {
        timestampMax = timestampNs;
        return this;
    }

    /**
     * How many rows at most.
     *
     * @param rows 1 to {@code Limits.QUERY_LIMIT_MAX}.
     * @return this.
     */
    public QueryFilter limit(final long rows) {
        limit = rows;
        return this;
    }

    /**
     * Transfers that debit the account.
     *
     * @return this.
     */
    public QueryFilter debits() {
        flags |= QueryFlags.DEBITS;
        return this;
    }

    /**
     * Transfers that credit the account.
     *
     * @return this.
     */
    public QueryFilter credits() {
        flags |= QueryFlags.CREDITS;
        return this;
    }

    /**
     * Newest first.
     *
     * @return this.
     */
    public QueryFilter reversed() {
        flags |= QueryFlags.REVERSED;
        return this;
    }

    /**
     * Sets all flags at once.
     *
     * @param bits of {@code QueryFlags}, 0 to 65535.
     * @return this.
     */
    public QueryFilter flags(final int bits) {
        if (bits < 0 || bits > 0xFFFF) {
            throw invalid("flags must be 16 bits: flags=" + bits);
        }
        flags = bits;
        return this;
    }

    /**
     * Takes over all of another filter.
     *
     * @param other to copy.
     * @return this.
     */
    public QueryFilter set(final QueryFilter other) {
        accountIdHi = other.accountIdHi;
        accountIdLo = other.accountIdLo;
        userData128Hi = other.userData128Hi;
        userData128Lo = other.userData128Lo;
        userData64 = other.userData64;
        userData32 = other.userData32;
        ledger = other.ledger;
        code = other.code;
        timestampMin = other.timestampMin;
        timestampMax = other.timestampMax;
        limit = other.limit;
        flags = other.flags;
        return this;
    }

    /**
     * Why this filter cannot be meant for a query.
     *
     * @param kind of query.
     * @return the field and the reason; null if it is valid.
     */
    public @Nullable String problem(final QueryKind kind) {
        return QueryFilterRules.problem(this, kind);
    }

    /**
     * Refuses a filter that cannot be meant.
     *
     * @param kind of query.
     * @return this.
     * @throws PartitaException INVALID_FILTER, with the field and the reason.
     */
    public QueryFilter check(final QueryKind kind) {
        final String problem = problem(kind);
        if (problem != null) {
            throw invalid(problem);
        }
        return this;
    }

    private static PartitaException invalid(final String problem) {
        return new PartitaException(
                ErrorCode.INVALID_FILTER, problem, "correct this field of the filter; nothing was asked");
    }

    /**
     * Writes the filter.
     *
     * @param buffer to write to.
     * @param offset of its {@link #LENGTH} bytes.
     */
    public void encode(final MutableDirectBuffer buffer, final int offset) {
        buffer.setMemory(offset, LENGTH, (byte) 0);
        encoder.wrap(buffer, offset)
                .accountIdLo(accountIdLo)
                .accountIdHi(accountIdHi)
                .userData128Lo(userData128Lo)
                .userData128Hi(userData128Hi)
                .userData64(userData64)
                .timestampMin(timestampMin)
                .timestampMax(timestampMax)
                .userData32(userData32 & 0xFFFF_FFFFL)
                .ledger(ledger & 0xFFFF_FFFFL)
                .code(code)
                .flags(flags)
                .rowLimit(limit & 0xFFFF_FFFFL);
    }

    /**
     * Reads a filter; any bytes will do, {@link #problem} says what is wrong with them.
     *
     * @param buffer with the filter.
     * @param offset of its {@link #LENGTH} bytes.
     * @return this.
     */
    public QueryFilter decode(final DirectBuffer buffer, final int offset) {
        decoder.wrap(buffer, offset, LENGTH, QueryFilterDecoder.SCHEMA_VERSION);
        accountIdLo = decoder.accountIdLo();
        accountIdHi = decoder.accountIdHi();
        userData128Lo = decoder.userData128Lo();
        userData128Hi = decoder.userData128Hi();
        userData64 = decoder.userData64();
        timestampMin = decoder.timestampMin();
        timestampMax = decoder.timestampMax();
        userData32 = (int) decoder.userData32();
        ledger = (int) decoder.ledger();
        code = decoder.code();
        flags = decoder.flags();
        limit = decoder.rowLimit();
        return this;
    }

    /**
     * High half of the account's id.
     *
     * @return the value, 0 for none.
     */
    public long accountIdHi() {
        return accountIdHi;
    }

    /**
     * Low half of the account's id.
     *
     * @return the value, 0 for none.
     */
    public long accountIdLo() {
        return accountIdLo;
    }

    /**
     * High half of the user's 128-bit value.
     *
     * @return the value, 0 for none.
     */
    public long userData128Hi() {
        return userData128Hi;
    }

    /**
     * Low half of the user's 128-bit value.
     *
     * @return the value, 0 for none.
     */
    public long userData128Lo() {
        return userData128Lo;
    }

    /**
     * The user's 64-bit value.
     *
     * @return the value, 0 for none.
     */
    public long userData64() {
        return userData64;
    }

    /**
     * The user's 32-bit value, unsigned.
     *
     * @return the value, 0 for none.
     */
    public int userData32() {
        return userData32;
    }

    /**
     * The book, unsigned.
     *
     * @return the value, 0 for none.
     */
    public int ledger() {
        return ledger;
    }

    /**
     * The reason code.
     *
     * @return the value, 0 for none.
     */
    public int code() {
        return code;
    }

    /**
     * The oldest timestamp.
     *
     * @return inclusive; 0 for none.
     */
    public long timestampMin() {
        return timestampMin;
    }

    /**
     * The newest timestamp.
     *
     * @return inclusive; 0 for none.
     */
    public long timestampMax() {
        return timestampMax;
    }

    /**
     * The limit.
     *
     * @return rows at most; 0 if it was not set.
     */
    public long limit() {
        return limit;
    }

    /**
     * The flags.
     *
     * @return bits of {@code QueryFlags}.
     */
    public int flags() {
        return flags;
    }
}
