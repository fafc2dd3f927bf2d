// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

/** The fields of a request beside its body. A mutable carrier that its owner reuses. */
public final class ClientRequest {
    private long correlationId;
    private int kind;
    private int options;
    private int count;
    private long deadlineNs;

    /**
     * Sets all fields.
     *
     * @param newCorrelationId the client's number of the request.
     * @param newKind what kind of batch, 0 to 255; the meaning is the layer's above.
     * @param newOptions option bits, 0 to 65535.
     * @param newCount commands or ids.
     * @param newDeadlineNs nanoseconds since 1970 after which it shall have no effect, or 0; of a stale read its lowest seq.
     * @return this.
     */
    public ClientRequest set(
            final long newCorrelationId,
            final int newKind,
            final int newOptions,
            final int newCount,
            final long newDeadlineNs) {
        correlationId = newCorrelationId;
        kind = newKind;
        options = newOptions;
        count = newCount;
        deadlineNs = newDeadlineNs;
        return this;
    }

    /**
     * The client's number of the request; the reply carries it.
     *
     * @return any number.
     */
    public long correlationId() {
        return correlationId;
    }

    /**
     * What kind of batch.
     *
     * @return 0 to 255.
     */
    public int kind() {
        return kind;
    }

    /**
     * Option bits.
     *
     * @return 0 to 65535.
     */
    public int options() {
        return options;
    }

    /**
     * Commands or ids in the body, as the client claims.
     *
     * @return 0 or more.
     */
    public int count() {
        return count;
    }

    /**
     * When it shall have no effect any more; of a stale read the lowest seq that the answer may be of.
     *
     * @return nanoseconds since 1970, or 0; or a seq.
     */
    public long deadlineNs() {
        return deadlineNs;
    }
}
