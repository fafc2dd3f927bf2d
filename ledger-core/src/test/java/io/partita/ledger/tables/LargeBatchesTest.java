// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.engine.Recovery;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.journal.MemoryJournal;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches, chains and TICKs as long as they may be; a table of them would be long, too. */
class LargeBatchesTest {
    private static final int MOST = Limits.BATCH_COMMANDS_MAX;
    private static final long START = 1_000_000_000_000L;

    private final StateLedger ledger = new StateLedger();
    private final TableNumbers numbers = new TableNumbers();
    private long now = START;

    @BeforeEach
    void createAccounts() {
        assertEquals(
                Collections.nCopies(3, ResultCode.CREATED),
                apply(List.of(
                        "account id=1",
                        "account id=2",
                        "account id=3 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=10")));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void shouldTakeAChainOfAWholeBatchOrNothingOfIt() {
        final List<String> lines = new ArrayList<>();
        for (int i = 1; i < MOST; i++) {
            final String kind = i % 3 == 0 ? "|PENDING timeout=1" : "";
            lines.add("transfer debit=1 credit=2 amount=1 id=" + i + " flags=LINKED" + kind);
        }
        final List<String> before = ledger.dump();

        final List<String> failing = new ArrayList<>(lines);
        failing.add("transfer id=8190 debit=1 credit=1");
        final List<ResultCode> expected =
                new ArrayList<>(Collections.nCopies(MOST - 1, ResultCode.LINKED_EVENT_FAILED));
        expected.add(ResultCode.ACCOUNTS_MUST_BE_DIFFERENT);
        assertEquals(expected, apply(failing));
        assertEquals("0 0 0 0", TableRows.balances(ledger.account(BigInteger.ONE)));
        assertEquals(0, ledger.dueCount(Long.MAX_VALUE));
        assertEquals(before, ledger.dump());

        lines.add("transfer id=8190 debit=1 credit=2 amount=1");
        assertEquals(Collections.nCopies(MOST, ResultCode.CREATED), apply(lines));
        assertEquals(
                MOST / 3 - 1 + " " + (MOST - MOST / 3 + 1) + " 0 0",
                TableRows.balances(ledger.account(BigInteger.ONE)));
        assertEquals(List.of(), ledger.violations());
    }

    @Test
    void shouldFailAWholeBatchForAnOpenChain() {
        final List<String> lines = new ArrayList<>();
        for (int i = 1; i <= MOST; i++) {
            lines.add("transfer debit=1 credit=2 amount=1 id=" + i + " flags=LINKED");
        }
        final List<ResultCode> expected =
                new ArrayList<>(Collections.nCopies(MOST - 1, ResultCode.LINKED_EVENT_FAILED));
        expected.add(ResultCode.LINKED_EVENT_CHAIN_OPEN);

        assertEquals(expected, apply(lines));
        assertEquals("0 0 0 0", TableRows.balances(ledger.account(BigInteger.TWO)));
    }

    @Test
    void shouldReleaseInAsManyTicksAsItTakes() {
        final List<String> lines = new ArrayList<>();
        for (int i = 1; i <= MOST; i++) {
            lines.add("transfer debit=1 credit=2 amount=1 flags=PENDING timeout=1 id=" + i);
        }
        apply(lines);
        apply(List.of("transfer debit=1 credit=2 amount=1 flags=PENDING timeout=1 id=9000"));
        final long base = now + 2_000_000_000L;
        assertEquals(Limits.EXPIRIES_PER_TICK_MAX, ledger.dueCount(base));

        ledger.tick(base + MOST, MOST);
        assertEquals(1, ledger.dueCount(base + MOST));
        assertEquals("1 0 0 0", TableRows.balances(ledger.account(BigInteger.ONE)));
        ledger.tick(base + MOST + 1, 1);
        assertEquals("0 0 0 0", TableRows.balances(ledger.account(BigInteger.ONE)));
        final List<BigInteger> released = ledger.expired();
        assertEquals(MOST + 1, released.size());
        assertEquals(BigInteger.ONE, released.get(0));
        assertEquals(BigInteger.valueOf(9000), released.get(MOST));
        assertEquals(List.of(), ledger.violations());
    }

    @Test
    void shouldReturnTheBalancesOfEveryCommandOfAWholeBatch() {
        final List<TableCommand> commands = new ArrayList<>();
        for (int i = 1; i <= MOST; i++) {
            commands.add(TableCommand.parse("transfer debit=3 credit=2 amount=1 id=" + i, numbers));
        }
        now += MOST;
        final List<TableLedger.Result> results = ledger.apply(now, 0, true, commands);
        for (int i = 0; i < MOST; i++) {
            final int n = i + 1;
            final String touched = n <= 10 ? "3: 0 " + n + " 0 0 | 2: 0 0 0 " + n : "";
            assertEquals(touched, results.get(i).touched());
            assertEquals(
                    n <= 10 ? ResultCode.CREATED : ResultCode.EXCEEDS_CREDITS,
                    results.get(i).code());
        }
    }

    @Test
    void shouldReplayAWholeBatchWithBalances() {
        shouldReturnTheBalancesOfEveryCommandOfAWholeBatch();
        try (MemoryJournal journal = new MemoryJournal(StateLedger.CLUSTER);
                LedgerStateMachine again = new LedgerStateMachine(StateConfig.defaults())) {
            for (final byte[] record : ledger.records()) {
                journal.append(new UnsafeBuffer(record), 0, record.length);
            }
            try (JournalReader reader = journal.reader(1)) {
                Recovery.replay(reader, again, Long.MAX_VALUE);
            }
            assertEquals(ledger.digests(), Long.toHexString(again.runningDigest()) + " " + again.stateDigest());
        }
    }

    private List<ResultCode> apply(final List<String> lines) {
        now += lines.size();
        return ledger
                .apply(
                        now,
                        0,
                        false,
                        lines.stream()
                                .map(line -> TableCommand.parse(line, numbers))
                                .toList())
                .stream()
                .map(TableLedger.Result::code)
                .toList();
    }
}
