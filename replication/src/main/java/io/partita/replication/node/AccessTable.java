// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.FilePermissions;
import io.partita.replication.transport.WatchedFiles;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Who may what: the roles of each client, by the common name of its certificate. Who is not in the table may nothing. Without TLS
 * nobody has a name, and everybody may everything: the port is then on loopback, or somebody took that risk in words.
 *
 * <p>The file is read again when it changes, for sessions that are up as well.
 */
final class AccessTable {
    private static final String KEY_PREFIX = "role.";
    private static final Map<String, Permission> PERMISSIONS = Map.of(
            "submit",
            Permission.SUBMIT,
            "read",
            Permission.READ,
            "operate",
            Permission.OPERATE,
            "recover",
            Permission.RECOVER);

    private final @Nullable Path file;
    private final @Nullable WatchedFiles watch;
    private volatile Map<String, Integer> table;

    private AccessTable(final @Nullable Path file) {
        this.file = file;
        watch = file == null ? null : new WatchedFiles(file);
        table = file == null ? Map.of() : read(file);
    }

    /** Without TLS. */
    static AccessTable open() {
        return new AccessTable(null);
    }

    /**
     * Reads the roles.
     *
     * @param file properties, a line {@code role.NAME=submit,read} for each name.
     * @return the table.
     * @throws PartitaException INVALID_CONFIGURATION if the file cannot be read or says what cannot be meant,
     *     INSECURE_PERMISSIONS if everybody may write to it.
     */
    static AccessTable of(final Path file) {
        return new AccessTable(file);
    }

    /**
     * Reads the file again if it has changed. One thread.
     *
     * @return whether there is another table now.
     * @throws PartitaException if the new one cannot be used: the old one stays.
     */
    boolean refresh() {
        final WatchedFiles watched = watch;
        final Path from = file;
        if (watched == null || from == null || !watched.haveChanged()) {
            return false;
        }
        table = read(from);
        return true;
    }

    /** What a client may, for one thread. */
    Grant grant(final @Nullable String principal) {
        return new Grant(principal);
    }

    private static Map<String, Integer> read(final Path file) {
        final Properties lines = new OnceEach();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            lines.load(reader);
        } catch (final IOException | IllegalArgumentException e) {
            throw invalid("the roles file cannot be read: file=" + file + " (" + e.getMessage() + ")", e);
        }
        FilePermissions.checkFile(file);
        final Map<String, Integer> table = new HashMap<>();
        for (final String key : lines.stringPropertyNames()) {
            if (!key.startsWith(KEY_PREFIX)
                    || !key.substring(KEY_PREFIX.length()).matches("[A-Za-z0-9._@-]{1,64}")) {
                throw invalid("not a key of the roles file: key=" + key + " file=" + file, null);
            }
            table.put(key.substring(KEY_PREFIX.length()), permissions(key, lines.getProperty(key), file));
        }
        return Map.copyOf(table);
    }

    private static int permissions(final String key, final String value, final Path file) {
        int bits = 0;
        for (final String part : value.split(",", -1)) {
            final Permission permission = PERMISSIONS.get(part.trim());
            if (permission == null) {
                throw invalid("not a role: key=" + key + " value=" + value + " file=" + file, null);
            }
            bits |= permission.bit();
        }
        return bits;
    }

    private static PartitaException invalid(final String cause, final @Nullable Exception exception) {
        return new PartitaException(
                ErrorCode.INVALID_CONFIGURATION,
                cause,
                "say role.NAME=ROLES, with NAME the common name of a certificate, once each, and ROLES of submit, read,"
                        + " operate, recover",
                exception);
    }

    /** What one client may. One thread; asking allocates nothing. */
    final class Grant {
        private final @Nullable String principal;
        private @Nullable Map<String, Integer> asOf;
        private int allowed;
        private int told;

        private Grant(final @Nullable String principal) {
            this.principal = principal;
        }

        /** Whether one of these is allowed, by the table as it is now. */
        boolean allows(final int needed) {
            if (file == null) {
                return true;
            }
            final Map<String, Integer> now = table;
            if (now != asOf) {
                asOf = now;
                allowed = principal == null ? 0 : now.getOrDefault(principal, 0);
            }
            return (allowed & needed) != 0;
        }

        /** Whether a refusal of these is the first of this client. */
        boolean isFirstRefusal(final int needed) {
            final boolean isFirst = (told & needed) != needed;
            told |= needed;
            return isFirst;
        }
    }

    /** Properties that refuse a key that is there already: of two lines for one name neither can be meant. */
    private static final class OnceEach extends Properties {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized @Nullable Object put(final Object key, final Object value) {
            if (containsKey(key)) {
                throw new IllegalArgumentException("twice: key=" + key);
            }
            return super.put(key, value);
        }
    }
}
