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
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Certificates for the nodes and the clients of a drill or a test, of a CA that is made for it and forgotten with it: by the JDK's
 * {@code keytool}, as PEM files in a folder.
 */
public final class DrillCertificates {

    private static final String AUTHORITY = "authority";
    private static final String PASSWORD = "of-a-store-that-is-deleted";
    private static final long KEYTOOL_TIMEOUT_S = 120;

    private final Path folder;

    private DrillCertificates(final Path folder) {
        this.folder = folder;
    }

    /**
     * Makes them, and the table of roles.
     *
     * @param folder for the files; made if absent.
     * @param nodes ids of the nodes.
     * @param clients the clients' common names, each with its roles as the table has them: {@code submit,read}.
     * @return where they are.
     * @throws IOException if a file cannot be written or read.
     * @throws InterruptedException if the thread was interrupted.
     */
    public static DrillCertificates make(final Path folder, final List<String> nodes, final Map<String, String> clients)
            throws IOException, InterruptedException {
        final DrillCertificates made = new DrillCertificates(Files.createDirectories(folder));
        final Path store = folder.resolve("keys.p12");
        made.keytool(store, "-alias", AUTHORITY, "-dname", "CN=drill authority", "-ext", "bc:c");
        for (final String node : nodes) {
            final String name = "san=uri:partita:node=" + node;
            made.keytool(store, "-alias", node, "-dname", "CN=node-" + node, "-signer", AUTHORITY, "-ext", name);
        }
        final List<String> names = new ArrayList<>(nodes);
        final StringBuilder roles = new StringBuilder();
        for (final Map.Entry<String, String> client : clients.entrySet()) {
            final String name = client.getKey();
            made.keytool(store, "-alias", name, "-dname", "CN=" + name, "-signer", AUTHORITY);
            names.add(name);
            roles.append("role.")
                    .append(name)
                    .append('=')
                    .append(client.getValue())
                    .append('\n');
        }
        try {
            made.export(store, names);
        } catch (final GeneralSecurityException e) {
            throw new IOException("what keytool made cannot be read: store=" + store, e);
        }
        Files.delete(store);
        Files.writeString(made.roles(), roles);

        return made;
    }

    /**
     * The files of a node or a client.
     *
     * @param name its id or common name.
     * @return certificate, key and CA.
     */
    public TlsConfig files(final String name) {
        return new TlsConfig(folder.resolve(name + ".pem"), folder.resolve(name + ".key"), folder.resolve("ca.pem"));
    }

    /**
     * The table of roles.
     *
     * @return its file.
     */
    public Path roles() {
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
                "90",
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

    private void export(final Path store, final List<String> names) throws IOException, GeneralSecurityException {
        final KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        write("ca.pem", "CERTIFICATE", keys.getCertificate(AUTHORITY).getEncoded());
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
