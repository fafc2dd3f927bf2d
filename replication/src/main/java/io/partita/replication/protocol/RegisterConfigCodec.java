// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Id128;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link RegisterConfig} as bytes: lines of text that an operator can read, with a checksum. Chain values are hexadecimal.
 *
 * <pre>
 * partita-register 1
 * clusterId=...   ver=...   opId=...   writer=...   writtenAtNs=...   epoch=...   active=...      (one per line)
 * member=NODE LID
 * start=SEQ CHAIN      floor=SEQ CHAIN      policy=POLICY MIN_IN_SYNC DURABILITY
 * node=NODE CLASS PRIORITY ENDPOINTS
 * term=EPOCH ACTIVE START_SEQ START_CHAIN
 * unclean=COUNT LAST_EPOCH LOST_POSSIBLE_FROM_SEQ
 * crc32c=...
 * </pre>
 */
public final class RegisterConfigCodec {
    private static final String TITLE = "partita-register";
    private static final int VERSION = 1;

    private RegisterConfigCodec() {}

    /**
     * Encodes.
     *
     * @param config a value.
     * @return its bytes.
     */
    public static byte[] encode(final RegisterConfig config) {
        final TextBlock.Writer out = new TextBlock.Writer(TITLE, VERSION)
                .put("clusterId", config.clusterId())
                .put("ver", config.ver())
                .put("opId", config.opId())
                .put("writer", config.writerNode())
                .put("writtenAtNs", config.writtenAtNs())
                .put("epoch", config.epoch())
                .put("active", config.active());
        for (final RegisterConfig.Member member : config.inSync()) {
            out.put("member", member.node() + " " + member.lid());
        }
        out.put("start", config.startSeq() + " " + TextBlock.hex(config.startChain()))
                .put("floor", config.floorSeq() + " " + TextBlock.hex(config.floorChain()))
                .put("policy", config.policy() + " " + config.minInSync() + " " + config.durability());
        for (final RegisterConfig.NodeEntry node : config.nodes()) {
            out.put(
                    "node",
                    node.node() + " " + node.nodeClass() + " " + node.priority() + " "
                            + (node.endpoints().isEmpty() ? "-" : node.endpoints()));
        }
        for (final RegisterConfig.Term term : config.history()) {
            out.put(
                    "term",
                    term.epoch() + " " + term.active() + " " + term.startSeq() + " "
                            + TextBlock.hex(term.startChain()));
        }
        final RegisterConfig.Unclean unclean = config.unclean();
        out.put("unclean", unclean.count() + " " + unclean.lastEpoch() + " " + unclean.lostPossibleFromSeq());
        return out.bytes();
    }

    /**
     * Decodes.
     *
     * @param bytes from the register.
     * @return the value.
     * @throws io.partita.ledger.model.PartitaException DAMAGED or UNKNOWN_FORMAT.
     */
    public static RegisterConfig decode(final byte[] bytes) {
        final TextBlock.Reader in = new TextBlock.Reader(TITLE, VERSION, bytes);
        final Id128 clusterId = in.id("clusterId", in.text("clusterId"));
        final long ver = in.number("ver");
        final Id128 opId = in.id("opId", in.text("opId"));
        final String writer = in.text("writer");
        final long writtenAtNs = in.number("writtenAtNs");
        final long epoch = in.number("epoch");
        final String active = in.text("active");
        final List<RegisterConfig.Member> inSync = new ArrayList<>();
        while (in.isNext("member")) {
            final String[] words = in.words("member", 2);
            inSync.add(new RegisterConfig.Member(words[0], in.id("member", words[1])));
        }
        final String[] start = in.words("start", 2);
        final String[] floor = in.words("floor", 2);
        final String[] policy = in.words("policy", 3);
        final List<RegisterConfig.NodeEntry> nodes = new ArrayList<>();
        while (in.isNext("node")) {
            final String[] words = in.words("node", 4);
            nodes.add(new RegisterConfig.NodeEntry(
                    words[0], words[3].equals("-") ? "" : words[3], in.name("node", NodeClass.class, words[1]), (int)
                            in.number("node", words[2])));
        }
        final List<RegisterConfig.Term> history = new ArrayList<>();
        while (in.isNext("term")) {
            final String[] words = in.words("term", 4);
            history.add(new RegisterConfig.Term(
                    in.number("term", words[0]), words[1], in.number("term", words[2]), in.hex("term", words[3])));
        }
        final String[] unclean = in.words("unclean", 3);
        in.end();
        return new RegisterConfig(
                clusterId,
                ver,
                opId,
                writer,
                writtenAtNs,
                epoch,
                active,
                inSync,
                in.number("start", start[0]),
                in.hex("start", start[1]),
                in.number("floor", floor[0]),
                in.hex("floor", floor[1]),
                in.name("policy", Policy.class, policy[0]),
                (int) in.number("policy", policy[1]),
                in.name("policy", Durability.class, policy[2]),
                nodes,
                history,
                new RegisterConfig.Unclean(
                        in.number("unclean", unclean[0]),
                        in.number("unclean", unclean[1]),
                        in.number("unclean", unclean[2])));
    }
}
