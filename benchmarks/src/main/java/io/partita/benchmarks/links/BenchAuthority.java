// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.links;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.partita.replication.transport.TlsConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;

/** A CA for one measurement: its certificates are in files of the measurement's folder. */
public final class BenchAuthority {
    private final Path folder;
    private final X509Bundle authority;

    /**
     * Makes it.
     *
     * @param folder of the certificates.
     * @throws Exception if it cannot.
     */
    public BenchAuthority(final Path folder) throws Exception {
        this.folder = Files.createDirectories(folder);
        authority = new CertificateBuilder()
                .subject("CN=benchmark authority")
                .setIsCertificateAuthority(true)
                .notAfter(expiry())
                .ecp256()
                .buildSelfSigned();
        write("ca.pem", authority.getCertificatePEM());
    }

    /**
     * A certificate for a name.
     *
     * @param name the common name, and that of the files.
     * @param uris further names.
     * @return its files.
     * @throws Exception if it cannot.
     */
    public TlsConfig issue(final String name, final String... uris) throws Exception {
        final CertificateBuilder builder = new CertificateBuilder()
                .subject("CN=" + name)
                .notAfter(expiry())
                .ecp256();
        for (final String uri : uris) {
            builder.addSanUriName(uri);
        }
        final X509Bundle bundle = builder.buildIssuedBy(authority);
        write(name + ".pem", bundle.getCertificatePEM());
        write(name + ".key", bundle.getPrivateKeyPEM());
        return new TlsConfig(folder.resolve(name + ".pem"), folder.resolve(name + ".key"), folder.resolve("ca.pem"));
    }

    /** So far away that nobody is warned. */
    private static Instant expiry() {
        return Instant.now().plus(Duration.ofDays(100));
    }

    private void write(final String name, final String text) throws IOException {
        final Path file = Files.writeString(folder.resolve(name), text, StandardCharsets.US_ASCII);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
