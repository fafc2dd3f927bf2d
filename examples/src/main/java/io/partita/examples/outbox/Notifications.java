// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.outbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The receiver's side: takes each key once, and counts what came again. That is all that it takes to make of "at least once" an
 * "exactly once".
 */
final class Notifications {
    /**
     * A notification.
     *
     * @param key of the effect.
     * @param epoch of the active that sent it first.
     * @param payee account.
     * @param amount in minor units.
     * @param transfer id.
     */
    record Notification(String key, long epoch, long payee, long amount, long transfer) {}

    private final Map<String, Notification> taken = new LinkedHashMap<>();
    private int repeated;

    private Notifications() {}

    /** Reads what was sent so far; the last line may still be on its way. */
    static Notifications read(final Path file) throws IOException {
        final Notifications notifications = new Notifications();
        final String text = Files.exists(file) ? Files.readString(file) : "";
        text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(line -> notifications.take(parse(line)));
        return notifications;
    }

    private static Notification parse(final String line) {
        final String[] fields = line.split(" ");
        return new Notification(
                fields[0],
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]));
    }

    private void take(final Notification notification) {
        final Notification before = taken.putIfAbsent(notification.key(), notification);
        if (before == null) {
            return;
        }
        repeated++;
        final boolean isSame = before.payee() == notification.payee()
                && before.amount() == notification.amount()
                && before.transfer() == notification.transfer();
        if (!isSame) {
            throw new IllegalStateException("one key for two effects: " + before + " and " + notification);
        }
    }

    /** Each once, in the order in which they first came. */
    List<Notification> all() {
        return new ArrayList<>(taken.values());
    }

    /** How many came that had come before. */
    int repeated() {
        return repeated;
    }
}
