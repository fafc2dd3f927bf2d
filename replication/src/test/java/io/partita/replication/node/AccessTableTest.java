// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.client.RequestKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTableTest {
    private static final int OPERATORS_KIND = 100;

    @TempDir
    Path folder;

    /** One line for a name: what each kind of request gets. Columns: commands, user command, look-up, query, report, operator's. */
    @Test
    void shouldAllowWhatTheTableSaysAndNothingElse() throws IOException {
        final AccessTable access = AccessTable.of(write(
                "# who may what",
                "role.payer = submit",
                "role.auditor=read",
                "role.both=submit, read",
                "role.chief=operate",
                "role.rescue=recover",
                "role.Who.Ever_1@bank-x=read"));
        assertAllowed(access, "payer", "yes yes no no yes no");
        assertAllowed(access, "auditor", "no no yes yes yes no");
        assertAllowed(access, "both", "yes yes yes yes yes no");
        assertAllowed(access, "chief", "no no no no yes yes");
        assertAllowed(access, "rescue", "no no no no yes no");
        assertAllowed(access, "Who.Ever_1@bank-x", "no no yes yes yes no");
        assertAllowed(access, "stranger", "no no no no no no");
        assertAllowed(access, "PAYER", "no no no no no no");
        assertAllowed(access, null, "no no no no no no");
        assertAllowed(AccessTable.open(), null, "yes yes yes yes yes yes");
    }

    @Test
    void shouldPlaceEveryKindOfBatch() {
        for (final BatchKind kind : BatchKind.values()) {
            final int needed = Permission.neededFor(RequestKinds.code(kind));
            assertEquals(kind.isRead() ? "read" : "submit", Permission.names(needed), kind.name());
            assertEquals(needed, Permission.neededFor(RequestKinds.code(kind) | RequestKinds.STALE), kind.name());
        }
        assertEquals("submit,read,operate,recover", Permission.names(Permission.neededFor(RequestKinds.REPORT)));
    }

    @Test
    void shouldRefuseWhatCannotBeMeant() throws IOException {
        assertRefused("not a role: key=role.x value=sumbit", "role.x=sumbit");
        assertRefused("not a role: key=role.x value=READ", "role.x=READ");
        assertRefused("not a role: key=role.x value=", "role.x=");
        assertRefused("not a role: key=role.x value=read,", "role.x=read,");
        assertRefused("not a key of the roles file: key=roles.x", "roles.x=read");
        assertRefused("not a key of the roles file: key=role.", "role.=read");
        assertRefused("twice: key=role.x", "role.x=read", "role.x=submit");
        assertRefused("cannot be read", "role.x=\\uZZZZ");
        final Path open = write("role.x=read");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertEquals(
                ErrorCode.INSECURE_PERMISSIONS,
                assertThrows(PartitaException.class, () -> AccessTable.of(open)).code());
        assertThrows(PartitaException.class, () -> AccessTable.of(folder.resolve("none")));
    }

    @Test
    void shouldTakeANewTableForClientsThatAreThere() throws IOException {
        final Path file = write("role.payer=submit");
        final AccessTable access = AccessTable.of(file);
        final AccessTable.Grant grant = access.grant("payer");
        assertTrue(grant.allows(Permission.SUBMIT.bit()));
        assertFalse(access.refresh());
        write("role.payer=read");
        assertFalse(access.refresh()); // it may be half written
        assertTrue(access.refresh());
        assertFalse(grant.allows(Permission.SUBMIT.bit()));
        assertTrue(grant.allows(Permission.READ.bit()));
        write("role.payer=everything");
        assertFalse(access.refresh());
        assertThrows(PartitaException.class, access::refresh);
        assertTrue(grant.allows(Permission.READ.bit()));
        assertFalse(access.refresh()); // complains once
        Files.delete(file);
        assertFalse(access.refresh());
        assertThrows(PartitaException.class, access::refresh);
        assertTrue(grant.allows(Permission.READ.bit()));
    }

    private void assertRefused(final String why, final String... lines) throws IOException {
        final Path file = write(lines);
        final PartitaException error = assertThrows(PartitaException.class, () -> AccessTable.of(file));
        assertEquals(ErrorCode.INVALID_CONFIGURATION, error.code());
        assertTrue(error.getMessage().contains(why), error.getMessage());
    }

    private static void assertAllowed(final AccessTable access, final String name, final String expected) {
        final AccessTable.Grant grant = access.grant(name);
        final StringBuilder found = new StringBuilder();
        for (final int kind : new int[] {
            RequestKinds.code(BatchKind.COMMANDS),
            RequestKinds.code(BatchKind.USER_COMMAND),
            RequestKinds.code(BatchKind.LOOKUP_ACCOUNTS),
            RequestKinds.code(BatchKind.QUERY_TRANSFERS) | RequestKinds.STALE,
            RequestKinds.REPORT,
            OPERATORS_KIND
        }) {
            found.append(found.length() == 0 ? "" : " ")
                    .append(grant.allows(Permission.neededFor(kind)) ? "yes" : "no");
        }
        assertEquals(expected, found.toString(), name);
    }

    private Path write(final String... lines) throws IOException {
        final Path file = folder.resolve("roles.properties");
        Files.deleteIfExists(file);
        Files.writeString(file, String.join("\n", lines) + "\n");
        return file;
    }
}
