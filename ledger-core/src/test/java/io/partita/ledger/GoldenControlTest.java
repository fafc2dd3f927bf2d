// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.OperatorKind;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.wire.ControlBodies;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Control records, byte by byte, with checksum, chain and digests: what a journal of an embedded node does not have. */
class GoldenControlTest {
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[1024]);
    private final CRC32C checksum = new CRC32C();
    private final LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults());
    private final List<String> lines = new ArrayList<>();
    private long chain = RecordDescriptor.genesisChain(0x676f6c64L, 2);
    private long seq;

    @Test
    void shouldWriteAndApplyControlRecordsAsEver() throws IOException {
        final int body = RecordDescriptor.HEADER_LENGTH;
        add(
                RecordType.EPOCH_START,
                ControlBodies.encodeEpochStart(record, body, new ControlBodies.EpochStart("node-a", 1, chain, 1)));
        add(RecordType.OPERATOR, ControlBodies.encodeOperator(record, body, command(OperatorKind.SWITCHOVER)));
        add(RecordType.OPERATOR, ControlBodies.encodeOperator(record, body, command(OperatorKind.ACCEPT_LOSS)));
        add(RecordType.OPERATOR, ControlBodies.encodeOperator(record, body, command(OperatorKind.RAISE_LOGIC_VERSION)));
        add(RecordType.OPERATOR, ControlBodies.encodeOperator(record, body, command(OperatorKind.LEAVE)));
        add(RecordType.LOGIC_VERSION, ControlBodies.encodeLogicVersion(record, body, 1));
        lines.add("running " + Long.toHexString(ledger.runningDigest()) + " state " + ledger.stateDigest());
        ledger.close();
        try (InputStream text = GoldenControlTest.class.getResourceAsStream("/golden/control.txt")) {
            assertEquals(new String(text.readAllBytes(), StandardCharsets.UTF_8), String.join("\n", lines) + "\n");
        }
    }

    private static OperatorCommand command(final OperatorKind kind) {
        return new OperatorCommand(kind, "CN=älice,O=Bank", 1_767_225_600_000_000_000L, "node=b seq=12 epoch=3");
    }

    private void add(final RecordType type, final int bodyLength) {
        seq++;
        final int length = RecordDescriptor.writeHeader(record, 0, seq, 1, 0, type, 0, bodyLength);
        RecordDescriptor.seal(checksum, record, 0, chain);
        assertTrue(RecordDescriptor.isIntact(checksum, record, 0, length));
        chain = RecordDescriptor.chain(record, 0);
        ledger.apply(record, 0);
        final byte[] bytes = new byte[length];
        record.getBytes(0, bytes);
        lines.add(type + " " + trimmed(HexFormat.of().formatHex(bytes)));
    }

    /** Zeros at the end say nothing: the length is in the header. */
    private static String trimmed(final String hex) {
        return hex.replaceFirst("(00)+$", "");
    }
}
