// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.testing;

import io.partita.replication.testing.ClientHistory.Known;
import io.partita.replication.testing.ClientHistory.Read;
import io.partita.replication.testing.ClientHistory.Transfer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a history is linearizable (PROTOCOL.md C1, checker 7). The ledger says in which order things happened: every effect has
 * a timestamp, every read the timestamp of its position, and they are unique and increase along the journal. So nothing has to be
 * searched for: the one possible order is given, and only has to be compared with what the clients saw, in O(n log n).
 *
 * <ul>
 *   <li>LOST: an answered transfer is not in the ledger in the end, or at another timestamp. INVENTED: one is there that nobody
 *       submitted so, or that was refused.
 *   <li>ORDER: what was invoked after another one had returned comes before it. Of a linearizable read: STALE. Of something that a
 *       read has seen before it was invoked: FUTURE.
 *   <li>VALUE: a read is not the sum of exactly the effects up to its timestamp: something is missing, doubled or torn.
 *   <li>TOKEN: a stale read is from before what it insisted on, or before what its client had seen. POSITION: the same position at
 *       two timestamps.
 * </ul>
 *
 * Transfers whose outcome nobody knows may have taken effect or not; the ledger in the end says which.
 */
public final class HistoryChecker {
    private final List<String> violations = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final List<Read> reads;
    private final int accounts;

    /**
     * A transfer as the ledger has it in the end.
     *
     * @param id of it.
     * @param debit account.
     * @param credit account.
     * @param amount of it.
     * @param timestamp of it.
     */
    public record Audited(long id, int debit, int credit, long amount, long timestamp) {}

    /** Something that happened at a point of the one order, seen by a client between two ticks. */
    private record Effect(Transfer transfer, long timestamp) {}

    private record Moment(
            long tick,
            boolean isReturn,
            long timestamp,
            @Nullable Transfer transfer,
            @Nullable Read read) {
        boolean isRead() {
            return read != null;
        }

        String what() {
            return read != null
                    ? "read at seq=" + read.seq() + " by client=" + read.client()
                    : String.valueOf(transfer);
        }
    }

    private HistoryChecker(final ClientHistory history, final int accounts) {
        this.reads = history.reads();
        this.accounts = accounts;
    }

    /**
     * Checks a history.
     *
     * @param history whose threads have ended.
     * @param accounts how many there are.
     * @param audit every transfer of the history that the ledger has, looked up after the last operation.
     * @return what is wrong, each with the name of the rule first; empty if nothing is.
     */
    public static List<String> check(final ClientHistory history, final int accounts, final Map<Long, Audited> audit) {
        final HistoryChecker checker = new HistoryChecker(history, accounts);
        checker.compare(history.transfers(), new HashMap<>(audit));
        checker.checkOrder();
        checker.checkValues();
        checker.checkTokens(history.transfers());
        checker.checkPositions();
        return checker.violations;
    }

    private void violated(final String rule, final String what) {
        violations.add(rule + ": " + what);
    }

    private void compare(final List<Transfer> transfers, final Map<Long, Audited> audit) {
        for (final Transfer transfer : transfers) {
            final Audited audited = audit.remove(transfer.id());
            if (audited == null) {
                if (transfer.known() == Known.APPLIED) {
                    violated("LOST", "not in the ledger: " + transfer);
                }
                continue;
            }
            final boolean isSame = audited.debit() == transfer.debit()
                    && audited.credit() == transfer.credit()
                    && audited.amount() == transfer.amount();
            if (!isSame || transfer.known() == Known.REFUSED) {
                violated("INVENTED", transfer + " is in the ledger as " + audited);
            } else if (transfer.known() == Known.APPLIED && audited.timestamp() != transfer.timestamp()) {
                violated("LOST", transfer + " is in the ledger as " + audited);
            }
            effects.add(new Effect(transfer, audited.timestamp()));
        }
        audit.values().forEach(audited -> violated("INVENTED", "nobody submitted " + audited));
        effects.sort(Comparator.comparingLong(Effect::timestamp));
    }

    /** Goes along the ticks: whoever is invoked must come after everybody who has returned. */
    private void checkOrder() {
        final List<Moment> moments = new ArrayList<>();
        for (final Effect effect : effects) {
            final Transfer transfer = effect.transfer();
            moments.add(new Moment(transfer.invoked(), false, effect.timestamp(), transfer, null));
            moments.add(new Moment(transfer.returned(), true, effect.timestamp(), transfer, null));
        }
        for (final Read read : reads) {
            moments.add(new Moment(read.invoked(), false, read.timestamp(), null, read));
            moments.add(new Moment(read.returned(), true, read.timestamp(), null, read));
        }
        moments.sort(Comparator.comparingLong(Moment::tick));
        @Nullable Moment lastWrite = null;
        @Nullable Moment lastRead = null;
        for (final Moment moment : moments) {
            if (moment.isReturn()) {
                if (moment.isRead()) {
                    lastRead = later(lastRead, moment);
                } else {
                    lastWrite = later(lastWrite, moment);
                }
            } else {
                checkInvoked(moment, lastWrite, lastRead);
            }
        }
    }

