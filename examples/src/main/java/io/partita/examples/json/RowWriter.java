// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.json;

import io.partita.ledger.model.Id128;
import io.partita.ledger.wire.AccountBalancesView;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.BalancesView;
import io.partita.ledger.wire.ChangeEventView;
import io.partita.ledger.wire.ResultBalancesView;
import io.partita.ledger.wire.TransferView;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Accounts and transfers as JSON objects, every field under the name used for input. */
public final class RowWriter {
    private static final BigInteger NUMBER_MAX = BigInteger.ONE.shiftLeft(53);

    private RowWriter() {}

    /**
     * An account as a JSON object.
     *
     * @param account its row.
     * @return its fields.
     */
    public static Map<String, @Nullable Object> account(final AccountView account) {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", number(account.idHi(), account.idLo()));
        fields.put("debitsPending", number(account.debitsPendingHi(), account.debitsPendingLo()));
        fields.put("debitsPosted", number(account.debitsPostedHi(), account.debitsPostedLo()));
        fields.put("creditsPending", number(account.creditsPendingHi(), account.creditsPendingLo()));
        fields.put("creditsPosted", number(account.creditsPostedHi(), account.creditsPostedLo()));
        fields.put("creditLimit", number(account.creditLimitHi(), account.creditLimitLo()));
        fields.put("userData128", number(account.userData128Hi(), account.userData128Lo()));
        fields.put("userData64", number(0, account.userData64()));
        fields.put("userData32", account.userData32() & 0xFFFF_FFFFL);
        fields.put("ledger", account.ledger() & 0xFFFF_FFFFL);
        fields.put("code", account.code());
        fields.put("flags", FlagNames.ACCOUNT.namesOf(account.flags()));
        fields.put("timestamp", number(0, account.timestamp()));

        return fields;
    }

    /**
     * A transfer as a JSON object.
     *
     * @param transfer its row.
     * @return its fields.
     */
    public static Map<String, @Nullable Object> transfer(final TransferView transfer) {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", number(transfer.idHi(), transfer.idLo()));
        fields.put("debitAccountId", number(transfer.debitAccountIdHi(), transfer.debitAccountIdLo()));
        fields.put("creditAccountId", number(transfer.creditAccountIdHi(), transfer.creditAccountIdLo()));
        fields.put("amount", number(transfer.amountHi(), transfer.amountLo()));
        fields.put("pendingId", number(transfer.pendingIdHi(), transfer.pendingIdLo()));
        fields.put("userData128", number(transfer.userData128Hi(), transfer.userData128Lo()));
        fields.put("userData64", number(0, transfer.userData64()));
        fields.put("userData32", transfer.userData32() & 0xFFFF_FFFFL);
        fields.put("timeout", transfer.timeout() & 0xFFFF_FFFFL);
        fields.put("ledger", transfer.ledger() & 0xFFFF_FFFFL);
        fields.put("code", transfer.code());
        fields.put("flags", FlagNames.TRANSFER.namesOf(transfer.flags()));
        fields.put("timestamp", number(0, transfer.timestamp()));

        return fields;
    }

    /**
     * An account's balances in a result as a JSON object.
     *
     * @param balances of one account.
     * @return its fields.
     */
    public static Map<String, @Nullable Object> resultBalances(final ResultBalancesView balances) {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("accountId", number(balances.accountIdHi(), balances.accountIdLo()));
        fields.put("debitsPending", number(balances.debitsPendingHi(), balances.debitsPendingLo()));
        fields.put("debitsPosted", number(balances.debitsPostedHi(), balances.debitsPostedLo()));
        fields.put("creditsPending", number(balances.creditsPendingHi(), balances.creditsPendingLo()));
        fields.put("creditsPosted", number(balances.creditsPostedHi(), balances.creditsPostedLo()));

        return fields;
    }

    /**
     * An account's balances after a transfer as a JSON object.
     *
     * @param row of an account's history.
     * @return its fields.
     */
    public static Map<String, @Nullable Object> accountBalances(final AccountBalancesView row) {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("timestamp", number(0, row.timestamp()));
        putBalances(fields, row.balances());

        return fields;
    }

    /**
     * A change event as a JSON object.
     *
     * @param event its row.
     * @return its fields.
     */
    public static Map<String, @Nullable Object> changeEvent(final ChangeEventView event) {
        final Map<String, @Nullable Object> debit = new LinkedHashMap<>();
        debit.put("id", number(event.debitAccountIdHi(), event.debitAccountIdLo()));
        putBalances(debit, event.debitBalances());
        debit.put("flags", FlagNames.ACCOUNT.namesOf(event.debitFlags()));
        final Map<String, @Nullable Object> credit = new LinkedHashMap<>();
        credit.put("id", number(event.creditAccountIdHi(), event.creditAccountIdLo()));
        putBalances(credit, event.creditBalances());
        credit.put("flags", FlagNames.ACCOUNT.namesOf(event.creditFlags()));
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("type", event.type().name());
        fields.put("timestamp", number(0, event.timestamp()));
        fields.put("transferId", number(event.transferIdHi(), event.transferIdLo()));
        fields.put("pendingId", number(event.pendingIdHi(), event.pendingIdLo()));
        fields.put("amount", number(event.amountHi(), event.amountLo()));
        fields.put("debitAccount", debit);
        fields.put("creditAccount", credit);

        return fields;
    }

    /**
     * An unsigned integer: a number up to 2^53, above it a decimal string, so that no reader loses digits.
     *
     * @param hi high 64 bits.
     * @param lo low 64 bits.
     * @return a {@link Long} or a {@link String}.
     */
    public static Object number(final long hi, final long lo) {
        final BigInteger value = Id128.toBigInteger(hi, lo);

        return value.compareTo(NUMBER_MAX) <= 0 ? (Object) value.longValue() : value.toString();
    }

    private static void putBalances(final Map<String, @Nullable Object> fields, final BalancesView balances) {
        fields.put("debitsPending", number(balances.debitsPendingHi(), balances.debitsPendingLo()));
        fields.put("debitsPosted", number(balances.debitsPostedHi(), balances.debitsPostedLo()));
        fields.put("creditsPending", number(balances.creditsPendingHi(), balances.creditsPendingLo()));
        fields.put("creditsPosted", number(balances.creditsPostedHi(), balances.creditsPostedLo()));
    }
}
