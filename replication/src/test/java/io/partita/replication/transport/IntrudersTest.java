// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class IntrudersTest {
    @Test
    void shouldCountAllAndLogEachSourceOnceAndNotTooMany() {
        final List<String> log = new ArrayList<>();
        final Handler handler = new Handler() {
            @Override
            public void publish(final LogRecord entry) {
                log.add(MessageFormat.format(entry.getMessage(), entry.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        final Logger logger = Logger.getLogger(Intruders.class.getName());
        logger.addHandler(handler);
        try {
            final Intruders intruders = new Intruders("peer");
            for (int round = 0; round < 3; round++) {
                for (int source = 0; source < 100; source++) {
                    intruders.note("10.0.0." + source, "it says nothing");
                }
            }
            assertEquals(300, intruders.count());
            assertEquals(64, log.size());
            assertTrue(log.get(0).contains("who=10.0.0.0 why=it says nothing count=1"), log.get(0));
            assertTrue(log.get(63).endsWith("and for an hour those of other sources, too"), log.get(63));
        } finally {
            logger.removeHandler(handler);
        }
    }
}