    private static Moment later(final @Nullable Moment last, final Moment moment) {
        return last == null || moment.timestamp() > last.timestamp() ? moment : last;
    }

    private void checkInvoked(final Moment moment, final @Nullable Moment lastWrite, final @Nullable Moment lastRead) {
        final Read read = moment.read();
        if (read != null) {
            if (!read.isLinearizable()) {
                return;
            }
            if (lastWrite != null && moment.timestamp() < lastWrite.timestamp()) {
                violated("STALE", moment.what() + " misses " + lastWrite.what());
            }
            if (lastRead != null && moment.timestamp() < lastRead.timestamp()) {
                violated("STALE", moment.what() + " is before " + lastRead.what());
            }
            return;
        }
        if (lastWrite != null && moment.timestamp() <= lastWrite.timestamp()) {
            violated("ORDER", moment.what() + " comes before " + lastWrite.what());
        }
        if (lastRead != null && moment.timestamp() <= lastRead.timestamp()) {
            violated("FUTURE", moment.what() + " is part of an earlier " + lastRead.what());
        }
    }

    /** Goes along the timestamps with the sums of the effects so far. */
    private void checkValues() {
        final List<Read> inOrder = new ArrayList<>(reads);
        inOrder.sort(Comparator.comparingLong(Read::timestamp));
        final long[] debits = new long[accounts + 1];
        final long[] credits = new long[accounts + 1];
        int next = 0;
        for (final Read read : inOrder) {
            while (next < effects.size() && effects.get(next).timestamp() <= read.timestamp()) {
                final Transfer transfer = effects.get(next).transfer();
                debits[transfer.debit()] += transfer.amount();
                credits[transfer.credit()] += transfer.amount();
                next++;
            }
            for (int account = 1; account <= accounts; account++) {
                if (read.debits()[account] != debits[account] || read.credits()[account] != credits[account]) {
                    violated(
                            "VALUE",
                            "read at seq=" + read.seq() + " by client=" + read.client() + ": account=" + account
                                    + " debits=" + read.debits()[account] + " credits=" + read.credits()[account]
                                    + ", must be debits=" + debits[account] + " credits=" + credits[account]);
                }
            }
        }
    }

    /** Each client for itself: its operations are in the order in which it did them. */
    private void checkTokens(final List<Transfer> transfers) {
        final Map<Integer, List<Transfer>> writes = new HashMap<>();
        transfers.forEach(transfer -> writes.computeIfAbsent(transfer.client(), client -> new ArrayList<>())
                .add(transfer));
        final Map<Integer, Integer> nextWrite = new HashMap<>();
        final Map<Integer, Long> written = new HashMap<>();
        final Map<Integer, Read> lastOf = new HashMap<>();
        for (final Read read : reads) {
            final int client = read.client();
            if (read.seq() < read.minSeq()) {
                violated("TOKEN", "read at seq=" + read.seq() + " insisted on seq=" + read.minSeq());
            }
            final Read last = lastOf.put(client, read);
            if (last != null && (read.seq() < last.seq() || read.timestamp() < last.timestamp())) {
                violated("TOKEN", "client=" + client + " read seq=" + last.seq() + ", then seq=" + read.seq());
            }
            final List<Transfer> own = writes.getOrDefault(client, List.of());
            int next = nextWrite.getOrDefault(client, 0);
            long newest = written.getOrDefault(client, 0L);
            for (; next < own.size() && own.get(next).invoked() < read.invoked(); next++) {
                newest = Math.max(
                        newest,
                        own.get(next).known() == Known.APPLIED ? own.get(next).timestamp() : 0);
            }
            nextWrite.put(client, next);
            written.put(client, newest);
            if (read.timestamp() < newest) {
                violated("TOKEN", "client=" + client + " does not see its own write: read seq=" + read.seq());
            }
        }
    }

    private void checkPositions() {
        final List<Read> inOrder = new ArrayList<>(reads);
        inOrder.sort(Comparator.comparingLong(Read::seq).thenComparingLong(Read::timestamp));
        for (int i = 1; i < inOrder.size(); i++) {
            final Read before = inOrder.get(i - 1);
            final Read read = inOrder.get(i);
            final boolean isSameSeq = before.seq() == read.seq();
            if (isSameSeq ? before.timestamp() != read.timestamp() : before.timestamp() > read.timestamp()) {
                violated(
                        "POSITION",
                        "seq=" + before.seq() + " at " + before.timestamp() + ", seq=" + read.seq() + " at "
                                + read.timestamp());
            }
        }
    }
}
