// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.classfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlowedMethodTest {
    @Test
    void shouldCallBothAndPassEverythingOn() throws Exception {
        Counter.calls = 0;
        final MethodType type = MethodType.methodType(int.class, int.class, String.class, List.class, int.class);
        final byte[] changed = SlowedMethod.of(classFile(), "look", type, Counter.class, "count");

        final Class<?> target = new Loader().define(changed);
        final Object result = target.getMethod("look", int.class, String.class, List.class, int.class)
                .invoke(target.getConstructor().newInstance(), 1, "22", List.of(3, 3, 3), 4);

        assertEquals(1 + 22 + 3 + 4, result);
        assertEquals(1, Counter.calls);
    }

    @Test
    void shouldSayWhenThereIsNoSuchMethod() {
        final MethodType type = MethodType.methodType(void.class);

        assertThrows(IOException.class, () -> SlowedMethod.of(classFile(), "look", type, Counter.class, "count"));
    }

    private static byte[] classFile() throws IOException {
        try (InputStream in = SlowedMethodTest.class.getResourceAsStream("SlowedMethodTest$Target.class")) {
            return in.readAllBytes();
        }
    }

    /** What is changed: a branch, a long constant, and a method of the same name. */
    public static final class Target {
        /** Calls the other one. */
        public int look(final int one) {
            return look(one, "0", List.of(), 0);
        }

        /** Adds up. */
        public int look(final int one, final String two, final List<?> three, final int four) {
            final long sum = one + Long.parseLong(two) + (three.isEmpty() ? 0 : three.size()) + four;
            return sum > 0x1_0000_0000L ? -1 : (int) sum;
        }
    }

    /** Public, for the changed class is of another loader. */
    public static final class Counter {
        private static int calls;

        /** Called by the changed class. */
        public static void count() {
            calls++;
        }
    }

    private static final class Loader extends ClassLoader {
        Loader() {
            super(SlowedMethodTest.class.getClassLoader());
        }

        Class<?> define(final byte[] classFile) {
            return defineClass(Target.class.getName(), classFile, 0, classFile.length);
        }
    }
}
