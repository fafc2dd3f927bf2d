// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.classfile;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Reads a class file and writes it again as it is, but for what a subclass changes on the way. */
abstract class ClassFileCopy {
    private static final int UTF8 = 1;

    final DataInputStream in;
    final DataOutputStream out;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private String[] strings = {};

    ClassFileCopy(final byte[] classFile) {
        in = new DataInputStream(new ByteArrayInputStream(classFile));
        out = new DataOutputStream(bytes);
    }

    /** All of it. */
    final byte[] run() throws IOException {
        copy(8); // magic and version
        final int constants = constants();
        final int access = in.readUnsignedShort();
        final int self = in.readUnsignedShort();
        addConstants(constants, self);
        out.writeShort(access);
        out.writeShort(self);
        copy(2); // super
        copy(2 * u2()); // interfaces
        members(false);
        members(true);
        in.transferTo(out);
        return bytes.toByteArray();
    }

    /** How many constants {@link #addConstants} writes. */
    int constantsAdded() {
        return 0;
    }

    /** Writes constants: the first one's index, and that of this class. */
    void addConstants(final int first, final int self) throws IOException {}

    /** How many methods {@link #addMethods} writes. */
    int methodsAdded() {
        return 0;
    }

    /** Writes methods. */
    void addMethods() throws IOException {}

    /** The index of a method's new name; negative: it keeps the one that it has. */
    int rename(final String method, final String descriptor) {
        return -1;
    }

    /** Copies a method's code attribute, from its length on. */
    void code(final String method, final String descriptor) throws IOException {
        attribute();
    }

    /** Returns how many places there were. */
    private int constants() throws IOException {
        final int count = in.readUnsignedShort();
        out.writeShort(count + constantsAdded());
        strings = new String[count];
        for (int i = 1; i < count; i++) {
            final int tag = in.readUnsignedByte();
            out.writeByte(tag);
            switch (tag) {
                case UTF8 -> {
                    strings[i] = in.readUTF();
                    out.writeUTF(strings[i]);
                }
                case 3, 4, 9, 10, 11, 12, 17, 18 -> copy(4);
                case 5, 6 -> { // long and double take two places
                    copy(8);
                    i++;
                }
                case 7, 8, 16, 19, 20 -> copy(2);
                case 15 -> copy(3);
                default -> throw new IOException("unknown constant: tag=" + tag);
            }
        }
        return count;
    }

    private void members(final boolean areMethods) throws IOException {
        final int count = in.readUnsignedShort();
        out.writeShort(count + (areMethods ? methodsAdded() : 0));
        for (int i = 0; i < count; i++) {
            copy(2); // access
            final int name = in.readUnsignedShort();
            final int type = in.readUnsignedShort();
            final int renamed = areMethods ? rename(strings[name], strings[type]) : -1;
            out.writeShort(renamed < 0 ? name : renamed);
            out.writeShort(type);
            final int attributes = u2();
            for (int k = 0; k < attributes; k++) {
                if ("Code".equals(strings[u2()]) && areMethods) {
                    code(strings[name], strings[type]);
                } else {
                    attribute();
                }
            }
        }
        if (areMethods) {
            addMethods();
        }
    }

    private void attribute() throws IOException {
        final int length = in.readInt();
        out.writeInt(length);
        copy(length);
    }

    private int u2() throws IOException {
        final int value = in.readUnsignedShort();
        out.writeShort(value);
        return value;
    }

    private void copy(final int length) throws IOException {
        out.write(in.readNBytes(length));
    }
}
