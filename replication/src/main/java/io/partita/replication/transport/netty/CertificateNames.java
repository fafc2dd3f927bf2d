// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.partita.ledger.model.Id128;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * Whom a certificate stands for. A node: one URI {@code partita:node=ID} among its subject alternative names for each id that it
 * may speak as. A client, or an operator: the common name of its subject, of which the roles file says what it may. Both may be
 * bound to clusters by URIs {@code partita:cluster=ID}; without one the certificate is good in each cluster that trusts its CA.
 *
 * @param nodes ids of nodes that it may speak as; none for a client.
 * @param clusters ids it is bound to, 32 hexadecimal digits each; none if it is not.
 * @param principal the common name; null if there is none that can be one.
 * @param subject the whole subject, for messages.
 */
record CertificateNames(
        Set<String> nodes, Set<String> clusters, @Nullable String principal, String subject) {
    private static final String NODE = "partita:node=";
    private static final String CLUSTER = "partita:cluster=";
    private static final int TYPE_URI = 6;
    private static final Pattern PRINCIPAL = Pattern.compile("[A-Za-z0-9._@-]{1,64}");

    static CertificateNames of(final X509Certificate certificate) {
        final Set<String> nodes = new HashSet<>();
        final Set<String> clusters = new HashSet<>();
        for (final String uri : uris(certificate)) {
            if (uri.startsWith(NODE)) {
                nodes.add(uri.substring(NODE.length()));
            } else if (uri.startsWith(CLUSTER)) {
                clusters.add(uri.substring(CLUSTER.length()).toLowerCase(java.util.Locale.ROOT));
            }
        }
        final String subject = certificate.getSubjectX500Principal().getName();
        return new CertificateNames(Set.copyOf(nodes), Set.copyOf(clusters), commonName(subject), subject);
    }

    boolean isNode(final String node) {
        return nodes.contains(node);
    }

    boolean isOfCluster(final Id128 clusterId) {
        return clusters.isEmpty() || clusters.contains(clusterId.toString());
    }

    private static Set<String> uris(final X509Certificate certificate) {
        final Set<String> uris = new HashSet<>();
        try {
            final Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                for (final List<?> name : names) {
                    if (Integer.valueOf(TYPE_URI).equals(name.get(0)) && name.get(1) instanceof String uri) {
                        uris.add(uri);
                    }
                }
            }
        } catch (final CertificateParsingException e) {
            return Set.of(); // names that cannot be read name nobody
        }
        return uris;
    }

    private static @Nullable String commonName(final String subject) {
        try {
            String found = null;
            for (final Rdn part : new LdapName(subject).getRdns()) {
                if ("CN".equalsIgnoreCase(part.getType()) && part.getValue() instanceof String value) {
                    found = value; // the last is the most specific
                }
            }
            return found != null && PRINCIPAL.matcher(found).matches() ? found : null;
        } catch (final InvalidNameException e) {
            return null;
        }
    }
}
