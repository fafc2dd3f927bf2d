// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.FilePermissions;
import io.partita.replication.transport.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What three PEM files hold, once it fits together.
 *
 * @param key the private key.
 * @param chain the certificate, then the CAs above it that the file has.
 * @param trusted the CAs whose certificates are taken from the other side.
 */
record TlsMaterial(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> trusted) {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /**
     * Reads the files.
     *
     * @throws PartitaException CERTIFICATE_INVALID if they cannot be read or do not fit, INSECURE_PERMISSIONS if too many may read
     *     the key or change the others.
     */
    static TlsMaterial read(final TlsConfig config) {
        final List<X509Certificate> chain = certificates(config.certificate());
        final List<X509Certificate> trusted = certificates(config.trusted());
        FilePermissions.checkFile(config.certificate());
        FilePermissions.checkFile(config.trusted());
        final PrivateKey key = key(config.key(), chain.get(0).getPublicKey().getAlgorithm());
        if (!isPair(key, chain.get(0))) {
            throw invalid(
                    "the key is not the certificate's: key=" + config.key() + " certificate=" + config.certificate(),
                    "put the certificate and the key that were made together in place");
        }
        for (final X509Certificate authority : trusted) {
            if (authority.getBasicConstraints() < 0) {
                throw invalid(
                        "a trusted certificate is none of a CA: file=" + config.trusted() + " subject="
                                + authority.getSubjectX500Principal().getName(),
                        "put only certificates of CAs there (basicConstraints CA:TRUE)");
            }
        }
        return new TlsMaterial(key, chain, trusted);
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    /** When the first of the certificate and the CAs above it expires, milliseconds since 1970. */
    long notAfterMs() {
        long first = Long.MAX_VALUE;
        for (final X509Certificate each : chain) {
            first = Math.min(first, each.getNotAfter().getTime());
        }
        final X509Certificate top = chain.get(chain.size() - 1);
        for (final X509Certificate authority : trusted) {
            if (authority.getSubjectX500Principal().equals(top.getIssuerX500Principal())) {
                first = Math.min(first, authority.getNotAfter().getTime());
            }
        }
        return first;
    }

    long notBeforeMs() {
        return certificate().getNotBefore().getTime();
    }

    private static List<X509Certificate> certificates(final Path file) {
        final List<X509Certificate> found = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (final Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                found.add((X509Certificate) each);
            }
        } catch (final IOException | CertificateException e) {
            throw unreadable(file, e);
        }
        if (found.isEmpty()) {
            throw invalid("there is no certificate in the file: file=" + file, "put a certificate in PEM there");
        }
        return List.copyOf(found);
    }

    private static PrivateKey key(final Path file, final String algorithm) {
        final String text;
        try {
            text = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (final IOException e) {
            throw unreadable(file, e);
        }
        FilePermissions.checkSecret(file);
        final Matcher matcher = KEY.matcher(text);
        if (!matcher.find()) {
            throw invalid(
                    "there is no unencrypted PKCS#8 key in the file: file=" + file,
                    "convert it: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
        }
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1))));
        } catch (final GeneralSecurityException | IllegalArgumentException e) {
            // Without its cause: what cannot be parsed may be quoted there, and this is a key.
            throw invalid(
                    "the key cannot be read, or is of another kind than the certificate's: file=" + file
                            + " certificateKey=" + algorithm,
                    "put the certificate and the key that were made together in place");
        }
    }

    private static boolean isPair(final PrivateKey key, final X509Certificate certificate) {
        try {
            final Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> key.getAlgorithm();
                    });
            final byte[] message = "partita".getBytes(StandardCharsets.US_ASCII);
            signature.initSign(key);
            signature.update(message);
            final byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(message);
            return signature.verify(signed);
        } catch (final GeneralSecurityException e) {
            return false;
        }
    }

    private static PartitaException unreadable(final Path file, final Exception cause) {
        return new PartitaException(
                ErrorCode.CERTIFICATE_INVALID,
                "the file cannot be read: file=" + file + " (" + cause + ")",
                "check path, permissions and format (PEM)",
                cause);
    }

    private static PartitaException invalid(final String cause, final String nextStep) {
        return new PartitaException(ErrorCode.CERTIFICATE_INVALID, cause, nextStep);
    }
}
