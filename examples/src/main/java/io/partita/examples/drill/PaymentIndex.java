// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.csv.Payments;

/** Finds a payment by its transfer id: open addressing over the ids' low halves, which are hashes already. */
final class PaymentIndex {
    private final Payments payments;
    private final int[] slots;

    PaymentIndex(final Payments payments) {
        this.payments = payments;
        slots = new int[Integer.highestOneBit(Math.max(2, payments.size())) * 4];
        for (int i = 0; i < payments.size(); i++) {
            int slot = (int) payments.idLo(i) & (slots.length - 1);
            while (slots[slot] != 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = i + 1;
        }
    }

    /** The payment's index, -1 if there is none with this id. */
    int find(final long idHi, final long idLo) {
        int slot = (int) idLo & (slots.length - 1);
        while (slots[slot] != 0) {
            final int payment = slots[slot] - 1;
            if (payments.idLo(payment) == idLo && payments.idHi(payment) == idHi) {
                return payment;
            }
            slot = (slot + 1) & (slots.length - 1);
        }

        return -1;
    }
}
