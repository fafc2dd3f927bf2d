// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What is written can be read, and nothing else. */
class CodecTest {
    private static final RegisterConfig CONFIG = new RegisterConfig(
            new Id128(1, -2),
            9,
            new Id128(3, 4),
            "node-a",
            123,
            7,
            "node-b",
            List.of(
                    new RegisterConfig.Member("node-a", new Id128(5, 6)),
                    new RegisterConfig.Member("node-b", new Id128(-1, -1))),
            100,
            -3,
            90,
            0x0F,
            Policy.CONSISTENCY,
            2,
            Durability.ACTIVE_FSYNC,
            List.of(
                    new RegisterConfig.NodeEntry("node-a", "127.0.0.1:4711", NodeClass.VOTER, 0),
                    new RegisterConfig.NodeEntry("node-b", "", NodeClass.DR, 3)),
            List.of(new RegisterConfig.Term(6, "node-a", 50, -1)),
            new RegisterConfig.Unclean(1, 5, 44));

    private static final NodeMeta META = new NodeMeta(
            new Id128(1, 2), "node-a", new Id128(3, 4), 5, 6, 7, true, "boot", false, 8, 1, HaltReason.CLONE);

    @Test
    void shouldReadBackARegisterValue() {
        assertEquals(CONFIG, RegisterConfigCodec.decode(RegisterConfigCodec.encode(CONFIG)));
    }

    @Test
    void shouldReadBackAMeta() {
        assertEquals(META, NodeMeta.decode(META.encode()));
    }

    @Test
    void shouldFindAnyFlippedBit() {
        for (final byte[] bytes : List.of(RegisterConfigCodec.encode(CONFIG), META.encode())) {
            for (int i = 0; i < bytes.length * 8; i++) {
                bytes[i / 8] ^= (byte) (1 << (i & 7));
                final boolean register = bytes.length != META.encode().length;
                assertThrows(
                        PartitaException.class,
                        () -> {
                            if (register) {
                                RegisterConfigCodec.decode(bytes);
                            } else {
                                NodeMeta.decode(bytes);
                            }
                        },
                        "bit " + i);
                bytes[i / 8] ^= (byte) (1 << (i & 7));
            }
        }
    }

    @Test
    void shouldFindEveryTruncation() {
        final byte[] bytes = META.encode();
        for (int length = 0; length < bytes.length; length++) {
            final byte[] cut = java.util.Arrays.copyOf(bytes, length);
            assertThrows(PartitaException.class, () -> NodeMeta.decode(cut));
        }
    }

    @Test
    void shouldNameANewerFormat() {
        final byte[] newer =
                new TextBlock.Writer("partita-meta", 2).put("anything", "else").bytes();

        final PartitaException e = assertThrows(PartitaException.class, () -> NodeMeta.decode(newer));

        assertEquals(ErrorCode.UNKNOWN_FORMAT, e.code());
    }

    @Test
    void shouldReadBackAnAppendHeaderOnly() {
        final AppendHeader written = new AppendHeader();
        FrameEncoder.identify(written.origin, CoreHarness.config("node-a", 5), new Id128(7, 8));
        written.origin.epoch = 3;
        written.set(10, 9, 4);
        written.lastSeq(12);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[AppendHeader.LENGTH]);
        assertEquals(AppendHeader.LENGTH, written.encode(buffer, 0));
        final AppendHeader read = new AppendHeader();

        assertTrue(read.decode(buffer, 0, AppendHeader.LENGTH));
        assertEquals(written.toString(), read.toString());
        assertFalse(read.decode(buffer, 0, AppendHeader.LENGTH - 1));
        buffer.putShort(2, (short) 99);
        assertFalse(read.decode(buffer, 0, AppendHeader.LENGTH));
    }

    @Test
    void shouldSurviveGarbageFrames() {
        final CoreHarness h = new CoreHarness();
        h.servePair(2);
        final java.util.SplittableRandom random = new java.util.SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            final UnsafeBuffer garbage = new UnsafeBuffer(new byte[random.nextInt(300)]);
            for (int at = 0; at < garbage.capacity(); at++) {
                garbage.putByte(at, (byte) random.nextInt(256));
            }
            if (garbage.capacity() >= 8) {
                garbage.putShort(0, (short) (80 + random.nextInt(100)));
                garbage.putShort(2, (short) random.nextInt(18));
                garbage.putShort(4, (short) 2);
            }
            h.core.onFrame(h.inbound, garbage, 0, garbage.capacity());
        }

        assertEquals(Role.ACTIVE, h.core.role());
    }

    @Test
    void shouldPackNodeIds() {
        for (final String id : List.of("a", "node-a", "12345678", "123456789", "0123456789abcdef")) {
            assertEquals(id, NodeIds.of(NodeIds.hi(id), NodeIds.lo(id)));
        }
        assertEquals("", NodeIds.of(0, 0));
        assertFalse(NodeIds.isValid("Node"));
        assertFalse(NodeIds.isValid("0123456789abcdefg"));
        assertFalse(NodeIds.isValid(""));
    }
}
