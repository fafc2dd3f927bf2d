// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.testing;

import static io.partita.ledger.model.ResultCode.ACCOUNTS_MUST_BE_DIFFERENT;
import static io.partita.ledger.model.ResultCode.ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER;
import static io.partita.ledger.model.ResultCode.CODE_MUST_NOT_BE_ZERO;
import static io.partita.ledger.model.ResultCode.CREATED;
import static io.partita.ledger.model.ResultCode.CREDITS_PENDING_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.CREDITS_POSTED_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.CREDIT_ACCOUNT_ALREADY_CLOSED;
import static io.partita.ledger.model.ResultCode.CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
import static io.partita.ledger.model.ResultCode.CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
import static io.partita.ledger.model.ResultCode.CREDIT_ACCOUNT_NOT_FOUND;
import static io.partita.ledger.model.ResultCode.CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT;
import static io.partita.ledger.model.ResultCode.DEBITS_PENDING_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.DEBITS_POSTED_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.DEBIT_ACCOUNT_ALREADY_CLOSED;
import static io.partita.ledger.model.ResultCode.DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
import static io.partita.ledger.model.ResultCode.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
import static io.partita.ledger.model.ResultCode.DEBIT_ACCOUNT_NOT_FOUND;
import static io.partita.ledger.model.ResultCode.EXCEEDS_CREDITS;
import static io.partita.ledger.model.ResultCode.EXCEEDS_DEBITS;
import static io.partita.ledger.model.ResultCode.EXISTS;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_AMOUNT;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_CODE;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_CREDIT_LIMIT;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_FLAGS;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_LEDGER;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_PENDING_ID;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_TIMEOUT;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_128;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_32;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_64;
import static io.partita.ledger.model.ResultCode.EXPIRED;
import static io.partita.ledger.model.ResultCode.FLAGS_ARE_MUTUALLY_EXCLUSIVE;
import static io.partita.ledger.model.ResultCode.ID_ALREADY_FAILED;
import static io.partita.ledger.model.ResultCode.ID_MUST_NOT_BE_INT_MAX;
import static io.partita.ledger.model.ResultCode.ID_MUST_NOT_BE_ZERO;
import static io.partita.ledger.model.ResultCode.LEDGER_MUST_NOT_BE_ZERO;
import static io.partita.ledger.model.ResultCode.OVERFLOWS_CREDITS_POSTED;
import static io.partita.ledger.model.ResultCode.OVERFLOWS_DEBITS_POSTED;
import static io.partita.ledger.model.ResultCode.PENDING_ID_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.RESERVED_FIELD;
import static io.partita.ledger.model.ResultCode.RESERVED_FLAG;
import static io.partita.ledger.model.ResultCode.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
import static io.partita.ledger.model.ResultCode.TIMESTAMP_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS;

import io.partita.ledger.model.ResultCode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ledger's rules once more, as naively as they can be written: big integers, sorted maps, a list of checks per command. It
 * shares no code with the state machine but the names of the result codes.
 */
public final class NaiveLedger {
    private static final int LIMITED_CREDITS = 2;
    private static final int LIMITED_DEBITS = 4;
    private static final int CLOSED = 32;

    /** An account and its balances. */
    public static final class Account {
        public final Command created;
        public final long timestamp;
        public BigInteger debitsPosted = BigInteger.ZERO;
        public BigInteger creditsPosted = BigInteger.ZERO;

        Account(Command created, long timestamp) {
            this.created = created;
            this.timestamp = timestamp;
        }
    }

    /** A transfer and when it was. */
    public record Transfer(Command created, long timestamp) {}

    /** The result of one command. {@code touched} is empty, or the debit and the credit account. */
    public record Result(ResultCode code, long timestamp) {}

    public final TreeMap<BigInteger, Account> accounts = new TreeMap<>();
    public final TreeMap<BigInteger, Transfer> transfers = new TreeMap<>();
    public final TreeSet<BigInteger> burnt = new TreeSet<>();
    public long lastTimestamp;
    public long runningDigest;

