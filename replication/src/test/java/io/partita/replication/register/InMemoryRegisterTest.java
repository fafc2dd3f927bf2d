// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

class InMemoryRegisterTest extends RegisterContract {
    private final InMemoryRegister register = new InMemoryRegister();

    @Override
    protected CompareAndSetRegister open() {
        return register;
    }
}
