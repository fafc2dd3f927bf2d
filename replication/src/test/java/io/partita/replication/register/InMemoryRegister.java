// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

/** A register in memory: the contract and nothing else. */
final class InMemoryRegister implements CompareAndSetRegister {
    private RegisterValue value = RegisterValue.ABSENT;

    @Override
    public synchronized RegisterValue read() {
        return value;
    }

    @Override
    public synchronized CasOutcome compareAndSet(final long expectedVersion, final byte[] bytes) {
        if (bytes.length > VALUE_LENGTH_MAX) {
            throw new IllegalArgumentException("value is too long: length=" + bytes.length);
        }
        if (value.version() != expectedVersion) {
            return new CasOutcome.Conflict(value);
        }
        value = new RegisterValue(expectedVersion + 1, bytes.clone());
        return new CasOutcome.Ok(value.version());
    }

    @Override
    public void close() {}
}