    public List<Result> apply(long stamp, long deadline, List<Command> batch) {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Command command = batch.get(i);
            long timestamp = stamp - batch.size() + i + 1;
            ResultCode code = code(command, timestamp, deadline != 0 && stamp > deadline);
            long answered = timestamp;
            if (code == EXISTS) {
                answered =
                        command.isTransfer ? transfers.get(command.id).timestamp() : accounts.get(command.id).timestamp;
            }
            boolean mayBurn = command.isTransfer && command.id.signum() > 0 && !command.id.equals(Command.MAX);
            if (code.burnsId() && mayBurn && !transfers.containsKey(command.id)) {
                burnt.add(command.id);
            }
            boolean posted = code == CREATED && command.isTransfer;
            runningDigest = NaiveDigests.running(
                    runningDigest,
                    answered,
                    code.code(),
                    posted ? accounts.get(command.debit) : null,
                    posted ? accounts.get(command.credit) : null);
            results.add(new Result(code, answered));
        }
        lastTimestamp = stamp;
        return results;
    }

    private ResultCode code(Command command, long timestamp, boolean expired) {
        if (expired) {
            return EXPIRED;
        }
        return command.isTransfer ? transfer(command, timestamp) : account(command, timestamp);
    }

    private ResultCode account(Command c, long timestamp) {
        if ((c.flags & 16) == 0 && c.timestamp != 0) return TIMESTAMP_MUST_BE_ZERO;
        if (c.reserved != 0) return RESERVED_FIELD;
        if ((c.flags & ~(2 | 4 | 8 | 32)) != 0) return RESERVED_FLAG;
        if (c.id.signum() == 0) return ID_MUST_NOT_BE_ZERO;
        if (c.id.equals(Command.MAX)) return ID_MUST_NOT_BE_INT_MAX;
        if (accounts.containsKey(c.id)) return compare(c, accounts.get(c.id).created);
        if ((c.flags & 2) != 0 && (c.flags & 4) != 0) return FLAGS_ARE_MUTUALLY_EXCLUSIVE;
        if (c.debitsPending.signum() != 0) return DEBITS_PENDING_MUST_BE_ZERO;
        if (c.debitsPosted.signum() != 0) return DEBITS_POSTED_MUST_BE_ZERO;
        if (c.creditsPending.signum() != 0) return CREDITS_PENDING_MUST_BE_ZERO;
        if (c.creditsPosted.signum() != 0) return CREDITS_POSTED_MUST_BE_ZERO;
        if (c.ledger == 0) return LEDGER_MUST_NOT_BE_ZERO;
        if (c.code == 0) return CODE_MUST_NOT_BE_ZERO;
        if (c.creditLimit.signum() != 0 && (c.flags & 2) == 0) return CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT;
        accounts.put(c.id, new Account(c, timestamp));
        return CREATED;
    }

    private static ResultCode compare(Command c, Command old) {
        if (c.flags != old.flags) return EXISTS_WITH_DIFFERENT_FLAGS;
        if (c.isTransfer) {
            if (!c.pendingId.equals(old.pendingId)) return EXISTS_WITH_DIFFERENT_PENDING_ID;
            if (c.timeout != old.timeout) return EXISTS_WITH_DIFFERENT_TIMEOUT;
            if (!c.debit.equals(old.debit)) return EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
            if (!c.credit.equals(old.credit)) return EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
            if (!c.amount.equals(old.amount)) return EXISTS_WITH_DIFFERENT_AMOUNT;
        }
        if (!c.userData128.equals(old.userData128)) return EXISTS_WITH_DIFFERENT_USER_DATA_128;
        if (c.userData64 != old.userData64) return EXISTS_WITH_DIFFERENT_USER_DATA_64;
        if (c.userData32 != old.userData32) return EXISTS_WITH_DIFFERENT_USER_DATA_32;
        if (c.ledger != old.ledger) return EXISTS_WITH_DIFFERENT_LEDGER;
        if (c.code != old.code) return EXISTS_WITH_DIFFERENT_CODE;
        if (!c.creditLimit.equals(old.creditLimit)) return EXISTS_WITH_DIFFERENT_CREDIT_LIMIT;
        return EXISTS;
    }

    private ResultCode transfer(Command c, long timestamp) {
        if ((c.flags & 256) == 0 && c.timestamp != 0) return TIMESTAMP_MUST_BE_ZERO;
        if (c.flags != 0) return RESERVED_FLAG;
        if (c.id.signum() == 0) return ID_MUST_NOT_BE_ZERO;
        if (c.id.equals(Command.MAX)) return ID_MUST_NOT_BE_INT_MAX;
        if (transfers.containsKey(c.id)) return compare(c, transfers.get(c.id).created());
        if (burnt.contains(c.id)) return ID_ALREADY_FAILED;
        if (c.debit.signum() == 0) return DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        if (c.debit.equals(Command.MAX)) return DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        if (c.credit.signum() == 0) return CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        if (c.credit.equals(Command.MAX)) return CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        if (c.debit.equals(c.credit)) return ACCOUNTS_MUST_BE_DIFFERENT;
        if (c.pendingId.signum() != 0) return PENDING_ID_MUST_BE_ZERO;
        if (c.timeout != 0) return TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
        if (c.ledger == 0) return LEDGER_MUST_NOT_BE_ZERO;
        if (c.code == 0) return CODE_MUST_NOT_BE_ZERO;
        Account debit = accounts.get(c.debit);
        Account credit = accounts.get(c.credit);
        if (debit == null) return DEBIT_ACCOUNT_NOT_FOUND;
        if (credit == null) return CREDIT_ACCOUNT_NOT_FOUND;
        if (debit.created.ledger != credit.created.ledger) return ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER;
        if (c.ledger != debit.created.ledger) return TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS;
        if ((debit.created.flags & CLOSED) != 0) return DEBIT_ACCOUNT_ALREADY_CLOSED;
        if ((credit.created.flags & CLOSED) != 0) return CREDIT_ACCOUNT_ALREADY_CLOSED;
        BigInteger debits = debit.debitsPosted.add(c.amount);
        BigInteger credits = credit.creditsPosted.add(c.amount);
        if (debits.compareTo(Command.MAX) > 0) return OVERFLOWS_DEBITS_POSTED;
        if (credits.compareTo(Command.MAX) > 0) return OVERFLOWS_CREDITS_POSTED;
        if ((debit.created.flags & LIMITED_CREDITS) != 0
                && debits.compareTo(debit.creditsPosted.add(debit.created.creditLimit)) > 0) return EXCEEDS_CREDITS;
        if ((credit.created.flags & LIMITED_DEBITS) != 0 && credits.compareTo(credit.debitsPosted) > 0)
            return EXCEEDS_DEBITS;
        debit.debitsPosted = debits;
        credit.creditsPosted = credits;
        transfers.put(c.id, new Transfer(c, timestamp));
        return CREATED;
    }
}
