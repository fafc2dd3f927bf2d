// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.audit;

import io.partita.examples.json.FlagNames;
import io.partita.examples.json.Json;
import io.partita.examples.json.RowWriter;
import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.wire.AccountCommandDecoder;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.ControlBodies;
import io.partita.ledger.wire.CreditLimitCommandDecoder;
import io.partita.ledger.wire.ResolveCommandDecoder;
import io.partita.ledger.wire.TransferCommandDecoder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** Prints journal records as JSON lines, all of them or those that name an account or an id. */
public final class RecordPrinter {
    private final @Nullable Id128 account;
    private final @Nullable Id128 id;
    private final BatchDecoder commands = new BatchDecoder();

    /**
     * A printer.
     *
     * @param account only commands that name this account; null for all.
     * @param id only commands with this id, and those that post or void the transfer with this id; null for all.
     */
    public RecordPrinter(final @Nullable Id128 account, final @Nullable Id128 id) {
        this.account = account;
        this.id = id;
    }

    /**
     * Prints a record.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return one line of JSON; null if nothing of the record was asked for.
     */
    public @Nullable String print(final DirectBuffer buffer, final int offset) {
        final RecordType type = RecordType.of(RecordDescriptor.type(buffer, offset));
        final List<Object> shown = type == RecordType.COMMANDS ? commandsOf(buffer, offset) : List.of();
        if ((account != null || id != null) && shown.isEmpty()) {
            return null;
        }
        final Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("seq", RecordDescriptor.seq(buffer, offset));
        line.put("epoch", RecordDescriptor.epoch(buffer, offset));
        line.put("type", type.name());
        line.put("timestamp", RowWriter.number(0, RecordDescriptor.timestamp(buffer, offset)));
        line.put("deadline", RowWriter.number(0, RecordDescriptor.deadline(buffer, offset)));
        line.put("options", FlagNames.OPTION.namesOf(RecordDescriptor.options(buffer, offset)));
        line.put("count", RecordDescriptor.count(buffer, offset));
        line.put("length", RecordDescriptor.length(buffer, offset));
        line.put("crc32c", String.format("%08x", RecordDescriptor.crc(buffer, offset)));
        line.put("chain", String.format("%016x", RecordDescriptor.chain(buffer, offset)));
        if (type == RecordType.COMMANDS) {
            line.put("commands", shown);
        } else if (type == RecordType.USER) {
            final byte[] body = new byte[RecordDescriptor.bodyLength(buffer, offset)];
            buffer.getBytes(offset + RecordDescriptor.HEADER_LENGTH, body);
            line.put("body", HexFormat.of().formatHex(body));
        } else if (type == RecordType.OPERATOR) {
            line.put("operator", operatorOf(buffer, offset + RecordDescriptor.HEADER_LENGTH));
        } else if (type == RecordType.LOGIC_VERSION) {
            line.put("logicVersion", RecordDescriptor.logicVersion(buffer, offset));
        }
        return Json.write(line);
    }

    private static Map<String, @Nullable Object> operatorOf(final DirectBuffer buffer, final int bodyOffset) {
        final OperatorCommand command = ControlBodies.decodeOperator(buffer, bodyOffset);
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("kind", command.kindName());
        fields.put("who", command.who());
        fields.put("wallNs", RowWriter.number(0, command.wallNs()));
        fields.put("details", command.details());
        return fields;
    }

    private List<Object> commandsOf(final DirectBuffer buffer, final int offset) {
        final List<Object> shown = new ArrayList<>();
        commands.wrapRecord(buffer, offset);
        while (commands.next()) {
            final Map<String, @Nullable Object> command = new LinkedHashMap<>();
            command.put("index", commands.index());
            if (put(command)) {
                shown.add(command);
            }
        }
        return shown;
    }

    /** Adds the command that the decoder stands on under the name of its kind; false if it was not asked for. */
    private boolean put(final Map<String, @Nullable Object> command) {
        switch (commands.kind()) {
            case CommandKind.CREATE_ACCOUNT -> {
                final AccountCommandDecoder created = commands.account();
                command.put("createAccount", accountOf(created));
                return isAsked(created.idHi(), created.idLo()) && isOfAccount(created.idHi(), created.idLo());
            }
            case CommandKind.CREATE_TRANSFER -> {
                final TransferCommandDecoder created = commands.transfer();
                command.put("createTransfer", transferOf(created));
                return (isAsked(created.idHi(), created.idLo())
                                || isAsked(created.pendingIdHi(), created.pendingIdLo()))
                        && (isOfAccount(created.debitAccountIdHi(), created.debitAccountIdLo())
                                || isOfAccount(created.creditAccountIdHi(), created.creditAccountIdLo()));
            }
            case CommandKind.SET_CREDIT_LIMIT -> {
                final CreditLimitCommandDecoder limit = commands.creditLimit();
                command.put("setCreditLimit", creditLimitOf(limit));
                return isAsked(limit.idHi(), limit.idLo()) && isOfAccount(limit.accountIdHi(), limit.accountIdLo());
            }
            case CommandKind.RESOLVE -> {
                final ResolveCommandDecoder resolve = commands.resolve();
                command.put("resolve", resolveOf(resolve));
                return isAsked(resolve.transferIdHi(), resolve.transferIdLo()) && account == null;
            }
            default -> {
                command.put("kind", commands.kind());
                return account == null && id == null;
            }
        }
    }

