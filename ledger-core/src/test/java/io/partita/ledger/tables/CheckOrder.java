// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import io.partita.ledger.model.ResultCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The order of the checks, as the contract writes it down: the first that fails decides. Data, not logic: it is written from the
 * document and shares nothing with the state machine.
 *
 * <p>A list starts with the last check of the list that comes before it, so that the seam is a pair as well.
 */
enum CheckOrder {
    /** Every command. */
    HEAD("EXPIRED LINKED_EVENT_CHAIN_OPEN LINKED_EVENT_FAILED IMPORTED_EVENT_EXPECTED IMPORTED_EVENT_NOT_EXPECTED"
            + " TIMESTAMP_MUST_BE_ZERO IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE"
            + " IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE"),
    /** An account. */
    CREATE_ACCOUNT(
            HEAD,
            "RESERVED_FIELD RESERVED_FLAG ID_MUST_NOT_BE_ZERO ID_MUST_NOT_BE_INT_MAX EXISTS_WITH_DIFFERENT_FLAGS"
                    + " EXISTS_WITH_DIFFERENT_USER_DATA_128 EXISTS_WITH_DIFFERENT_USER_DATA_64"
                    + " EXISTS_WITH_DIFFERENT_USER_DATA_32 EXISTS_WITH_DIFFERENT_LEDGER EXISTS_WITH_DIFFERENT_CODE"
                    + " EXISTS_WITH_DIFFERENT_CREDIT_LIMIT EXISTS FLAGS_ARE_MUTUALLY_EXCLUSIVE DEBITS_PENDING_MUST_BE_ZERO"
                    + " DEBITS_POSTED_MUST_BE_ZERO CREDITS_PENDING_MUST_BE_ZERO CREDITS_POSTED_MUST_BE_ZERO"
                    + " LEDGER_MUST_NOT_BE_ZERO CODE_MUST_NOT_BE_ZERO CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT"
                    + " IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS CREATED"),
    /** Every transfer; an id that an instruction took is not compared field by field. */
    TRANSFER(
            HEAD,
            "RESERVED_FLAG ID_MUST_NOT_BE_ZERO ID_MUST_NOT_BE_INT_MAX EXISTS_WITH_DIFFERENT_FLAGS"
                    + " EXISTS_WITH_DIFFERENT_PENDING_ID EXISTS_WITH_DIFFERENT_TIMEOUT"
                    + " EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID"
                    + " EXISTS_WITH_DIFFERENT_AMOUNT EXISTS_WITH_DIFFERENT_USER_DATA_128 EXISTS_WITH_DIFFERENT_USER_DATA_64"
                    + " EXISTS_WITH_DIFFERENT_USER_DATA_32 EXISTS_WITH_DIFFERENT_LEDGER EXISTS_WITH_DIFFERENT_CODE EXISTS"
                    + " EXISTS_WITH_DIFFERENT_KIND ID_ALREADY_FAILED"),
    /** A transfer that is neither a post nor a void. */
    SINGLE_AND_PENDING(
            TRANSFER,
            "DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO"
                    + " CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX ACCOUNTS_MUST_BE_DIFFERENT PENDING_ID_MUST_BE_ZERO"
                    + " TIMEOUT_RESERVED_FOR_PENDING_TRANSFER CLOSING_TRANSFER_MUST_BE_PENDING LEDGER_MUST_NOT_BE_ZERO"
                    + " CODE_MUST_NOT_BE_ZERO DEBIT_ACCOUNT_NOT_FOUND CREDIT_ACCOUNT_NOT_FOUND"
                    + " ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS"
                    + " IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT"
                    + " IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO"
                    + " DEBIT_ACCOUNT_ALREADY_CLOSED CREDIT_ACCOUNT_ALREADY_CLOSED OVERFLOWS_DEBITS_PENDING"
                    + " OVERFLOWS_CREDITS_PENDING OVERFLOWS_DEBITS_POSTED OVERFLOWS_CREDITS_POSTED OVERFLOWS_DEBITS"
                    + " OVERFLOWS_CREDITS OVERFLOWS_TIMEOUT EXCEEDS_CREDITS EXCEEDS_DEBITS CREATED"),
    /** A post or a void. */
    POST_AND_VOID(
            TRANSFER,
            "FLAGS_ARE_MUTUALLY_EXCLUSIVE PENDING_ID_MUST_NOT_BE_ZERO PENDING_ID_MUST_NOT_BE_INT_MAX"
                    + " PENDING_ID_MUST_BE_DIFFERENT TIMEOUT_RESERVED_FOR_PENDING_TRANSFER PENDING_TRANSFER_NOT_FOUND"
                    + " PENDING_TRANSFER_NOT_PENDING PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID"
                    + " PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID PENDING_TRANSFER_HAS_DIFFERENT_LEDGER"
                    + " PENDING_TRANSFER_HAS_DIFFERENT_CODE EXCEEDS_PENDING_TRANSFER_AMOUNT"
                    + " PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT PENDING_TRANSFER_ALREADY_POSTED"
                    + " PENDING_TRANSFER_ALREADY_VOIDED PENDING_TRANSFER_EXPIRED IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS"
                    + " DEBIT_ACCOUNT_ALREADY_CLOSED CREDIT_ACCOUNT_ALREADY_CLOSED CREATED"),
    /** An instruction has no timestamp field and is never imported: that is left out of its head. */
    SET_CREDIT_LIMIT(
            "EXPIRED LINKED_EVENT_CHAIN_OPEN LINKED_EVENT_FAILED IMPORTED_EVENT_EXPECTED RESERVED_FLAG ID_MUST_NOT_BE_ZERO"
                    + " ID_MUST_NOT_BE_INT_MAX EXISTS_WITH_DIFFERENT_KIND EXISTS_WITH_DIFFERENT_ACCOUNT EXISTS_WITH_DIFFERENT_CREDIT_LIMIT EXISTS ID_ALREADY_FAILED"
                    + " ACCOUNT_NOT_FOUND CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT CREDIT_LIMIT_EXCEEDED CREATED"),
    /** Asking for an outcome. */
    RESOLVE(
            "EXPIRED LINKED_EVENT_CHAIN_OPEN LINKED_EVENT_FAILED IMPORTED_EVENT_EXPECTED RESERVED_FLAG ID_MUST_NOT_BE_ZERO"
                    + " ID_MUST_NOT_BE_INT_MAX EXISTS ID_ALREADY_FAILED RESOLVED_ABSENT");

    private final List<ResultCode> checks;
    private final List<ResultCode> whole = new ArrayList<>();

    CheckOrder(final String names) {
        checks = Arrays.stream(names.split(" ")).map(ResultCode::valueOf).toList();
        whole.addAll(checks);
    }

    CheckOrder(final CheckOrder before, final String names) {
        final List<ResultCode> codes = new ArrayList<>();
        codes.add(before.checks.get(before.checks.size() - 1));
        Arrays.stream(names.split(" ")).map(ResultCode::valueOf).forEach(codes::add);
        checks = List.copyOf(codes);
        whole.addAll(before.whole);
        whole.addAll(codes.subList(1, codes.size()));
    }

    /** The checks of this list, with the seam. */
    List<ResultCode> checks() {
        return checks;
    }

    /** All checks that such a command goes through, in order. */
    List<ResultCode> whole() {
        return List.copyOf(whole);
    }
}
