// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import java.nio.file.Path;

/**
 * The files that make a process somebody: PEM, UTF-8. They are read again when they change; no restart is needed.
 *
 * @param certificate this process's certificate, then those of the CAs between it and a trusted one, if any.
 * @param key its private key: PKCS#8, not encrypted, not readable by everybody.
 * @param trusted certificates of the CAs whose certificates are taken from the other side; one or more.
 */
public record TlsConfig(Path certificate, Path key, Path trusted) {}
