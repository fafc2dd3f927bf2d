// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.guard;

import io.partita.benchmarks.ChildJvm;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Two JVMs that do the same work, one with the code of the base and one with the candidate's. One works, the other waits. */
final class Rivals implements AutoCloseable {
    /** Compiled where it is met: how well it is compiled must not depend on what the other processors have to do. */
    private static final List<String> JVM_OPTIONS = List.of(
            "-Xms128m",
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-Xbatch",
            "-XX:MaxDirectMemorySize=4g",
            "-Dorg.slf4j.simpleLogger.log.io.partita=error");

    private static final int WARM_UP_TURNS = 120;
    private static final int TURNS = 200;
    private static final int UNDISTURBED = 100;
    private static final long STOP_TIMEOUT_S = 20;

    private final Rival base;
    private final Rival candidate;

    Rivals(final GuardedWork.Kind kind, final Path folder, final String baseClassPath, final String candidateClassPath)
            throws IOException {
        base = new Rival("base", kind, folder, baseClassPath);
        candidate = new Rival("candidate", kind, folder, candidateClassPath);
    }

    /** What an undisturbed slice takes: the hundredth part of all took less. */
    static double undisturbed(final long[] times) {
        final long[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / UNDISTURBED];
    }

    /** How many times as long the candidate takes. With a percentage above 0 it is made that much slower first. */
    double ratio(final int slowDownPercent) throws IOException {
        final long[] ofBase = new long[TURNS * GuardChild.SLICES];
        final long[] ofCandidate = new long[TURNS * GuardChild.SLICES];
        take(WARM_UP_TURNS, ofBase, ofCandidate);
        if (slowDownPercent > 0) {
            candidate.write(GuardChild.SLOW_DOWN, slowDownPercent);
        }
        take(TURNS, ofBase, ofCandidate);
        return undisturbed(ofCandidate) / undisturbed(ofBase);
    }

    private void take(final int turns, final long[] ofBase, final long[] ofCandidate) throws IOException {
        for (int i = 0; i < turns; i++) {
            base.turn(ofBase, i * GuardChild.SLICES);
            candidate.turn(ofCandidate, i * GuardChild.SLICES);
        }
    }

    @Override
    public void close() {
        base.close();
        candidate.close();
    }

    private static final class Rival implements AutoCloseable {
        private final String name;
        private final Process process;
        private final OutputStream out;
        private final DataInputStream in;

        Rival(final String name, final GuardedWork.Kind kind, final Path folder, final String classPath)
                throws IOException {
            this.name = name;
            final String[] options = Arrays.copyOf(JVM_OPTIONS.toArray(new String[0]), JVM_OPTIONS.size() + 1);
            options[JVM_OPTIONS.size()] = "-Dpartita.bench.dir=" + folder;
            process = new ChildJvm(List.of(options), classPath, List.of(GuardChild.COMMAND, kind.name())).start();
            out = process.getOutputStream();
            in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
        }

        void turn(final long[] times, final int at) throws IOException {
            write(GuardChild.TURN);
            try {
                for (int i = 0; i < GuardChild.SLICES; i++) {
                    times[at + i] = in.readLong();
                }
            } catch (final EOFException end) {
                throw new RivalFailedException(name, end);
            }
        }

        void write(final int... command) throws IOException {
            for (final int each : command) {
                out.write(each);
            }
            try {
                out.flush();
            } catch (final IOException broken) {
                throw new RivalFailedException(name, broken);
            }
        }

        /** It deletes its files when its input ends. */
        @Override
        public void close() {
            try {
                process.getOutputStream().close();
                if (!process.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (final IOException | InterruptedException e) {
                process.destroyForcibly();
            }
        }
    }
}
