// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.wire.AccountBalancesView;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.BalancesView;
import io.partita.ledger.wire.ChangeEventView;
import io.partita.ledger.wire.TransferView;
import java.lang.reflect.Field;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/** Rows of answers as tables write them. */
final class TableRows {
    private TableRows() {}

    /** The fields of an account by their names in tables. */
    static Map<String, BigInteger> account(final byte[] row) {
        final AccountView view = new AccountView().wrap(new UnsafeBuffer(row), 0);
        final Map<String, BigInteger> fields = new LinkedHashMap<>();
        fields.put("id", number(view.idHi(), view.idLo()));
        fields.put("debitsPending", number(view.debitsPendingHi(), view.debitsPendingLo()));
        fields.put("debitsPosted", number(view.debitsPostedHi(), view.debitsPostedLo()));
        fields.put("creditsPending", number(view.creditsPendingHi(), view.creditsPendingLo()));
        fields.put("creditsPosted", number(view.creditsPostedHi(), view.creditsPostedLo()));
        fields.put("creditLimit", number(view.creditLimitHi(), view.creditLimitLo()));
        fields.put("userData128", number(view.userData128Hi(), view.userData128Lo()));
        fields.put("userData64", number(0, view.userData64()));
        fields.put("userData32", number(0, Integer.toUnsignedLong(view.userData32())));
        fields.put("ledger", number(0, Integer.toUnsignedLong(view.ledger())));
        fields.put("code", number(0, view.code()));
        fields.put("flags", number(0, view.flags()));
        fields.put("timestamp", number(0, view.timestamp()));
        return fields;
    }

    /** The fields of a transfer by their names in tables. */
    static Map<String, BigInteger> transfer(final byte[] row) {
        final TransferView view = new TransferView().wrap(new UnsafeBuffer(row), 0);
        final Map<String, BigInteger> fields = new LinkedHashMap<>();
        fields.put("id", number(view.idHi(), view.idLo()));
        fields.put("debit", number(view.debitAccountIdHi(), view.debitAccountIdLo()));
        fields.put("credit", number(view.creditAccountIdHi(), view.creditAccountIdLo()));
        fields.put("amount", number(view.amountHi(), view.amountLo()));
        fields.put("pendingId", number(view.pendingIdHi(), view.pendingIdLo()));
        fields.put("userData128", number(view.userData128Hi(), view.userData128Lo()));
        fields.put("userData64", number(0, view.userData64()));
        fields.put("userData32", number(0, Integer.toUnsignedLong(view.userData32())));
        fields.put("timeout", number(0, Integer.toUnsignedLong(view.timeout())));
        fields.put("ledger", number(0, Integer.toUnsignedLong(view.ledger())));
        fields.put("code", number(0, view.code()));
        fields.put("flags", number(0, view.flags()));
        fields.put("timestamp", number(0, view.timestamp()));
        return fields;
    }

    /** The four balances of an account, {@code 0 5 0 0}. */
    static String balances(final byte[] account) {
        final Map<String, BigInteger> fields = account(account);
        return fields.get("debitsPending") + " " + fields.get("debitsPosted") + " " + fields.get("creditsPending") + " "
                + fields.get("creditsPosted");
    }

    /** The ids of account or transfer rows, {@code 1 2}. */
    static String ids(final byte[] rows, final int from, final int rowLength) {
        final UnsafeBuffer buffer = new UnsafeBuffer(rows);
        final List<String> ids = new ArrayList<>();
        for (int at = from; at < rows.length; at += rowLength) {
            ids.add(number(buffer.getLong(at + 8), buffer.getLong(at)).toString());
        }
        return String.join(" ", ids);
    }

    /** {@code TYPE transferId pendingId amount | debit: balances flags | credit: balances flags}, one line an event. */
    static List<String> events(final byte[] rows) {
        final ChangeEventView view = new ChangeEventView();
        final List<String> lines = new ArrayList<>();
        for (int at = 0; at < rows.length; at += ChangeEventView.LENGTH) {
            view.wrap(new UnsafeBuffer(rows), at);
            lines.add(view.type() + " " + number(view.transferIdHi(), view.transferIdLo()) + " "
                    + number(view.pendingIdHi(), view.pendingIdLo()) + " " + number(view.amountHi(), view.amountLo())
                    + " | " + number(view.debitAccountIdHi(), view.debitAccountIdLo()) + ": "
                    + balances(view.debitBalances()) + flags(view.debitFlags())
                    + " | " + number(view.creditAccountIdHi(), view.creditAccountIdLo()) + ": "
                    + balances(view.creditBalances()) + flags(view.creditFlags()));
        }
        return lines;
    }

    /** The timestamp of the last of some change events. */
    static long lastTimestamp(final byte[] rows) {
        return new ChangeEventView()
                .wrap(new UnsafeBuffer(rows), rows.length - ChangeEventView.LENGTH)
                .timestamp();
    }

    /** Rows of balances by their timestamps. */
    static Map<Long, String> history(final byte[] rows) {
        final AccountBalancesView view = new AccountBalancesView();
        final Map<Long, String> lines = new LinkedHashMap<>();
        for (int at = 0; at < rows.length; at += AccountBalancesView.LENGTH) {
            view.wrap(new UnsafeBuffer(rows), at);
            lines.put(view.timestamp(), balances(view.balances()));
        }
        return lines;
    }

    private static String balances(final BalancesView view) {
        return number(view.debitsPendingHi(), view.debitsPendingLo()) + " "
                + number(view.debitsPostedHi(), view.debitsPostedLo()) + " "
                + number(view.creditsPendingHi(), view.creditsPendingLo()) + " "
                + number(view.creditsPostedHi(), view.creditsPostedLo());
    }

    private static String flags(final int flags) {
        final List<String> names = new ArrayList<>();
        try {
            for (final Field field : AccountFlags.class.getFields()) {
                if (!field.getName().equals("ALL") && (flags & field.getInt(null)) != 0) {
                    names.add(field.getName());
                }
            }
        } catch (final IllegalAccessException error) {
            throw new IllegalStateException(error);
        }
        return names.isEmpty() ? "" : " " + String.join("|", names);
    }

    static BigInteger number(final long hi, final long lo) {
        return new BigInteger(Long.toUnsignedString(hi)).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(lo)));
    }
}
