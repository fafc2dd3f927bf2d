// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import java.math.BigInteger;
import java.nio.ByteBuffer;

/** What a query asks for, as plain numbers; 0 is no predicate. */
final class Filter {
    static final int LENGTH = 80;
    static final int DEBITS = 1;
    static final int CREDITS = 2;
    static final int REVERSED = 4;

    /** The queries, numbered as {@code QueryKind} orders them. */
    enum Kind {
        ACCOUNT_TRANSFERS,
        ACCOUNT_BALANCES,
        QUERY_ACCOUNTS,
        QUERY_TRANSFERS,
        CHANGE_EVENTS,
        ACCOUNT_WITH_PENDINGS
    }

    final Kind kind;
    BigInteger accountId = BigInteger.ZERO;
    BigInteger userData128 = BigInteger.ZERO;
    long userData64;
    long timestampMin;
    long timestampMax;
    int userData32;
    int ledger;
    int code;
    int flags;
    long limit;

    Filter(final Kind kind) {
        this.kind = kind;
    }

    boolean isOfAccount() {
        return kind == Kind.ACCOUNT_TRANSFERS || kind == Kind.ACCOUNT_BALANCES || kind == Kind.ACCOUNT_WITH_PENDINGS;
    }

    boolean has(final int flag) {
        return (flags & flag) != 0;
    }

    /** Whether all given predicates on an object's own fields hold. */
    boolean matches(final Event created, final long timestamp) {
        return matchesTime(timestamp)
                && (userData64 == 0 || userData64 == created.userData64)
                && (userData32 == 0 || userData32 == created.userData32)
                && (ledger == 0 || ledger == created.ledger)
                && (code == 0 || code == created.code)
                && (userData128.signum() == 0 || userData128.equals(created.userData128));
    }

    boolean matchesTime(final long timestamp) {
        return timestamp >= timestampMin && (timestampMax == 0 || timestamp <= timestampMax);
    }

    byte[] encode() {
        final ByteBuffer to = NaiveDigests.allocate(LENGTH);
        Event.put(to, accountId);
        Event.put(to, userData128);
        to.putLong(userData64).putLong(timestampMin).putLong(timestampMax);
        to.putInt(userData32)
                .putInt(ledger)
                .putShort((short) code)
                .putShort((short) flags)
                .putInt((int) limit);
        return to.array();
    }

    @Override
    public String toString() {
        return kind + " accountId=" + accountId + " userData128=" + userData128 + " userData64=" + userData64
                + " timestampMin=" + timestampMin + " timestampMax=" + timestampMax + " userData32=" + userData32
                + " ledger=" + ledger + " code=" + code + " flags=" + flags + " limit=" + limit;
    }
}
