// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.fees;

import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.client.AsyncLedger;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.wire.UserResult;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/** Sets a rate and pays with it. Run it twice: the same payments are answered as the first time, and the first rate is out of date. */
public final class Fees {
    private static final int BOOK = FeeLogic.BOOK;

    private Fees() {}

    /**
     * Runs the example.
     *
     * @param args the data folder; {@code fees-data} if none is given.
     */
    public static void main(final String[] args) {
        final Path folder = Path.of(args.length > 0 ? args[0] : "fees-data");
        try (Ledger ledger = Ledger.launch(new LedgerContext().directory(folder).userLogic(FeeLogic::new))) {
            final AsyncLedger async = ledger.async();
            async.submit(batch -> {
                        batch.commands().addAccount(0, FeeLogic.HOUSE, BOOK, 1, 0);
                        batch.commands().addAccount(0, 2, BOOK, 1, 0); // who pays
                        batch.commands().addAccount(0, 3, BOOK, 1, 0); // the merchant
                    })
                    .join();
            final UnsafeBuffer command = new UnsafeBuffer(new byte[FeeCommands.PAY_LENGTH]);
            print(async, command, FeeCommands.setRate(command, 1, 150)); // 1.5 %
            print(async, command, FeeCommands.pay(command, 7, 2, 3, 12_50));
            print(async, command, FeeCommands.setRate(command, 2, 200));
            print(async, command, FeeCommands.pay(command, 8, 2, 3, 12_50));
            print(async, command, FeeCommands.pay(command, 7, 2, 3, 12_50)); // as if the answer had been lost
        }
    }

    private static void print(final AsyncLedger async, final UnsafeBuffer command, final int length) {
        final AsyncLedger.Answer answer = async.submit(
                        BatchKind.USER_COMMAND,
                        batch -> batch.putUserCommand(command, 0, length, FeeCommands.TIMESTAMPS))
                .join();
        if (!answer.isOk()) { // try again, with the same id
            throw new IllegalStateException("no answer: " + answer);
        }
        final UserResult result = answer.userResult();
        final String fee = result.replyLength() == 0
                ? ""
                : ", fee " + result.replyBuffer().getLong(result.replyOffset(), ByteOrder.LITTLE_ENDIAN);
        System.out.println("seq " + answer.outcome() + ": " + result.status() + " " + result.code() + fee);
    }
}
