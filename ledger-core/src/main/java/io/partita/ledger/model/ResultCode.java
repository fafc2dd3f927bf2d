// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/**
 * The outcome of one command, as {@code docs/ledger.md} defines it. The numeric code is part of the wire and digest formats and
 * never changes once released; a new outcome takes the next free number.
 *
 * <p>The order of the constants is not the order of the checks.
 */
public enum ResultCode {
    /** The command took effect. */
    CREATED(1, false),
    /** The same command took effect before; the timestamp is the original's. */
    EXISTS(2, false),
    /** The batch's deadline lay before its stamp; the command had no effect and burns its new transfer id. */
    EXPIRED(3, true),
    /** The batch's last command is linked to nothing. */
    LINKED_EVENT_CHAIN_OPEN(4, false),
    /** Another command of the same chain failed. */
    LINKED_EVENT_FAILED(5, false),
    /** Imported event expected. */
    IMPORTED_EVENT_EXPECTED(6, false),
    /** Imported event not expected. */
    IMPORTED_EVENT_NOT_EXPECTED(7, false),
    /** Timestamp must be zero. */
    TIMESTAMP_MUST_BE_ZERO(8, false),
    /** Imported event timestamp out of range. */
    IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE(9, false),
    /** Imported event timestamp must not advance. */
    IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE(10, false),
    /** Reserved field. */
    RESERVED_FIELD(11, false),
    /** Reserved flag. */
    RESERVED_FLAG(12, false),
    /** Id must not be zero. */
    ID_MUST_NOT_BE_ZERO(13, false),
    /** Id must not be int max. */
    ID_MUST_NOT_BE_INT_MAX(14, false),
    /** Exists with different kind. */
    EXISTS_WITH_DIFFERENT_KIND(15, false),
    /** Exists with different flags. */
    EXISTS_WITH_DIFFERENT_FLAGS(16, false),
    /** Exists with different user data 128. */
    EXISTS_WITH_DIFFERENT_USER_DATA_128(17, false),
    /** Exists with different user data 64. */
    EXISTS_WITH_DIFFERENT_USER_DATA_64(18, false),
    /** Exists with different user data 32. */
    EXISTS_WITH_DIFFERENT_USER_DATA_32(19, false),
    /** Exists with different ledger. */
    EXISTS_WITH_DIFFERENT_LEDGER(20, false),
    /** Exists with different code. */
    EXISTS_WITH_DIFFERENT_CODE(21, false),
    /** Exists with different credit limit. */
    EXISTS_WITH_DIFFERENT_CREDIT_LIMIT(22, false),
    /** Exists with different pending id. */
    EXISTS_WITH_DIFFERENT_PENDING_ID(23, false),
    /** Exists with different timeout. */
    EXISTS_WITH_DIFFERENT_TIMEOUT(24, false),
    /** Exists with different debit account id. */
    EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID(25, false),
    /** Exists with different credit account id. */
    EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID(26, false),
    /** Exists with different amount. */
    EXISTS_WITH_DIFFERENT_AMOUNT(27, false),
    /** Exists with different account. */
    EXISTS_WITH_DIFFERENT_ACCOUNT(28, false),
    /** An earlier attempt with this id failed for a transient reason; the id is burnt. */
    ID_ALREADY_FAILED(29, false),
    /** Flags are mutually exclusive. */
    FLAGS_ARE_MUTUALLY_EXCLUSIVE(30, false),
    /** Debits pending must be zero. */
    DEBITS_PENDING_MUST_BE_ZERO(31, false),
    /** Debits posted must be zero. */
    DEBITS_POSTED_MUST_BE_ZERO(32, false),
    /** Credits pending must be zero. */
    CREDITS_PENDING_MUST_BE_ZERO(33, false),
    /** Credits posted must be zero. */
    CREDITS_POSTED_MUST_BE_ZERO(34, false),
    /** Ledger must not be zero. */
    LEDGER_MUST_NOT_BE_ZERO(35, false),
    /** Code must not be zero. */
    CODE_MUST_NOT_BE_ZERO(36, false),
    /** Credit limit needs limited account. */
    CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT(37, false),
    /** Imported event timestamp must not regress. */
    IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS(38, false),
    /** Debit account id must not be zero. */
    DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO(39, false),
    /** Debit account id must not be int max. */
    DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX(40, false),
    /** Credit account id must not be zero. */
    CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO(41, false),
    /** Credit account id must not be int max. */
    CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX(42, false),
    /** Accounts must be different. */
    ACCOUNTS_MUST_BE_DIFFERENT(43, false),
    /** Pending id must be zero. */
    PENDING_ID_MUST_BE_ZERO(44, false),
    /** Timeout reserved for pending transfer. */
    TIMEOUT_RESERVED_FOR_PENDING_TRANSFER(45, false),
    /** Closing transfer must be pending. */
    CLOSING_TRANSFER_MUST_BE_PENDING(46, false),
    /** Debit account not found. */
    DEBIT_ACCOUNT_NOT_FOUND(47, true),
    /** Credit account not found. */
    CREDIT_ACCOUNT_NOT_FOUND(48, true),
    /** Accounts must have the same ledger. */
    ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER(49, false),
    /** Transfer must have the same ledger as accounts. */
    TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS(50, false),
    /** Imported event timestamp must postdate debit account. */
    IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT(51, false),
    /** Imported event timestamp must postdate credit account. */
    IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT(52, false),
    /** Imported event timeout must be zero. */
    IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO(53, false),
    /** Debit account already closed. */
    DEBIT_ACCOUNT_ALREADY_CLOSED(54, true),
    /** Credit account already closed. */
    CREDIT_ACCOUNT_ALREADY_CLOSED(55, true),
    /** Overflows debits pending. */
    OVERFLOWS_DEBITS_PENDING(56, false),
    /** Overflows credits pending. */
    OVERFLOWS_CREDITS_PENDING(57, false),
    /** Overflows debits posted. */
    OVERFLOWS_DEBITS_POSTED(58, false),
    /** Overflows credits posted. */
    OVERFLOWS_CREDITS_POSTED(59, false),
    /** Overflows debits. */
    OVERFLOWS_DEBITS(60, false),
    /** Overflows credits. */
    OVERFLOWS_CREDITS(61, false),
    /** Overflows timeout. */
    OVERFLOWS_TIMEOUT(62, false),
    /** Exceeds credits. */
    EXCEEDS_CREDITS(63, true),
    /** Exceeds debits. */
    EXCEEDS_DEBITS(64, true),
    /** Pending id must not be zero. */
    PENDING_ID_MUST_NOT_BE_ZERO(65, false),
    /** Pending id must not be int max. */
    PENDING_ID_MUST_NOT_BE_INT_MAX(66, false),
    /** Pending id must be different. */
    PENDING_ID_MUST_BE_DIFFERENT(67, false),
    /** Pending transfer not found. */
    PENDING_TRANSFER_NOT_FOUND(68, true),
    /** Pending transfer not pending. */
    PENDING_TRANSFER_NOT_PENDING(69, false),
    /** Pending transfer has different debit account id. */
    PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID(70, false),
    /** Pending transfer has different credit account id. */
    PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID(71, false),
    /** Pending transfer has different ledger. */
    PENDING_TRANSFER_HAS_DIFFERENT_LEDGER(72, false),
    /** Pending transfer has different code. */
    PENDING_TRANSFER_HAS_DIFFERENT_CODE(73, false),
    /** Exceeds pending transfer amount. */
    EXCEEDS_PENDING_TRANSFER_AMOUNT(74, false),
    /** Pending transfer has different amount. */
    PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT(75, false),
    /** Pending transfer already posted. */
    PENDING_TRANSFER_ALREADY_POSTED(76, false),
    /** Pending transfer already voided. */
    PENDING_TRANSFER_ALREADY_VOIDED(77, false),
    /** Pending transfer expired. */
    PENDING_TRANSFER_EXPIRED(78, false),
    /** Account not found. */
    ACCOUNT_NOT_FOUND(79, true),
    /** Credit limit exceeded. */
    CREDIT_LIMIT_EXCEEDED(80, true),
    /** The resolved id was never seen; it is burnt now. */
    RESOLVED_ABSENT(81, false);

    private static final ResultCode[] BY_CODE = new ResultCode[values().length + 1];

    static {
        for (final ResultCode value : values()) {
            BY_CODE[value.code] = value;
        }
    }

    private final short code;
    private final boolean burnsId;

    ResultCode(final int code, final boolean burnsId) {
        if (code != ordinal() + 1) {
            throw new IllegalStateException("code must be ordinal + 1: name=" + name() + ", code=" + code);
        }
        this.code = (short) code;
        this.burnsId = burnsId;
    }

    /**
     * The stable number of this outcome.
     *
     * @return 1 to 255.
     */
    public short code() {
        return code;
    }

    /**
     * Whether the outcome is transient, so that the command's id is burnt: any later attempt with it gets
     * {@link #ID_ALREADY_FAILED}.
     *
     * @return true if the id is burnt.
     */
    public boolean burnsId() {
        return burnsId;
    }

    /**
     * The outcome with the given number.
     *
     * @param code as {@link #code()} gave it.
     * @return the outcome.
     * @throws IllegalArgumentException if no outcome has that number.
     */
    public static ResultCode of(final int code) {
        if (code < 1 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("unknown result code: code=" + code);
        }
        return BY_CODE[code];
    }
}
