// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.engine.Recovery;
import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.testing.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every table did, done again from its records: however they are grouped, wherever and whenever, the digests are the same. */
@Timeout(180)
class DeterminismTest {
    private static final Pattern FEATURE_VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");

    @TempDir
    Path temp;

    @Test
    void shouldGiveTheSameDigestsWithAnyHashSeed() {
        AllTables.byName().forEach((name, table) -> {
            final Run run = Run.of(table);
            for (final long seed : new long[] {0, 1, -1, 0x1234_5678_9ABC_DEF0L}) {
                try (LedgerStateMachine ledger = new LedgerStateMachine(new StateConfig(seed))) {
                    run.records.forEach(record -> ledger.apply(new UnsafeBuffer(record), 0));
                    assertEquals(run.digests, Run.digests(ledger), name);
                }
            }
        });
    }

    @Test
    void shouldGiveTheSameDigestsInOtherFramesAndAfterARestartInTheMiddle() {
        final SplittableRandom random = new SplittableRandom(20_260_122);
        AllTables.longestByName().forEach((name, table) -> {
            final Run run = Run.of(table);
            final Path folder = temp.resolve(name.replaceAll("\\W+", "-"));
            final int middle = random.nextInt(run.records.size() + 1);
            append(folder, run.records.subList(0, middle), random);
            try (LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults())) {
                // The node's first life ends here; a second one replays what there is, and goes on.
                replay(folder, ledger);
                assertEquals(middle, ledger.appliedSeq(), name);
                append(folder, run.records.subList(middle, run.records.size()), random);
                replay(folder, ledger);
                assertEquals(run.digests, Run.digests(ledger), name);
            }
            try (LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults())) {
                replay(folder, ledger);
                assertEquals(run.digests, Run.digests(ledger), name);
            }
        });
    }

    @Test
    void shouldGiveTheSameDigestsOnEveryJdk() throws IOException {
        final Map<String, String> here = digestsOfAllTables();
        for (final Map.Entry<Integer, Path> jdk : jdks().entrySet()) {
            final List<String> there = ChildJvm.run(ChildJvm.command(jdk.getValue(), true, DeterminismTest.class))
                    .lines()
                    .filter(line -> line.startsWith("digests "))
                    .toList();
            assertEquals(lines(here), there, "JDK " + jdk.getKey());
        }
    }

    /** Prints the digests of every table, for a test in another JVM. */
    public static void main(final String[] args) {
        lines(digestsOfAllTables()).forEach(System.out::println);
    }

    private static List<String> lines(final Map<String, String> digests) {
        final List<String> lines = new ArrayList<>();
        digests.forEach((name, value) -> lines.add("digests " + value + " " + name));
        return lines;
    }

    private static Map<String, String> digestsOfAllTables() {
        final Map<String, String> digests = new LinkedHashMap<>();
        AllTables.byName().forEach((name, table) -> digests.put(name, Run.of(table).digests));
        return digests;
    }

    private static void append(final Path folder, final List<byte[]> records, final SplittableRandom random) {
        final JournalConfig config =
                JournalConfig.of(folder, StateLedger.CLUSTER).withSegmentLength(JournalConfig.SEGMENT_LENGTH_MIN);
        try (ChronicleJournal journal = ChronicleJournal.open(config)) {
            for (int at = 0; at < records.size(); ) {
                final int end = Math.min(records.size(), at + 1 + random.nextInt(5));
                final int length = records.subList(at, end).stream()
                        .mapToInt(record -> record.length)
                        .sum();
                final UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(length));
                int offset = 0;
                for (final byte[] record : records.subList(at, end)) {
                    frame.putBytes(offset, record);
                    offset += record.length;
                }
                journal.append(frame, 0, length);
                at = end;
            }
        }
    }

    private static void replay(final Path folder, final LedgerStateMachine ledger) {
        try (JournalReader reader = FolderReader.open(folder, ledger.appliedSeq() + 1)) {
            Recovery.replay(reader, ledger, Long.MAX_VALUE);
        }
    }

    /** One JDK for each version from 17 on that is not this one, where such are installed. */
    private static Map<Integer, Path> jdks() throws IOException {
        final List<Path> homes = new ArrayList<>();
        for (final String variable : List.of("JAVA17_HOME", "JAVA25_HOME")) {
            if (System.getenv(variable) != null) {
                homes.add(Path.of(System.getenv(variable)));
            }
        }
        final File[] installed = new File("/usr/lib/jvm").listFiles();
        if (installed != null) {
            for (final File each : installed) {
                homes.add(each.toPath());
            }
        }
        final Map<Integer, Path> jdks = new TreeMap<>();
        jdks.put(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
        for (final Path home : homes) {
            if (Files.isExecutable(home.resolve("bin/java")) && Files.isReadable(home.resolve("release"))) {
                final Matcher version =
                        FEATURE_VERSION.matcher(Files.readString(home.resolve("release"), StandardCharsets.UTF_8));
                if (version.find() && Integer.parseInt(version.group(1)) >= 17) {
                    jdks.putIfAbsent(Integer.parseInt(version.group(1)), home);
                }
            }
        }
        return jdks;
    }

    /** A table's records and the digests after them. */
    private record Run(List<byte[]> records, String digests) {
        static Run of(final List<String> table) {
            final StateLedger ledger = new StateLedger();
            try (TableRunner runner = new TableRunner(ledger)) {
                runner.run(table);
                return new Run(List.copyOf(ledger.records()), ledger.digests());
            }
        }

        static String digests(final LedgerStateMachine ledger) {
            return Long.toHexString(ledger.runningDigest()) + " " + ledger.stateDigest();
        }
    }
}
