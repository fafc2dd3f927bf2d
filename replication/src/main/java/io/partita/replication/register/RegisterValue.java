// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import java.util.Arrays;

/**
 * What the register holds: opaque bytes under a version. The array belongs to this object; do not change it.
 *
 * @param version from 1, grows by 1 per change; 0 if the register was never written.
 * @param bytes the value; empty at version 0.
 */
public record RegisterValue(long version, byte[] bytes) {
    /** A register that was never written. */
    public static final RegisterValue ABSENT = new RegisterValue(0, new byte[0]);

    /**
     * Whether the register was never written.
     *
     * @return true at version 0.
     */
    public boolean isAbsent() {
        return version == 0;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof RegisterValue value && version == value.version && Arrays.equals(bytes, value.bytes);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(version) * 31 + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "version=" + version + " bytes=" + bytes.length;
    }
}
