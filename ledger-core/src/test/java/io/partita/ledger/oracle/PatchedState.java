// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.state.StateSubject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A state machine with one mistake: a source of the state package is compiled with a few characters changed, and the whole
 * package is loaded again around it, by a class loader that asks itself first.
 */
final class PatchedState {
    private static final String PACKAGE = "io.partita.ledger.state.";
    private static final Path SOURCES = Path.of("src", "main", "java");

    private PatchedState() {}

    /** A mistake: what is wrong, in which class, which piece of its source, and what stands there instead. */
    record Mutant(String name, String simpleClass, String from, String to) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** What makes subjects that have the mistake. */
    static Constructor<? extends Subject> load(final Mutant mutant) {
        final Map<String, byte[]> classes = compile(mutant.simpleClass(), patched(mutant));
        final ClassLoader loader = new ClassLoader(PatchedState.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
                if (!name.startsWith(PACKAGE)) {
                    return super.loadClass(name, resolve);
                }
                synchronized (getClassLoadingLock(name)) {
                    final Class<?> loaded = findLoadedClass(name);
                    return loaded != null ? loaded : define(name);
                }
            }

            private Class<?> define(final String name) throws ClassNotFoundException {
                final byte[] bytes = classes.containsKey(name) ? classes.get(name) : original(name, getParent());
                return defineClass(name, bytes, 0, bytes.length);
            }
        };
        try {
            return loader.loadClass(StateSubject.class.getName())
                    .asSubclass(Subject.class)
                    .getConstructor(long.class);
        } catch (final ReflectiveOperationException error) {
            throw new IllegalStateException(error);
        }
    }

    private static byte[] original(final String name, final ClassLoader parent) throws ClassNotFoundException {
        try (InputStream bytes = parent.getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return bytes.readAllBytes();
        } catch (final IOException error) {
            throw new ClassNotFoundException(name, error);
        }
    }

    private static String patched(final Mutant mutant) {
        final Path file = SOURCES.resolve(PACKAGE.replace('.', '/')).resolve(mutant.simpleClass() + ".java");
        final String source;
        try {
            source = Files.readString(file);
        } catch (final IOException error) {
            throw new UncheckedIOException(error);
        }
        final int at = source.indexOf(mutant.from());
        if (at < 0 || source.indexOf(mutant.from(), at + 1) >= 0) {
            throw new AssertionError("the source has changed, change the mutant with it: expected once in " + file
                    + ": " + mutant.from());
        }
        return source.replace(mutant.from(), mutant.to());
    }

    private static Map<String, byte[]> compile(final String simpleClass, final String source) {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final Map<String, ByteArrayOutputStream> outputs = new HashMap<>();
        final JavaFileManager files =
                new ForwardingJavaFileManager<>(compiler.getStandardFileManager(null, null, null)) {
                    @Override
                    public JavaFileObject getJavaFileForOutput(
                            final Location location,
                            final String className,
                            final JavaFileObject.Kind kind,
                            final FileObject sibling) {
                        return new SimpleJavaFileObject(URI.create("memory:///" + className), kind) {
                            @Override
                            public OutputStream openOutputStream() {
                                return outputs.computeIfAbsent(className, name -> new ByteArrayOutputStream());
                            }
                        };
                    }
                };
        final URI uri = URI.create("memory:///" + PACKAGE.replace('.', '/') + simpleClass + ".java");
        final JavaFileObject input = new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(final boolean ignoreEncodingErrors) {
                return source;
            }
        };
        final String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        final StringWriter messages = new StringWriter();
        final List<String> options = List.of("-proc:none", "-nowarn", "-classpath", path);
        if (!compiler.getTask(messages, files, null, options, null, List.of(input))
                .call()) {
            throw new AssertionError("the mutant does not compile: " + messages);
        }
        final Map<String, byte[]> classes = new HashMap<>();
        outputs.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return classes;
    }
}
