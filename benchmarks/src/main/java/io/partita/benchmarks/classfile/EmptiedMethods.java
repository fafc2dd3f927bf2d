// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Set;

/**
 * A class file with some of its methods emptied, so that a JVM can be measured with and without what they do, and the measured
 * class needs no switch for it. Only methods that return nothing can be emptied.
 */
final class EmptiedMethods {
    private static final int UTF8 = 1;
    private static final int RETURN = 0xB1;

    private final DataInputStream in;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final Set<String> names;
    private String[] strings = {};
    private int emptied;

    private EmptiedMethods(final byte[] classFile, final Set<String> names) {
        in = new DataInputStream(new ByteArrayInputStream(classFile));
        this.names = names;
    }

    /** Empties the methods of those names. */
    static byte[] of(final byte[] classFile, final Set<String> names) throws IOException {
        final EmptiedMethods work = new EmptiedMethods(classFile, names);
        work.run();
        if (work.emptied == 0) {
            throw new IOException("the class has none of these methods: " + names);
        }
        return work.bytes.toByteArray();
    }

    private void run() throws IOException {
        copy(8); // magic and version
        constants();
        copy(6); // access, this, super
        final int interfaces = u2();
        copy(2 * interfaces);
        members(false);
        members(true);
        in.transferTo(out);
    }

    private void constants() throws IOException {
        final int count = u2();
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
    }

    private void members(final boolean areMethods) throws IOException {
        final int count = u2();
        for (int i = 0; i < count; i++) {
            copy(2); // access
            final String name = strings[u2()];
            final String descriptor = strings[u2()];
            final boolean empty = areMethods && names.contains(name) && descriptor.endsWith(")V");
            final int attributes = u2();
            for (int k = 0; k < attributes; k++) {
                final String attribute = strings[u2()];
                if (empty && "Code".equals(attribute)) {
                    emptyCode();
                } else {
                    final int length = in.readInt();
                    out.writeInt(length);
                    copy(length);
                }
            }
        }
    }

    private void emptyCode() throws IOException {
        final int length = in.readInt();
        in.readUnsignedShort(); // stack
        final int locals = in.readUnsignedShort();
        in.skipNBytes(length - 4);
        out.writeInt(13);
        out.writeShort(0);
        out.writeShort(locals);
        out.writeInt(1);
        out.writeByte(RETURN);
        out.writeShort(0); // exceptions
        out.writeShort(0); // attributes
        emptied++;
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
