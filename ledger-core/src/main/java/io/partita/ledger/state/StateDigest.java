// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.Digest128;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.InstructionView;
import io.partita.ledger.wire.TransferView;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * The state digest of {@code docs/ledger-digests.md}: a sum of hashes, one of each row as the schema lays it out. A sum does not
 * depend on order, so neither memory layout nor hash order can be seen in it.
 */
final class StateDigest {
    private static final long INCREMENT = 0x9E37_79B9_7F4A_7C15L;
    private static final long MULTIPLIER_A = 0xBF58_476D_1CE4_E5B9L;
    private static final long MULTIPLIER_B = 0x94D0_49BB_1331_11EBL;

    private static final long SETTINGS = 0;
    private static final long ACCOUNT = 1;
    private static final long TRANSFER = 2;
    private static final long BURNT_ID = 3;
    private static final long PENDING_TRANSFER = 4;
    private static final long INSTRUCTION = 5;
    private static final long USER_LOGIC = 6;

    private long sumHi;
    private long sumLo;
    private long hi;
    private long lo;

    /** The finaliser of SplitMix64: every bit of the value reaches every bit of the result. */
    static long mix(final long value) {
        long z = (value ^ (value >>> 30)) * MULTIPLIER_A;
        z = (z ^ (z >>> 27)) * MULTIPLIER_B;
        return z ^ (z >>> 31);
    }

    void addAccount(final DirectBuffer row, final int offset) {
        begin(ACCOUNT);
        words(row, offset, AccountView.LENGTH);
        end();
    }

    void addTransfer(final DirectBuffer row, final int offset) {
        begin(TRANSFER);
        words(row, offset, TransferView.LENGTH);
        end();
    }

    /** Adds two at a time: a processor hashes them side by side, since neither waits for the other. */
    void addTransfers(final DirectBuffer one, final DirectBuffer other) {
        long oneHi = mix(TRANSFER + INCREMENT);
        long oneLo = mix(TRANSFER - INCREMENT);
        long otherHi = oneHi;
        long otherLo = oneLo;
        for (int i = 0; i < TransferView.LENGTH; i += Long.BYTES) {
            final long oneWord = one.getLong(i, ByteOrder.LITTLE_ENDIAN);
            final long otherWord = other.getLong(i, ByteOrder.LITTLE_ENDIAN);
            oneHi = mix(oneHi ^ oneWord);
            oneLo = mix(oneLo + oneWord);
            otherHi = mix(otherHi ^ otherWord);
            otherLo = mix(otherLo + otherWord);
        }
        sumHi += oneHi + otherHi;
        sumLo += oneLo + otherLo;
    }

    void addBurntId(final long idHi, final long idLo) {
        begin(BURNT_ID);
        word(idLo);
        word(idHi);
        end();
    }

    /**
     * Adds what became of a pending transfer.
     *
     * @param status its number in {@link PendingTransfers}.
     * @param resolvedAt 0 while it is open.
     */
    void addPending(final long idHi, final long idLo, final int status, final long resolvedAt) {
        begin(PENDING_TRANSFER);
        word(idLo);
        word(idHi);
        word(status);
        word(resolvedAt);
        end();
    }

    void addInstruction(final DirectBuffer row, final int offset) {
        begin(INSTRUCTION);
        words(row, offset, InstructionView.LENGTH);
        end();
    }

    void addUserLogic(final Digest128 digest) {
        begin(USER_LOGIC);
        word(digest.lo());
        word(digest.hi());
        end();
    }

    /** The digest of all that was added, and of the settings. */
    Digest128 conclude(
            final long accounts,
            final long transfers,
            final long burntIds,
            final long lastTimestamp,
            final int logicVersion) {
        begin(SETTINGS);
        word(sumHi);
        word(sumLo);
        word(accounts);
        word(transfers);
        word(burntIds);
        word(lastTimestamp);
        word(logicVersion);
        return new Digest128(hi, lo);
    }

    private void begin(final long tag) {
        hi = mix(tag + INCREMENT);
        lo = mix(tag - INCREMENT);
    }

    private void words(final DirectBuffer row, final int offset, final int length) {
        for (int i = 0; i < length; i += Long.BYTES) {
            word(row.getLong(offset + i, ByteOrder.LITTLE_ENDIAN));
        }
    }

    private void word(final long word) {
        hi = mix(hi ^ word);
        lo = mix(lo + word);
    }

    private void end() {
        sumHi += hi;
        sumLo += lo;
    }
}
