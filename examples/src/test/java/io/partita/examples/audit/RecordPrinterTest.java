// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.OperatorKind;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.wire.ControlBodies;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Records that no embedded node writes. */
class RecordPrinterTest {
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[1024]);

    @Test
    void shouldShowWhatAnOperatorDidWhoAndWhen() {
        final int length = ControlBodies.encodeOperator(
                record,
                RecordDescriptor.HEADER_LENGTH,
                new OperatorCommand(OperatorKind.SWITCHOVER, "CN=\"älice\"", 1_767_225_600_000_000_000L, "to=b"));
        RecordDescriptor.writeHeader(record, 0, 9, 3, 50, RecordType.OPERATOR, 0, length);
        final String line = new RecordPrinter(null, null).print(record, 0);
        assertNotNull(line);
        assertTrue(
                line.endsWith("\"operator\":{\"kind\":\"SWITCHOVER\",\"who\":\"CN=\\\"älice\\\"\","
                        + "\"wallNs\":\"1767225600000000000\",\"details\":\"to=b\"}}"),
                line);
        assertNull(new RecordPrinter(new Id128(0, 1), null).print(record, 0), "it names no account");
    }

    @Test
    void shouldShowTheLogicVersionFromThereOn() {
        final int length = ControlBodies.encodeLogicVersion(record, RecordDescriptor.HEADER_LENGTH, 7);
        RecordDescriptor.writeHeader(record, 0, 9, 3, 50, RecordType.LOGIC_VERSION, 0, length);
        final String line = new RecordPrinter(null, null).print(record, 0);
        assertNotNull(line);
        assertEquals("\"logicVersion\":7}", line.substring(line.indexOf("\"logicVersion\"")));
    }
}
