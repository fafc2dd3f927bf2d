// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.outbox;

/**
 * Where effects go: a queue, a web service, a file. Called by the dispatcher's thread, one event after the other in the order of
 * their timestamps, and for every change event, also of accounts that are of no interest to it: those it lets pass by returning.
 */
@FunctionalInterface
public interface EffectSink {
    /**
     * Sends what follows from an event. When this returns the effect is done, and durable as far as that matters: it may never be
     * asked for again. It may be asked for more than once all the same: the receiver must recognise {@link Effect#key()}.
     *
     * @param effect valid during the call only.
     * @throws Exception if it could not be sent: the same effect is given again, after a pause, until it is sent or this node is
     *     not active any more. Nothing is ever passed over.
     */
    void deliver(Effect effect) throws Exception;
}
