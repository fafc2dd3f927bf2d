// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.EpochStartDecoder;
import io.partita.ledger.codec.EpochStartEncoder;
import io.partita.ledger.codec.LogicVersionDecoder;
import io.partita.ledger.codec.LogicVersionEncoder;
import io.partita.ledger.codec.OperatorDecoder;
import io.partita.ledger.codec.OperatorEncoder;
import io.partita.ledger.model.OperatorCommand;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Bodies of control records. They are rare: these methods allocate. Static and stateless, safe from any thread. */
public final class ControlBodies {
    /** Bytes of the body of an EPOCH_START record. */
    public static final int EPOCH_START_LENGTH = EpochStartEncoder.BLOCK_LENGTH;
    /** Bytes of the body of a LOGIC_VERSION record. */
    public static final int LOGIC_VERSION_LENGTH = LogicVersionEncoder.BLOCK_LENGTH;

    /** Bytes of the body of an OPERATOR record. */
    public static final int OPERATOR_LENGTH = OperatorEncoder.BLOCK_LENGTH;

    private static final int NODE_LENGTH_MAX = EpochStartEncoder.nodeLength();

    private ControlBodies() {}

    /**
     * What an EPOCH_START record says.
     *
     * @param node that leads the epoch.
     * @param startSeq the record's own seq.
     * @param previousChain chain value of the record before.
     * @param logicVersion of the rules that the state machine follows.
     */
    public record EpochStart(String node, long startSeq, long previousChain, int logicVersion) {
        /**
         * Checks the node's name.
         *
         * @param node 1 to 16 of {@code [a-z0-9-]}.
         * @param startSeq the record's own seq.
         * @param previousChain chain value of the record before.
         * @param logicVersion of the rules that the state machine follows.
         */
        public EpochStart {
            if (!node.matches("[a-z0-9-]{1," + NODE_LENGTH_MAX + "}")) {
                throw new IllegalArgumentException("node must be 1..16 of [a-z0-9-]: node=" + node);
            }
        }
    }

    /**
     * Writes the body of an EPOCH_START record.
     *
     * @param buffer to write to.
     * @param offset of the body.
     * @param body what to write.
     * @return bytes written.
     */
    public static int encodeEpochStart(final MutableDirectBuffer buffer, final int offset, final EpochStart body) {
        buffer.setMemory(offset, EPOCH_START_LENGTH, (byte) 0);
        new EpochStartEncoder()
                .wrap(buffer, offset)
                .node(body.node())
                .startSeq(body.startSeq())
                .previousChain(body.previousChain())
                .logicVersion(body.logicVersion());
        return EPOCH_START_LENGTH;
    }

    /**
     * Reads the body of an EPOCH_START record.
     *
     * @param buffer with the record.
     * @param offset of the body.
     * @return what it says.
     */
    public static EpochStart decodeEpochStart(final DirectBuffer buffer, final int offset) {
        final EpochStartDecoder body =
                new EpochStartDecoder().wrap(buffer, offset, EPOCH_START_LENGTH, EpochStartDecoder.SCHEMA_VERSION);
        return new EpochStart(body.node(), body.startSeq(), body.previousChain(), (int) body.logicVersion());
    }

    /**
     * Writes the body of a LOGIC_VERSION record.
     *
     * @param buffer to write to.
     * @param offset of the body.
     * @param logicVersion of the rules from that record on.
     * @return bytes written.
     */
    public static int encodeLogicVersion(final MutableDirectBuffer buffer, final int offset, final int logicVersion) {
        buffer.setMemory(offset, LOGIC_VERSION_LENGTH, (byte) 0);
        new LogicVersionEncoder().wrap(buffer, offset).logicVersion(logicVersion);
        return LOGIC_VERSION_LENGTH;
    }

    /**
     * Reads the body of a LOGIC_VERSION record.
     *
     * @param buffer with the record.
     * @param offset of the body.
     * @return the version.
     */
    public static int decodeLogicVersion(final DirectBuffer buffer, final int offset) {
        return (int) new LogicVersionDecoder()
                .wrap(buffer, offset, LOGIC_VERSION_LENGTH, LogicVersionDecoder.SCHEMA_VERSION)
                .logicVersion();
    }

    /**
     * Writes the body of an OPERATOR record.
     *
     * @param buffer to write to.
     * @param offset of the body.
     * @param command what to write.
     * @return bytes written.
     */
    public static int encodeOperator(
            final MutableDirectBuffer buffer, final int offset, final OperatorCommand command) {
        buffer.setMemory(offset, OPERATOR_LENGTH, (byte) 0);
        final byte[] who = command.who().getBytes(StandardCharsets.UTF_8);
        final byte[] details = command.details().getBytes(StandardCharsets.UTF_8);
        new OperatorEncoder().wrap(buffer, offset).wallNs(command.wallNs()).kind(command.kindCode());
        buffer.putBytes(offset + OperatorEncoder.whoEncodingOffset(), who);
        buffer.putBytes(offset + OperatorEncoder.detailsEncodingOffset(), details);
        return OPERATOR_LENGTH;
    }

    /**
     * Reads the body of an OPERATOR record.
     *
     * @param buffer with the record.
     * @param offset of the body.
     * @return what it says.
     */
    public static OperatorCommand decodeOperator(final DirectBuffer buffer, final int offset) {
        final OperatorDecoder body =
                new OperatorDecoder().wrap(buffer, offset, OPERATOR_LENGTH, OperatorDecoder.SCHEMA_VERSION);
        return new OperatorCommand(body.kind(), body.who(), body.wallNs(), body.details());
    }
}
