// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.client.BatchKind;
import io.partita.replication.client.OperatorRequest;
import io.partita.replication.client.RequestKinds;
import java.util.Locale;

/** What the roles file can allow. Sets of them are bits, so that a request is judged without allocation. */
enum Permission {
    /** Commands, of the ledger and of the user's own; also the balances that they ask back. */
    SUBMIT,
    /** Look-ups, queries, digests and invariants. */
    READ,
    /** Operator's requests that lose nothing, such as a switch-over. */
    OPERATE,
    /** Operator's requests that accept a loss. */
    RECOVER;

    /** Everything. */
    static final int ANY = (1 << values().length) - 1;

    private static final Permission[] ALL = values();

    int bit() {
        return 1 << ordinal();
    }

    /** The names of a set, as the roles file has them. */
    static String names(final int bits) {
        final StringBuilder names = new StringBuilder();
        for (final Permission each : ALL) {
            if ((bits & each.bit()) != 0) {
                names.append(names.length() == 0 ? "" : ",").append(each.name().toLowerCase(Locale.ROOT));
            }
        }
        return names.toString();
    }

    /**
     * What an operator's request needs. An operation that nobody placed here needs OPERATE.
     *
     * @param request what is asked.
     * @return bits, of which any one will do.
     */
    static int neededFor(final OperatorRequest request) {
        return request.operation().equals(OperatorRequest.STATUS) ? ANY : OPERATE.bit();
    }

    /**
     * What a request needs. A kind that nobody placed here is an operator's.
     *
     * @param kind the request's kind byte.
     * @return bits, of which any one will do.
     */
    static int neededFor(final int kind) {
        if (kind == RequestKinds.REPORT || kind == RequestKinds.OPERATOR) {
            return ANY; // of an operator's request its operation says more
        }
        final BatchKind batch = RequestKinds.kind(kind);
        if (batch == null) {
            return OPERATE.bit();
        }
        return batch.isRead() ? READ.bit() : SUBMIT.bit();
    }
}
