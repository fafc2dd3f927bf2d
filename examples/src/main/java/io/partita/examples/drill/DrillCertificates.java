// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.terminal.ToolException;
import io.partita.replication.transport.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Certificates for a drill's nodes and its client, of a CA that is made for it and forgotten with it: by the JDK's {@code keytool},
 * as PEM files in the drill's folder.
 */
final class DrillCertificates {
    static final String CLIENT = "drill";

    private static final String AUTHORITY = "authority";
    private static final String PASSWORD = "of-a-store-that-is-deleted";
    private static final long KEYTOOL_TIMEOUT_S = 120;

    private final Path folder;

    private DrillCertificates(final Path folder) {
        this.folder = folder;
    }

    /** Makes them for these nodes and the client, and a table of roles. */
    static DrillCertificates make(final Path folder, final List<String> nodes)
            throws IOException, InterruptedException {
        final DrillCertificates made = new DrillCertificates(Files.createDirectories(folder));
        final Path store = folder.resolve("keys.p12");
        made.keytool(store, "-alias", AUTHORITY, "-dname", "CN=drill authority", "-ext", "bc:c");
        for (final String node : nodes) {
            final String name = "san=uri:partita:node=" + node;
            made.keytool(store, "-alias", node, "-dname", "CN=node-" + node, "-signer", AUTHORITY, "-ext", name);
        }
        made.keytool(store, "-alias", CLIENT, "-dname", "CN=" + CLIENT, "-signer", AUTHORITY);
        try {
            made.export(store, nodes);
        } catch (final GeneralSecurityException e) {
            throw new IOException("what keytool made cannot be read: store=" + store, e);
        }
        Files.delete(store);
        Files.writeString(made.roles(), "role." + CLIENT + "=submit,read,operate\n");

        return made;
    }

    /** The files of a node or the client. */
    TlsConfig files(final String name) {
        return new TlsConfig(folder.resolve(name + ".pem"), folder.resolve(name + ".key"), folder.resolve("ca.pem"));
    }

    /** The table of roles. */
    Path roles() {
        return folder.resolve("roles.properties");
    }

    private void keytool(final Path store, final String... options) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "7",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(options));
        final Path log = folder.resolve("keytool.log");
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (!process.waitFor(KEYTOOL_TIMEOUT_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw ToolException.failed(
                    "NO_CERTIFICATES",
                    "keytool made no certificate: options=" + String.join(" ", options),
                    "read its log: " + log + "; it belongs to the JDK that runs this");
        }
    }

    private void export(final Path store, final List<String> nodes) throws IOException, GeneralSecurityException {
        final KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        write("ca.pem", "CERTIFICATE", keys.getCertificate(AUTHORITY).getEncoded());
        final List<String> names = new ArrayList<>(nodes);
        names.add(CLIENT);
        for (final String name : names) {
            final Certificate certificate = keys.getCertificate(name);
            write(name + ".pem", "CERTIFICATE", certificate.getEncoded());
            write(
                    name + ".key",
                    "PRIVATE KEY",
                    keys.getKey(name, PASSWORD.toCharArray()).getEncoded());
        }
    }

    private void write(final String name, final String kind, final byte[] der) throws IOException {
        final String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        final Path file = Files.createFile(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