    private boolean isAsked(final long idHi, final long idLo) {
        return id == null || id.hi() == idHi && id.lo() == idLo;
    }

    private boolean isOfAccount(final long idHi, final long idLo) {
        return account == null || account.hi() == idHi && account.lo() == idLo;
    }

    private static Map<String, @Nullable Object> accountOf(final AccountCommandDecoder command) {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", RowWriter.number(command.idHi(), command.idLo()));
        fields.put("ledger", command.ledger() & 0xFFFF_FFFFL);
        fields.put("code", command.code());
        fields.put("flags", FlagNames.ACCOUNT.namesOf(command.flags()));
        putIfSet(fields, "flagsPadding", 0, command.flags() >>> FlagNames.ACCOUNT.count());
        fields.put("creditLimit", RowWriter.number(command.creditLimitHi(), command.creditLimitLo()));
        fields.put("userData128", RowWriter.number(command.userData128Hi(), command.userData128Lo()));
        fields.put("userData64", RowWriter.number(0, command.userData64()));
        fields.put("userData32", command.userData32() & 0xFFFF_FFFFL);
        fields.put("timestamp", RowWriter.number(0, command.timestamp()));
        putIfSet(fields, "reserved", 0, command.reserved() & 0xFFFF_FFFFL);
        putIfSet(fields, "debitsPending", command.debitsPendingHi(), command.debitsPendingLo());
        putIfSet(fields, "debitsPosted", command.debitsPostedHi(), command.debitsPostedLo());
        putIfSet(fields, "creditsPending", command.creditsPendingHi(), command.creditsPendingLo());
        putIfSet(fields, "creditsPosted", command.creditsPostedHi(), command.creditsPostedLo());

        return fields;
    }

    private static Map<String, @Nullable Object> transferOf(final TransferCommandDecoder command) {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", RowWriter.number(command.idHi(), command.idLo()));
        fields.put("debitAccountId", RowWriter.number(command.debitAccountIdHi(), command.debitAccountIdLo()));
        fields.put("creditAccountId", RowWriter.number(command.creditAccountIdHi(), command.creditAccountIdLo()));
        fields.put("amount", RowWriter.number(command.amountHi(), command.amountLo()));
        fields.put("ledger", command.ledger() & 0xFFFF_FFFFL);
        fields.put("code", command.code());
        fields.put("flags", FlagNames.TRANSFER.namesOf(command.flags()));
        putIfSet(fields, "flagsPadding", 0, command.flags() >>> FlagNames.TRANSFER.count());
        fields.put("pendingId", RowWriter.number(command.pendingIdHi(), command.pendingIdLo()));
        fields.put("timeout", command.timeout() & 0xFFFF_FFFFL);
        fields.put("userData128", RowWriter.number(command.userData128Hi(), command.userData128Lo()));
        fields.put("userData64", RowWriter.number(0, command.userData64()));
        fields.put("userData32", command.userData32() & 0xFFFF_FFFFL);
        fields.put("timestamp", RowWriter.number(0, command.timestamp()));

        return fields;
    }

    private static Map<String, @Nullable Object> creditLimitOf(final CreditLimitCommandDecoder command) {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", RowWriter.number(command.idHi(), command.idLo()));
        fields.put("accountId", RowWriter.number(command.accountIdHi(), command.accountIdLo()));
        fields.put("creditLimit", RowWriter.number(command.creditLimitHi(), command.creditLimitLo()));
        putFlags(fields, command.flags());

        return fields;
    }

    private static Map<String, @Nullable Object> resolveOf(final ResolveCommandDecoder command) {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", RowWriter.number(command.transferIdHi(), command.transferIdLo()));
        putFlags(fields, command.flags());

        return fields;
    }

    private static void putFlags(final Map<String, @Nullable Object> fields, final int flags) {
        fields.put("flags", FlagNames.COMMAND.namesOf(flags));
        putIfSet(fields, "flagsPadding", 0, flags >>> FlagNames.COMMAND.count());
    }

    /** Fields that must be 0 are worth a word only where they are not. */
    private static void putIfSet(
            final Map<String, @Nullable Object> fields, final String name, final long hi, final long lo) {
        if ((hi | lo) != 0) {
            fields.put(name, RowWriter.number(hi, lo));
        }
    }
}
