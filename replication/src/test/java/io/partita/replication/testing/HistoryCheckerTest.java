// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.replication.testing.ClientHistory.Known;
import io.partita.replication.testing.ClientHistory.Read;
import io.partita.replication.testing.ClientHistory.Transfer;
import io.partita.replication.testing.HistoryChecker.Audited;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checker takes every history of a correct ledger, and none of a ledger with a bug. */
class HistoryCheckerTest {
    private static final int SEEDS = 60;

    @Test
    void shouldTakeWhatACorrectLedgerDoes() {
        int reads = 0;
        int unknown = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            final Model model = new Model(seed, Bug.NONE).run();
            assertEquals(List.of(), model.check(), "seed=" + seed);
            reads += model.history.reads().size();
            unknown += (int) model.history.transfers().stream()
                    .filter(transfer -> transfer.known() == Known.UNKNOWN)
                    .count();
        }
        assertTrue(reads > SEEDS && unknown > SEEDS, "reads=" + reads + " unknown=" + unknown);
    }

    @ParameterizedTest
    @EnumSource(value = Bug.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void shouldFindTheBug(final Bug bug) {
        int planted = 0;
        int found = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            final Model model = new Model(seed, bug).run();
            if (model.isPlanted) {
                planted++;
                final List<String> violations = model.check();
                found += violations.stream().anyMatch(violation -> violation.startsWith(bug.rule + ":")) ? 1 : 0;
            } else {
                assertEquals(List.of(), model.check(), "seed=" + seed);
            }
        }
        assertTrue(planted > SEEDS / 4, "planted=" + planted);
        assertEquals(planted, found, "each one that was planted");
    }

    /** What the model's ledger does wrong, once in a run, where a client can notice. */
    enum Bug {
        NONE(""),
        /** A linearizable read of a node that does not know that it was deposed. */
        STALE_READ("STALE"),
        /** A linearizable read from before what an earlier read saw. */
        READ_GOES_BACK("STALE"),
        /** An answered transfer is gone after a failover, for reads too. */
        LOST_WRITE("LOST"),
        /** A refused transfer took effect. */
        REFUSED_WRITE("INVENTED"),
        /** A retry was applied again. */
        DOUBLED_WRITE("VALUE"),
        /** A read shows one side of a transfer. */
        TORN_READ("VALUE"),
        /** A read has what is submitted later only. */
        TIME_TRAVEL("FUTURE"),
        /** A later transfer is ordered before an answered one. */
        REORDERED("ORDER"),
        /** A standby ignores the token. */
        IGNORED_TOKEN("TOKEN"),
        /** Two nodes have different records at one position. */
        SPLIT("POSITION");

        private final String rule;

        Bug(final String rule) {
            this.rule = rule;
        }
    }

    /** A ledger of a few accounts and its clients, one step of one of them at a time. */
    private static final class Model {
        private static final int ACCOUNTS = 4;
        private static final int CLIENTS = 4;
        private static final int STEPS = 400;

        private final ClientHistory history = new ClientHistory();
        private final SplittableRandom random;
        private final Bug bug;
        private final List<State> states = new ArrayList<>();
        private final List<Session> sessions = new ArrayList<>();
        private final Map<Long, Audited> audit = new HashMap<>();
        private long nextId = 1;
        private boolean isPlanted;
        /** The highest position that anybody was told, and that a read told. */
        private int answeredSeq;

        private int readSeq;

        Model(final long seed, final Bug bug) {
            this.bug = bug;
            random = new SplittableRandom(seed);
            states.add(new State(0, new long[ACCOUNTS + 1], new long[ACCOUNTS + 1]));
            for (int i = 0; i < CLIENTS; i++) {
                sessions.add(new Session(history.client()));
            }
        }

        Model run() {
            for (int step = 0; step < STEPS; step++) {
                sessions.get(random.nextInt(CLIENTS)).step();
            }
            sessions.forEach(Session::finish);
            return this;
        }

        List<String> check() {
            return HistoryChecker.check(history, ACCOUNTS, audit);
        }

        private int lastSeq() {
            return states.size() - 1;
        }

        private boolean plant(final Bug wanted, final boolean isNoticed) {
            if (bug != wanted || isPlanted || !isNoticed || states.size() < 20) {
                return false;
            }
            isPlanted = true;
            return true;
        }

        private record State(long timestamp, long[] debits, long[] credits) {
            State with(final Transfer transfer, final long newTimestamp, final int times) {
                final long[] newDebits = debits.clone();
                final long[] newCredits = credits.clone();
                newDebits[transfer.debit()] += times * transfer.amount();
                newCredits[transfer.credit()] += times * transfer.amount();
                return new State(newTimestamp, newDebits, newCredits);
            }
        }

        private void apply(final Transfer transfer, final long timestamp, final int times) {
            states.add(states.get(lastSeq()).with(transfer, timestamp, times));
            audit.put(
                    transfer.id(),
                    new Audited(transfer.id(), transfer.debit(), transfer.credit(), transfer.amount(), timestamp));
        }

        /** A client with one operation at a time: invoked, executed, returned. */
        private final class Session {
            private final ClientHistory.Client client;
            private Transfer transfer;
            private Read read;
            private boolean isExecuted;
            private int seenSeq;

            Session(final ClientHistory.Client client) {
                this.client = client;
            }

            void step() {
                if (transfer == null && read == null) {
                    invoke();
                } else if (!isExecuted) {
                    execute();
                } else {
                    answer();
                }
            }

            private void finish() {
                while (transfer != null || read != null) {
                    step();
                }
            }

            private void invoke() {
                isExecuted = false;
                final long now = history.tick();
                if (random.nextInt(2) == 0) {
                    final int debit = 1 + random.nextInt(ACCOUNTS);
                    final int credit = 1 + (debit + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
                    final long amount = 1 + random.nextInt(99);
                    transfer =
                            new Transfer(client.index(), nextId++, debit, credit, amount, now, 0, Known.UNKNOWN, 0, 0);
                } else {
                    final boolean isLinearizable = random.nextBoolean();
                    read = new Read(
                            client.index(),
                            isLinearizable,
                            isLinearizable ? 0 : seenSeq,
                            now,
                            0,
                            answeredSeq, // the least that a linearizable one may see
                            readSeq,
                            new long[0],
                            new long[0]);
                }
            }

            private void execute() {
                isExecuted = true;
                if (transfer != null) {
                    write();
                    return;
                }
                int seq = read.isLinearizable() ? lastSeq() : random.nextInt(seenSeq, states.size());
                final int answered = (int) read.seq();
                final int seen = (int) read.timestamp();
                if (plant(Bug.STALE_READ, read.isLinearizable() && isBefore(answered))) {
                    seq = answered - 1;
                } else if (plant(Bug.READ_GOES_BACK, read.isLinearizable() && isBefore(seen))) {
                    seq = seen - 1;
                } else if (plant(Bug.IGNORED_TOKEN, !read.isLinearizable() && isBefore(seenSeq))) {
                    seq = seenSeq - 1;
                }
                final State state = states.get(seq);
                read(seq, state.timestamp(), state.debits(), state.credits());
            }

            private boolean isBefore(final int seq) {
                return seq > 0;
            }

            private void read(final int seq, final long timestamp, final long[] debits, final long[] credits) {
                read = new Read(
                        client.index(),
                        read.isLinearizable(),
                        read.minSeq(),
                        read.invoked(),
                        0,
                        seq,
                        timestamp,
                        debits,
                        credits);
                seenSeq = Math.max(seenSeq, seq);
            }

            private void write() {
                final int fate = random.nextInt(10);
                final long last = states.get(lastSeq()).timestamp();
                long timestamp = last + 10;
                if (fate == 0) {
                    end(Known.REFUSED, 0);
                    if (plant(Bug.REFUSED_WRITE, true)) {
                        apply(transfer, timestamp, 1);
                    }
                    return;
                }
                if (fate == 1) {
                    end(Known.UNKNOWN, 0); // never sequenced, and nobody knows
                    return;
                }
                int times = 1;
                if (plant(Bug.DOUBLED_WRITE, true)) {
                    times = 2;
                } else if (plant(Bug.REORDERED, answeredBefore(transfer.invoked()))) {
                    timestamp = 5; // before the first
                }
                if (plant(Bug.LOST_WRITE, fate > 2)) {
                    end(Known.APPLIED, timestamp);
                    return;
                }
                apply(transfer, timestamp, times);
                end(fate == 2 ? Known.UNKNOWN : Known.APPLIED, timestamp);
            }

            private boolean answeredBefore(final long tick) {
                return history.transfers().stream()
                        .anyMatch(other -> other.known() == Known.APPLIED && other.returned() < tick);
            }

            private void end(final Known known, final long timestamp) {
                transfer = new Transfer(
                        client.index(),
                        transfer.id(),
                        transfer.debit(),
                        transfer.credit(),
                        transfer.amount(),
                        transfer.invoked(),
                        0,
                        known,
                        known == Known.APPLIED ? timestamp : 0,
                        known == Known.APPLIED ? lastSeq() : 0);
            }

            private void answer() {
                final long now = history.tick();
                if (transfer != null) {
                    final boolean isKnown = transfer.known() != Known.UNKNOWN;
                    client.add(new Transfer(
                            client.index(),
                            transfer.id(),
                            transfer.debit(),
                            transfer.credit(),
                            transfer.amount(),
                            transfer.invoked(),
                            isKnown ? now : ClientHistory.NEVER,
                            transfer.known(),
                            transfer.timestamp(),
                            transfer.seq()));
                    answeredSeq = Math.max(answeredSeq, (int) transfer.seq());
                    seenSeq = Math.max(seenSeq, (int) transfer.seq());
                    transfer = null;
                    return;
                }
                final long[] debits = read.debits().clone();
                final long[] credits = read.credits().clone();
                long timestamp = read.timestamp();
                if (plant(Bug.TORN_READ, true)) {
                    debits[1]++;
                } else if (plant(Bug.SPLIT, readSeq == read.seq() && read.seq() > 0)) {
                    timestamp++;
                }
                client.add(new Read(
                        client.index(),
                        read.isLinearizable(),
                        read.minSeq(),
                        read.invoked(),
                        now,
                        read.seq(),
                        timestamp,
                        debits,
                        credits));
                if (plant(Bug.TIME_TRAVEL, read.seq() == lastSeq())) {
                    travel();
                }
                answeredSeq = Math.max(answeredSeq, (int) read.seq());
                readSeq = Math.max(readSeq, (int) read.seq());
                read = null;
            }

            /** What is invoked only now gets a timestamp that the read that has just returned covers. */
            private void travel() {
                final long timestamp = read.timestamp() - 5;
                final Transfer late = new Transfer(
                        client.index(),
                        nextId++,
                        1,
                        2,
                        1,
                        history.tick(),
                        history.tick(),
                        Known.APPLIED,
                        timestamp,
                        lastSeq());
                client.add(late);
                audit.put(late.id(), new Audited(late.id(), 1, 2, 1, timestamp));
            }
        }
    }
}
