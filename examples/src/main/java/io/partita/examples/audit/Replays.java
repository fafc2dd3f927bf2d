// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.audit;

import io.partita.examples.json.RowWriter;
import io.partita.ledger.state.LedgerStateMachine;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a replay stands, as a JSON object. */
public final class Replays {
    private Replays() {}

    /**
     * Position, counts and digests.
     *
     * @param replay that has run.
     * @return the fields.
     */
    public static Map<String, @Nullable Object> position(final FolderReplay replay) {
        final LedgerStateMachine machine = replay.machine();
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("seq", machine.appliedSeq());
        fields.put("epoch", replay.lastEpoch());
        fields.put("timestamp", RowWriter.number(0, machine.lastTimestamp()));
        fields.put("accounts", machine.accountCount());
        fields.put("transfers", machine.transferCount());
        fields.put("burntIds", machine.burntIdCount());
        fields.put("runningDigest", runningDigest(replay));
        fields.put("stateDigest", machine.stateDigest().toString());

        return fields;
    }

    /**
     * The running digest in the form in which it is printed.
     *
     * @param replay that has run.
     * @return 16 hexadecimal digits.
     */
    public static String runningDigest(final FolderReplay replay) {
        return String.format("%016x", replay.machine().runningDigest());
    }
}
