// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.audit;

import io.partita.examples.json.FlagNames;
import io.partita.examples.json.Json;
import io.partita.examples.json.RowWriter;
import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.wire.AccountCommandDecoder;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.TransferCommandDecoder;
import java.util.ArrayList;
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
     * @param account only commands that create, debit or credit this account; null for all.
     * @param id only commands with this id; null for all.
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
        line.put("options", RecordDescriptor.options(buffer, offset));
        line.put("count", RecordDescriptor.count(buffer, offset));
        line.put("length", RecordDescriptor.length(buffer, offset));
        line.put("crc32c", String.format("%08x", RecordDescriptor.crc(buffer, offset)));
        line.put("chain", String.format("%016x", RecordDescriptor.chain(buffer, offset)));
        if (type == RecordType.COMMANDS) {
            line.put("commands", shown);
        }
        return Json.write(line);
    }

    private List<Object> commandsOf(final DirectBuffer buffer, final int offset) {
        final List<Object> shown = new ArrayList<>();
        commands.wrapRecord(buffer, offset);
        while (commands.next()) {
            final Map<String, @Nullable Object> command = new LinkedHashMap<>();
            command.put("index", commands.index());
            if (commands.kind() == CommandKind.CREATE_ACCOUNT) {
                final AccountCommandDecoder created = commands.account();
                if (isAsked(new Id128(created.idHi(), created.idLo()), null, null)) {
                    command.put("createAccount", accountOf(created));
                    shown.add(command);
                }
            } else if (commands.kind() == CommandKind.CREATE_TRANSFER) {
                final TransferCommandDecoder created = commands.transfer();
                if (isAsked(
                        new Id128(created.idHi(), created.idLo()),
                        new Id128(created.debitAccountIdHi(), created.debitAccountIdLo()),
                        new Id128(created.creditAccountIdHi(), created.creditAccountIdLo()))) {
                    command.put("createTransfer", transferOf(created));
                    shown.add(command);
                }
            } else if (account == null && id == null) {
                command.put("kind", commands.kind());
                shown.add(command);
            }
        }
        return shown;
    }

    private boolean isAsked(final Id128 own, final @Nullable Id128 debit, final @Nullable Id128 credit) {
        final boolean idFits = id == null || id.equals(own);
        final boolean accountFits = account == null
                || (debit == null ? account.equals(own) : account.equals(debit) || account.equals(credit));

        return idFits && accountFits;
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

    /** Fields that must be 0 are worth a word only where they are not. */
    private static void putIfSet(
            final Map<String, @Nullable Object> fields, final String name, final long hi, final long lo) {
        if ((hi | lo) != 0) {
            fields.put(name, RowWriter.number(hi, lo));
        }
    }
}
