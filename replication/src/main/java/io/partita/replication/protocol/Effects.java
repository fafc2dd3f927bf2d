// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.OperatorCommand;
import org.agrona.DirectBuffer;

/**
 * What the core wants done. The driver implements it; all methods are called by the core's thread, from within an in-method of
 * {@link ReplicaCore}. Rules:
 *
 * <ul>
 *   <li>An effect never calls back into the core; its outcome comes as a later in-method.
 *   <li>No effect blocks for I/O, but {@link #append}, {@link #cutTo} and {@link #appendEpochStart}, which touch the journal.
 *   <li>If storage fails, the effect throws; the exception passes through the core to the driver, which calls {@link
 *       ReplicaCore#onStorageFault} and nothing else from then on.
 *   <li>Buffers are valid during the call only.
 * </ul>
 */
public interface Effects {
    /**
     * Sends a control frame. May be dropped: the core repeats what matters.
     *
     * @param session where to.
     * @param frame with the frame.
     * @param offset of the frame.
     * @param length of the frame, at most {@link ReplicaCore#FRAME_LENGTH_MAX}.
     * @return false if it was not taken (the link is full or gone).
     */
    boolean send(long session, DirectBuffer frame, int offset, int length);

    /**
     * Sends a run of records of the own journal behind a header, or the header alone as a heartbeat.
     *
     * <p>A run: {@code header.firstSeq() <= lastSeq}. Take whole records from {@code header.firstSeq()} on, as many as are
     * there up to {@code lastSeq}, as fit {@code lengthMax} (at least one) and as the journal's reader gives in one piece; set
     * {@code header.lastSeq(...)} to the last one; {@code header.encode(...)}; send header and records. Where the peer reads
     * this journal itself (same host), no record needs to be read: set {@code lastSeq} and send the header.
     *
     * <p>A heartbeat: {@code lastSeq == header.firstSeq() - 1}. Encode and send.
     *
     * @param session where to.
     * @param header epoch, session id, first seq, commit and probe are set; the object is reused by the next call.
     * @param lastSeq the last seq that may be sent.
     * @param lengthMax bytes of records, at most, unless the first record alone is longer.
     * @return the last seq sent; {@code header.firstSeq() - 1} after a heartbeat or if the link is full; a negative number if
     *     the link is gone.
     */
    long sendAppend(long session, AppendHeader header, long lastSeq, int lengthMax);

    /**
     * Appends records of the active to the own journal, as one frame. Verified by the core: contiguous, checksums and chain
     * right. On return they are stored.
     *
     * @param records with the records.
     * @param offset of the first one.
     * @param length of all.
     */
    void append(DirectBuffer records, int offset, int length);

    /**
     * Cuts the own journal (R8): the conflict is proved and nothing committed or applied is cut. Durable on return.
     *
     * @param seq the last seq that stays.
     */
    void cutTo(long seq);

    /**
     * Appends the EPOCH_START record of an epoch that this node has claimed (R17), stamped with the journal's last timestamp.
     * It must become record {@code startSeq}: nothing else may be appended before it. From then on the sequencer may append.
     *
     * @param epoch the epoch.
     * @param startSeq its seq, the journal's last plus 1.
     * @param previousChain chain value before it.
     * @param logicVersion in force.
     */
    void appendEpochStart(long epoch, long startSeq, long previousChain, int logicVersion);

    /**
     * Appends a LOGIC_VERSION record (R35), stamped with the journal's last timestamp.
     *
     * @param epoch led.
     * @param logicVersion of the rules from that record on.
     */
    void appendLogicVersion(long epoch, int logicVersion);

    /**
     * Appends an OPERATOR record, stamped with the journal's last timestamp.
     *
     * @param epoch led.
     * @param command what an operator had done.
     */
    void appendOperator(long epoch, OperatorCommand command);

    /**
     * Makes a meta durable. Several may wait; they are written in order, or only the newest of those that wait. Then {@link
     * ReplicaCore#onMetaDurable} with the newest token that is covered.
     *
     * @param meta to write.
     * @param token grows with each call.
     */
    void persistMeta(NodeMeta meta, long token);

    /** Forces the own journal, soon and without blocking; {@link LocalJournal#durableSeq()} tells when. Calls coalesce. */
    void requestForce();

    /**
     * Reads the register. Exactly one {@code onRegisterRead} or {@code onRegisterReadFailed} answers. The core has at most one
     * read under way.
     */
    void readRegister();

    /**
     * Sends a CAS: expected version {@code config.ver() - 1} (0 creates), no retries. Exactly one {@code onCasOk}, {@code
     * onCasConflict} or {@code onCasUnknown} answers; every exception and timeout is {@code onCasUnknown}. The core has at most
     * one CAS under way.
     *
     * @param config the value to write.
     */
    void cas(RegisterConfig config);

    /**
     * Asks for a link to a peer: {@link ReplicaCore#onConnected} or {@link ReplicaCore#onConnectFailed} answers. The core has at
     * most one such request under way.
     *
     * @param peer node id.
     * @return the session's id.
     */
    long connect(String peer);

    /**
     * Ends a session, or gives up the attempt to connect. What was sent on it before should still leave. No event of that
     * session need follow; if one does, the core ignores it.
     *
     * @param session which; perhaps gone already.
     */
    void close(long session);

    /**
     * The role has changed in a way that the outside should know (A7): ACTIVE once the epoch is open (EPOCH_START committed and
     * applied), PASSIVE at once when it ends: then every batch in flight ends UNKNOWN and every waiting linearizable read
     * NOT_ACTIVE (R26).
     *
     * @param role ACTIVE or PASSIVE.
     * @param epoch the epoch led from now on, or led until now.
     * @param fromSeq ACTIVE: the first seq of the epoch; PASSIVE: the last commit position known.
     */
    void roleChanged(Role role, long epoch, long fromSeq);

    /**
     * The node must stop for good. The core takes no event from now on; {@link ReplicaCore#meta()} has the reason and should be
     * persisted if storage still works.
     *
     * @param reason why.
     * @param text details, {@code name=value}.
     */
    void halt(HaltReason reason, String text);

    /**
     * Something an operator should hear about; the node goes on.
     *
     * @param kind what.
     * @param text details, {@code name=value}.
     */
    void alarm(AlarmKind kind, String text);
}
