// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.observe;

/** The counters every node has. The ordinal is the counter's type id in the file; new ones are added at the end. */
public enum CounterType {
    /** 1 while the engine takes commands. */
    ENGINE_OPEN("engine open"),
    /** 1 after the engine halted. */
    ENGINE_HALTED("engine halted"),
    /** The role's code; a single node is always 1. */
    ROLE("role"),
    /** Epoch of the last record. */
    EPOCH("epoch"),
    /** Last seq in the journal. */
    JOURNAL_SEQ("journal seq"),
    /** Last seq that is on the disk itself. */
    DURABLE_SEQ("durable seq"),
    /** Last committed seq. */
    COMMIT_SEQ("commit seq"),
    /** Last applied seq. */
    APPLIED_SEQ("applied seq"),
    /** Running digest after the last applied record. */
    RUNNING_DIGEST("running digest"),
    /** Stamp of the last sequenced record. */
    LAST_TIMESTAMP("last timestamp ns"),
    /** Batches sequenced since the start; two samples give a rate. */
    BATCHES("batches sequenced"),
    /** Commands sequenced since the start. */
    COMMANDS("commands sequenced"),
    /** Frames appended since the start. */
    FRAMES("frames appended"),
    /** Bytes of records appended since the start. */
    BYTES("bytes appended"),
    /** Commands applied since the start, recovery included. */
    COMMANDS_APPLIED("commands applied"),
    /** Reads answered. */
    READS("reads answered"),
    /** Batches in flight now. */
    IN_FLIGHT("batches in flight"),
    /** Submissions refused because the window was full. */
    BACK_PRESSURED("submissions back-pressured"),
    /** Submissions refused for another reason. */
    REFUSED("submissions refused"),
    /** Batches that ended UNKNOWN. */
    UNKNOWN("batches unknown"),
    /** What users' listeners and owners threw. */
    LISTENER_ERRORS("listener errors"),
    /** Unexpected errors of the node itself. */
    ERRORS("errors"),
    /** Entries made in the incident log. */
    INCIDENTS("incidents"),
    /** Stamps that a bad clock would have spoilt (R41). */
    CLOCK_ALARMS("clock alarms"),
    /** Longest duty cycle since the start, nanoseconds. */
    DUTY_CYCLE_MAX_NS("duty cycle max ns"),
    /** When the engine last updated the counters, milliseconds since 1970. */
    HEARTBEAT_MS("heartbeat ms"),
    /** TICK records sequenced since the start. */
    TICKS("ticks sequenced"),
    /** Pending transfers that are open, at the last applied record. */
    PENDINGS_OPEN("pendings open"),
    /** Pending transfers that expired, since the ledger began. */
    PENDINGS_EXPIRED("pendings expired"),
    /** How long the earliest due pending waits for its release now, nanoseconds; 0 if none is due. */
    EXPIRY_LAG_NS("expiry lag ns"),
    /** The seq that {@link #RUNNING_DIGEST} is of; if it equals {@link #APPLIED_SEQ} when read before that, the two belong together. */
    DIGEST_SEQ("running digest seq"),
    /** Bytes that can still be written where the data folder is, as of the last look; looked at once a second. */
    FREE_BYTES("free bytes");

    private final String label;

    CounterType(final String label) {
        this.label = label;
    }

    /**
     * The counter's label in the file.
     *
     * @return a few words.
     */
    public String label() {
        return label;
    }
}
