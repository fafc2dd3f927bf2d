// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.csv;

import io.partita.ledger.model.Id128;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The payments of a file in its order, in columns: a million of them take some 40 MB. Filled by {@link PaymentReader}. */
public final class Payments {
    /** The accounts' and transfers' ledger: ISO 4217 numeric of GBP. */
    public static final int LEDGER = 826;
    /** The accounts' and transfers' code. */
    public static final int CODE = 1;

    private static final int BAD_LINES_KEPT_MAX = 1000;

    private final Ids ids = new Ids();
    private final Map<String, Integer> accountOfName = new LinkedHashMap<>();
    private final List<Id128> accounts = new ArrayList<>();
    private final List<BadLine> badLines = new ArrayList<>();
    private long badLineCount;
    private int size;
    private long[] line = new long[1024];
    private long[] idHi = new long[1024];
    private long[] idLo = new long[1024];
    private int[] debit = new int[1024];
    private int[] credit = new int[1024];
    private long[] amount = new long[1024];

    Payments() {}

    void addBadLine(final long number, final String reason) {
        badLineCount++;
        if (badLines.size() < BAD_LINES_KEPT_MAX) {
            badLines.add(new BadLine(number, reason));
        }
    }

    void add(
            final long lineNumber,
            final byte[] bytes,
            final String payer,
            final String payee,
            final long signedAmount) {
        if (size == line.length) {
            grow();
        }
        final Id128 id = ids.transfer(lineNumber, bytes);
        final int payerAccount = account(payer);
        final int payeeAccount = account(payee);
        line[size] = lineNumber;
        idHi[size] = id.hi();
        idLo[size] = id.lo();
        // A negative amount is a credit note: the same transfer in the other direction.
        debit[size] = signedAmount > 0 ? payerAccount : payeeAccount;
        credit[size] = signedAmount > 0 ? payeeAccount : payerAccount;
        amount[size] = Math.abs(signedAmount);
        size++;
    }

    /**
     * How many payments there are: the file's good lines.
     *
     * @return 0 or more.
     */
    public int size() {
        return size;
    }

    /**
     * How many lines are no payments.
     *
     * @return 0 or more.
     */
    public long badLineCount() {
        return badLineCount;
    }

    /**
     * The first thousand of the bad lines.
     *
     * @return number and reason of each.
     */
    public List<BadLine> badLines() {
        return List.copyOf(badLines);
    }

    /**
     * How many accounts the payments are between.
     *
     * @return 0 or more.
     */
    public int accountCount() {
        return accounts.size();
    }

    /**
     * An account's id.
     *
     * @param account 0 to {@link #accountCount()} - 1.
     * @return the id.
     */
    public Id128 accountId(final int account) {
        return accounts.get(account);
    }

    /**
     * Physical line of a payment.
     *
     * @param payment 0 to {@link #size()} - 1.
     * @return its number; the header's is 1.
     */
    public long line(final int payment) {
        return line[payment];
    }

    /**
     * High half of a payment's transfer id.
     *
     * @param payment 0 to {@link #size()} - 1.
     * @return the half.
     */
    public long idHi(final int payment) {
        return idHi[payment];
    }

    /**
     * Low half of a payment's transfer id.
     *
     * @param payment 0 to {@link #size()} - 1.
     * @return the half.
     */
    public long idLo(final int payment) {
        return idLo[payment];
    }

    /**
     * The account that a payment debits.
     *
     * @param payment 0 to {@link #size()} - 1.
     * @return its index.
     */
    public int debit(final int payment) {
        return debit[payment];
    }

    /**
     * The account that a payment credits.
     *
     * @param payment 0 to {@link #size()} - 1.
     * @return its index.
     */
    public int credit(final int payment) {
        return credit[payment];
    }

    /**
     * A payment's amount.
     *
     * @param payment 0 to {@link #size()} - 1.
     * @return pence, more than 0.
     */
    public long amount(final int payment) {
        return amount[payment];
    }

    private int account(final String name) {
        final Integer known = accountOfName.get(name);
        if (known != null) {
            return known;
        }
        accounts.add(ids.account(name));
        accountOfName.put(name, accounts.size() - 1);

        return accounts.size() - 1;
    }

    private void grow() {
        final int capacity = size * 2;
        line = Arrays.copyOf(line, capacity);
        idHi = Arrays.copyOf(idHi, capacity);
        idLo = Arrays.copyOf(idLo, capacity);
        debit = Arrays.copyOf(debit, capacity);
        credit = Arrays.copyOf(credit, capacity);
        amount = Arrays.copyOf(amount, capacity);
    }
}
