// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.model.ResultCode;
import java.math.BigInteger;

/** What the naive ledger keeps, one object each. */
final class Entries {
    private Entries() {}

    /** Four balances at one moment. */
    record Balances(
            BigInteger debitsPending, BigInteger debitsPosted, BigInteger creditsPending, BigInteger creditsPosted) {}

    /** The result of one command; {@code first} and {@code second} are the touched accounts, or null. */
    record Result(ResultCode code, long timestamp, Touched first, Touched second) {
        Result(final ResultCode code, final long timestamp) {
            this(code, timestamp, null, null);
        }
    }

    /** An account and its balances right after an event. */
    record Touched(BigInteger accountId, Balances balances) {}

    /** An instruction that was applied. */
    record Instruction(Event created, long timestamp) {}

    /** An account. */
    static final class Account {
        final Event created;
        final long timestamp;
        BigInteger debitsPending = BigInteger.ZERO;
        BigInteger debitsPosted = BigInteger.ZERO;
        BigInteger creditsPending = BigInteger.ZERO;
        BigInteger creditsPosted = BigInteger.ZERO;
        BigInteger creditLimit;
        boolean closed;

        Account(final Event created, final long timestamp) {
            this.created = created;
            this.timestamp = timestamp;
            creditLimit = created.creditLimit;
            closed = created.has(Event.CLOSED);
        }

        Balances balances() {
            return new Balances(debitsPending, debitsPosted, creditsPending, creditsPosted);
        }

        Touched touched() {
            return new Touched(created.id, balances());
        }

        /** The flags as they were given, but whether it is closed as of now. */
        int flagsNow() {
            return closed ? created.flags | Event.CLOSED : created.flags & ~Event.CLOSED;
        }

        BigInteger debits() {
            return debitsPending.add(debitsPosted);
        }

        BigInteger credits() {
            return creditsPending.add(creditsPosted);
        }

        /** How much more may be debited before posted credits and the limit are used up; negative if beyond. */
        BigInteger debitRoom() {
            return creditsPosted
                    .add(created.has(Event.DEBITS_LIMITED) ? creditLimit : BigInteger.ZERO)
                    .subtract(debits());
        }

        /** The mirror image, without a limit. */
        BigInteger creditRoom() {
            return debitsPosted.subtract(credits());
        }

        @Override
        public String toString() {
            return created + " timestamp=" + timestamp + " dp=" + debitsPending + " dpo=" + debitsPosted + " cp="
                    + creditsPending + " cpo=" + creditsPosted + " limit=" + creditLimit + " closed=" + closed;
        }
    }

    /** What became of a pending transfer. */
    enum Status {
        OPEN,
        POSTED,
        VOIDED,
        EXPIRED
    }

    /** A transfer as it was stored: inherited fields filled in, the amount as recorded. */
    static final class Transfer {
        final Event stored;
        final long timestamp;
        final Account debit;
        final Account credit;
        /** The pending transfer that this one posts or voids, or null. */
        final Transfer pending;
        /** Null unless this is a pending transfer. */
        Status status;

        long resolvedAt;

        Transfer(
                final Event stored,
                final long timestamp,
                final Account debit,
                final Account credit,
                final Transfer pending) {
            this.stored = stored;
            this.timestamp = timestamp;
            this.debit = debit;
            this.credit = credit;
            this.pending = pending;
            status = stored.isPending() ? Status.OPEN : null;
        }

        /** When it expires; 0 if it does not. */
        long expiresAt() {
            return stored.timeout == 0 ? 0 : timestamp + stored.timeoutSeconds() * 1_000_000_000L;
        }

        @Override
        public String toString() {
            return stored + " at=" + timestamp + " status=" + status + " expiresAt=" + expiresAt();
        }
    }

    /** Something that happened, with both accounts as of right after it. */
    record Change(
            int kind,
            long timestamp,
            Transfer transfer,
            Balances debit,
            int debitFlags,
            Balances credit,
            int creditFlags) {
        static final int SINGLE_PHASE = 1;
        static final int PENDING = 2;
        static final int POSTED = 3;
        static final int VOIDED = 4;
        static final int EXPIRED = 5;

        static Change of(final int kind, final long timestamp, final Transfer transfer) {
            return new Change(
                    kind,
                    timestamp,
                    transfer,
                    transfer.debit.balances(),
                    transfer.debit.flagsNow(),
                    transfer.credit.balances(),
                    transfer.credit.flagsNow());
        }
    }
}
