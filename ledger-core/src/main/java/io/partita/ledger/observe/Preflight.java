// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.observe;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks, before anything that needs them is loaded, that the JVM was started with the flags of {@code META-INF/partita.jvm}.
 * Uses nothing but the JDK.
 */
public final class Preflight {
    /** Where the argument file is in the jar. */
    public static final String RESOURCE = "META-INF/partita.jvm";

    private static final String OPENS = "--add-opens=";
    private static final String EXPORTS = "--add-exports=";

    private Preflight() {}

    /**
     * Throws if a flag is missing.
     *
     * @throws PartitaException JVM_FLAGS_MISSING, with exactly the missing flags and where the file is.
     */
    public static void check() {
        final List<String> missing = missing();
        if (!missing.isEmpty()) {
            throw new PartitaException(
                    ErrorCode.JVM_FLAGS_MISSING,
                    "this JVM lacks " + missing.size() + " of the flags Partita needs:\n  "
                            + String.join("\n  ", missing) + "\n",
                    howTo());
        }
    }

    /**
     * The missing flags.
     *
     * @return as they stand in the argument file; empty if all is well.
     */
    public static List<String> missing() {
        final List<String> missing = new ArrayList<>();
        for (final String line : lines()) {
            if (isMissing(line)) {
                missing.add(line);
            }
        }
        return missing;
    }

    private static boolean isMissing(final String flag) {
        final boolean isOpens = flag.startsWith(OPENS);
        if (!isOpens && !flag.startsWith(EXPORTS)) {
            return false; // the others silence warnings; their absence stops nothing
        }
        final String target = flag.substring(flag.indexOf('=') + 1, flag.lastIndexOf('='));
        final int slash = target.indexOf('/');
        final String packageName = target.substring(slash + 1);
        final Optional<Module> module = ModuleLayer.boot().findModule(target.substring(0, slash));
        if (module.isEmpty() || !module.get().getPackages().contains(packageName)) {
            return false; // a JDK without the package needs no flag for it
        }
        final Module ours = Preflight.class.getModule();
        return isOpens ? !module.get().isOpen(packageName, ours) : !module.get().isExported(packageName, ours);
    }

    private static List<String> lines() {
        final List<String> lines = new ArrayList<>();
        final InputStream resource = loader().getResourceAsStream(RESOURCE);
        if (resource == null) {
            throw new IllegalStateException("the jar lacks " + RESOURCE);
        }
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line.trim());
            }
        } catch (final IOException error) {
            throw new IllegalStateException("cannot read " + RESOURCE, error);
        }
        return lines;
    }

    private static String howTo() {
        final URL url = loader().getResource(RESOURCE);
        final String location = url == null ? RESOURCE : url.toString();
        if (location.startsWith("file:")) {
            final Path file = Path.of(URI.create(location));
            return "start it with: java @" + file + " ... (or set JDK_JAVA_OPTIONS=@" + file + ")";
        }
        final int bang = location.indexOf("!/");
        final String jar = location.startsWith("jar:file:") && bang > 0
                ? Path.of(URI.create(location.substring("jar:".length(), bang))).toString()
                : location;
        return "take the argument file out of the jar: unzip -p " + jar + " " + RESOURCE
                + " > partita.jvm, then start it"
                + " with: java @partita.jvm ... (or set JDK_JAVA_OPTIONS=@partita.jvm)";
    }

    private static ClassLoader loader() {
        final ClassLoader loader = Preflight.class.getClassLoader();
        return loader == null ? ClassLoader.getSystemClassLoader() : loader;
    }
}
