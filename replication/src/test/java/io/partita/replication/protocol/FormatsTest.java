// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Id128;
import io.partita.replication.protocol.codec.AckDecoder;
import io.partita.replication.protocol.codec.AppendDecoder;
import io.partita.replication.protocol.codec.HelloDecoder;
import io.partita.replication.protocol.codec.MessageHeaderDecoder;
import io.partita.replication.protocol.codec.NackDecoder;
import io.partita.replication.protocol.codec.RejectDecoder;
import io.partita.replication.protocol.codec.WelcomeDecoder;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * What nodes of two releases read of each other, in a rolling upgrade and on the way back: meta file, register, frames. A release
 * in between would not start on a meta or a register with a line that it does not know, so there must be none; frames may grow at
 * their end. Whoever needs to change this gives the format another version, and a release that still writes the old one first.
 */
class FormatsTest {
    @Test
    void shouldWriteAndReadTheMetaFileAsEver() {
        final String text = "partita-meta 1\n"
                + "clusterId=00000000000000010000000000000002\n"
                + "nodeId=node-a\n"
                + "lid=000000000000000a000000000000000b\n"
                + "promisedEpoch=3\n"
                + "seenVer=4\n"
                + "seenEpoch=5\n"
                + "gate=1\n"
                + "bootId=boot-1\n"
                + "clean=0\n"
                + "durableLow=6\n"
                + "logicVersion=1\n"
                + "halted=NONE\n"
                + "crc32c=c7f261e5\n";
        final NodeMeta meta = new NodeMeta(
                new Id128(1, 2), "node-a", new Id128(10, 11), 3, 4, 5, true, "boot-1", false, 6, 1, HaltReason.NONE);
        assertEquals(text, new String(meta.encode(), StandardCharsets.UTF_8));
        assertEquals(meta, NodeMeta.decode(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldWriteAndReadTheRegisterAsEver() {
        final String text = "partita-register 1\n"
                + "clusterId=00000000000000010000000000000002\n"
                + "ver=7\n"
                + "opId=00000000000000030000000000000004\n"
                + "writer=node-b\n"
                + "writtenAtNs=8\n"
                + "epoch=9\n"
                + "active=node-b\n"
                + "member=node-b 000000000000000a000000000000000b\n"
                + "member=node-a 000000000000000c000000000000000d\n"
                + "start=20 0000000000000015\n"
                + "floor=22 0000000000000017\n"
                + "policy=AVAILABILITY 1 MEMORY\n"
                + "node=node-a VOTER 0 127.0.0.1:1\n"
                + "node=node-b VOTER 1 -\n"
                + "term=8 node-a 1 0000000000000018\n"
                + "term=9 node-b 20 0000000000000015\n"
                + "unclean=1 9 23\n"
                + "crc32c=b6f58b08\n";
        final RegisterConfig config = new RegisterConfig(
                new Id128(1, 2),
                7,
                new Id128(3, 4),
                "node-b",
                8,
                9,
                "node-b",
                List.of(
                        new RegisterConfig.Member("node-b", new Id128(10, 11)),
                        new RegisterConfig.Member("node-a", new Id128(12, 13))),
                20,
                21,
                22,
                23,
                Policy.AVAILABILITY,
                1,
                Durability.MEMORY,
                List.of(
                        new RegisterConfig.NodeEntry("node-a", "127.0.0.1:1", NodeClass.VOTER, 0),
                        new RegisterConfig.NodeEntry("node-b", "", NodeClass.VOTER, 1)),
                List.of(new RegisterConfig.Term(8, "node-a", 1, 24), new RegisterConfig.Term(9, "node-b", 20, 21)),
                new RegisterConfig.Unclean(1, 9, 23));
        assertEquals(text, new String(RegisterConfigCodec.encode(config), StandardCharsets.UTF_8));
        assertEquals(config, RegisterConfigCodec.decode(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The first protocol version's fields are where they were; later ones come behind them. */
    @Test
    void shouldOnlyAddToFrames() {
        assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6}, new int[] {
            HelloDecoder.TEMPLATE_ID,
            WelcomeDecoder.TEMPLATE_ID,
            RejectDecoder.TEMPLATE_ID,
            AppendDecoder.TEMPLATE_ID,
            AckDecoder.TEMPLATE_ID,
            NackDecoder.TEMPLATE_ID
        });
        assertArrayEquals(new int[] {88, 92, 96, 100, 104, 112, 120, 128, 136, 144, 152, 160}, new int[] {
            HelloDecoder.roleEncodingOffset(),
            HelloDecoder.protoMinEncodingOffset(),
            HelloDecoder.logicMinEncodingOffset(),
            HelloDecoder.logicMaxEncodingOffset(),
            HelloDecoder.promisedEpochEncodingOffset(),
            HelloDecoder.lastSeqEncodingOffset(),
            HelloDecoder.lastEpochEncodingOffset(),
            HelloDecoder.lastChainEncodingOffset(),
            HelloDecoder.oldestSeqEncodingOffset(),
            HelloDecoder.snapshotSeqEncodingOffset(),
            HelloDecoder.seenVerEncodingOffset(),
            HelloDecoder.seenEpochEncodingOffset()
        });
        assertEquals(32, HelloDecoder.EpochRunsDecoder.sbeBlockLength());
        assertArrayEquals(new int[] {88, 96, 98, 100, 104, 112, 120, 128, 136, 144}, new int[] {
            WelcomeDecoder.verEncodingOffset(),
            WelcomeDecoder.protoEncodingOffset(),
            WelcomeDecoder.planEncodingOffset(),
            WelcomeDecoder.logicVersionEncodingOffset(),
            WelcomeDecoder.epochStartEncodingOffset(),
            WelcomeDecoder.startChainEncodingOffset(),
            WelcomeDecoder.commitEncodingOffset(),
            WelcomeDecoder.commonSeqEncodingOffset(),
            WelcomeDecoder.commonChainEncodingOffset(),
            WelcomeDecoder.snapshotSeqEncodingOffset()
        });
        assertArrayEquals(new int[] {88, 96, 104, 112}, new int[] {
            AppendDecoder.firstSeqEncodingOffset(),
            AppendDecoder.lastSeqEncodingOffset(),
            AppendDecoder.commitEncodingOffset(),
            AppendDecoder.probeIdEncodingOffset()
        });
        assertArrayEquals(new int[] {88, 96, 104, 112, 120, 128, 136, 144, 152}, new int[] {
            AckDecoder.matchedEncodingOffset(),
            AckDecoder.durableEncodingOffset(),
            AckDecoder.appliedEncodingOffset(),
            AckDecoder.probeIdEncodingOffset(),
            AckDecoder.digestSeqEncodingOffset(),
            AckDecoder.digestEncodingOffset(),
            AckDecoder.freeBytesEncodingOffset(),
            AckDecoder.clockNsEncodingOffset(),
            AckDecoder.flagsEncodingOffset()
        });
        assertTrue(RejectDecoder.hintLoEncodingOffset() == 120 && NackDecoder.lastSeqEncodingOffset() == 104);
    }

    /** A release that adds fields behind a frame still takes the shorter one of the first version. */
    @Test
    void shouldTakeFramesOfTheFirstLength() {
        final CoreHarness h = new CoreHarness();
        final List<Integer> firstLengths = List.of(168, 152, 128, 160, 112);
        final List<UnsafeBuffer> frames = h.oneOfEach();
        for (int i = 0; i < frames.size(); i++) {
            final UnsafeBuffer frame = frames.get(i);
            final int length = MessageHeaderDecoder.ENCODED_LENGTH + firstLengths.get(i);
            frame.putShort(0, (short) (int) firstLengths.get(i), ByteOrder.LITTLE_ENDIAN);
            frame.putShort(6, (short) 1, ByteOrder.LITTLE_ENDIAN);
            if (i == 0) {
                frame.putInt(length, 32, ByteOrder.LITTLE_ENDIAN); // a group of no runs
            }
            h.effects.take();
            assertTrue(h.effects.send(1, frame, 0, i == 0 ? length + 4 : length));
            assertEquals(1, h.effects.take().size());
        }
    }
}
