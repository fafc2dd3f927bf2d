// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.fees;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.client.AsyncLedger;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.UserResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FeesTest {
    private static final long PAYER = 2;
    private static final long MERCHANT = 3;

    @TempDir
    Path folder;

    private final UnsafeBuffer command = new UnsafeBuffer(new byte[FeeCommands.PAY_LENGTH]);

    @Test
    void shouldTakeTheRateOfItsPlaceInTheJournalAndAnswerARetryAsTheFirstTime() {
        final byte[] before;
        try (Ledger ledger = launched()) {
            accounts(ledger);
            assertEquals("DONE 0", submit(ledger, FeeCommands.setRate(command, 1, 150)));
            assertEquals("DONE 0 fee 18", submit(ledger, pay(7, PAYER, MERCHANT, 1250)));
            assertEquals("DONE 0", submit(ledger, FeeCommands.setRate(command, 2, 200)));
            assertEquals("DONE 0 fee 18", submit(ledger, pay(7, PAYER, MERCHANT, 1250)));
            assertEquals("DONE 0", submit(ledger, FeeCommands.setRate(command, 2, 200)), "as the first time");
            assertEquals("REFUSED -5", submit(ledger, FeeCommands.setRate(command, 1, 150)), "late, and out of date");
            assertEquals("DONE 0 fee 25", submit(ledger, pay(8, PAYER, MERCHANT, 1250)));
            assertEquals(
                    List.of(43L, 2500L, 2457L), List.of(credits(ledger, 1), debits(ledger, 2), credits(ledger, 3)));
            before = digest(ledger);
        }
        try (Ledger ledger = launched()) {
            assertEquals(Arrays.toString(before), Arrays.toString(digest(ledger)));
            assertEquals("DONE 0 fee 25", submit(ledger, pay(9, PAYER, MERCHANT, 1250)), "the rate was replayed");
        }
    }

    @Test
    void shouldRefuseWhatIsWrongAndPostNothing() {
        try (Ledger ledger = launched()) {
            accounts(ledger);
            submit(ledger, FeeCommands.setRate(command, 1, 150));
            submit(ledger, pay(7, PAYER, MERCHANT, 1250));
            assertEquals("REFUSED -2", submit(ledger, FeeCommands.setRate(command, 2, 10_001)));
            assertEquals("REFUSED -5", submit(ledger, FeeCommands.setRate(command, 3, 200)), "version 2 is missing");
            assertEquals("REFUSED -5", submit(ledger, FeeCommands.setRate(command, 1, 200)));
            assertEquals("REFUSED -2", submit(ledger, pay(8, PAYER, MERCHANT, 0)));
            assertEquals("REFUSED -2", submit(ledger, pay(8, PAYER, MERCHANT, Long.MAX_VALUE)));
            assertEquals("REFUSED -3", submit(ledger, pay(7, PAYER, MERCHANT, 1251)));
            assertEquals("REFUSED -3", submit(ledger, pay(7, PAYER, FeeLogic.HOUSE, 1250)));
            assertEquals("REFUSED -4", submit(ledger, pay(9, PAYER, 99, 1250)), "no such merchant");
            assertEquals("REFUSED -4", submit(ledger, pay(9, PAYER, MERCHANT, 1250)), "the answer does not flip");
            assertEquals("REFUSED -1", submit(ledger, 8));
            assertEquals("REFUSED -1", submit(ledger, 0));
            assertEquals(1250, debits(ledger, PAYER));
        }
    }

    @Test
    void shouldRunTwice() {
        final String first = run();
        final String second = run();
        assertTrue(first.contains("DONE 0, fee 18"), first);
        String again = first.replaceAll("seq \\d+", "").replaceFirst("DONE 0", "REFUSED -5"); // version 2 is in force
        assertEquals(again, second.replaceAll("seq \\d+", ""));
    }

    private int pay(final long id, final long payer, final long merchant, final long amount) {
        return FeeCommands.pay(command, id, payer, merchant, amount);
    }

    private Ledger launched() {
        return Ledger.launch(new LedgerContext().directory(folder).userLogic(new FeeLogic()));
    }

    private static void accounts(final Ledger ledger) {
        ledger.async()
                .submit(batch -> {
                    for (long id = 1; id <= 3; id++) {
                        batch.commands().addAccount(0, id, FeeLogic.BOOK, 1, 0);
                    }
                })
                .join();
    }

    private String submit(final Ledger ledger, final int length) {
        final UserResult result = ledger.async()
                .submit(
                        BatchKind.USER_COMMAND,
                        batch -> batch.putUserCommand(command, 0, length, FeeCommands.TIMESTAMPS))
                .join()
                .userResult();
        final String fee = result.replyLength() == 0
                ? ""
                : " fee " + result.replyBuffer().getLong(result.replyOffset(), ByteOrder.LITTLE_ENDIAN);
        return result.status() + " " + result.code() + fee;
    }

    private static long credits(final Ledger ledger, final long id) {
        return account(ledger, id).creditsPostedLo();
    }

    private static long debits(final Ledger ledger, final long id) {
        return account(ledger, id).debitsPostedLo();
    }

    private static AccountView account(final Ledger ledger, final long id) {
        final AsyncLedger.Answer answer = ledger.async()
                .submit(BatchKind.LOOKUP_ACCOUNTS, batch -> batch.addId(0, id))
                .join();
        return new AccountView().wrap(new UnsafeBuffer(answer.raw()), Long.BYTES);
    }

    private static byte[] digest(final Ledger ledger) {
        return ledger.async().submit(BatchKind.DIGEST, batch -> {}).join().raw();
    }

    private String run() {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final PrintStream stdout = System.out;
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            Fees.main(new String[] {folder.resolve("fees").toString()});
        } finally {
            System.setOut(stdout);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
