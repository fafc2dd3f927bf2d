// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.classfile;

import java.io.IOException;
import java.util.Set;

/** Methods that do nothing. Only those that return nothing can be emptied. */
public final class EmptiedMethods extends ClassFileCopy {
    private static final int RETURN = 0xB1;

    private final Set<String> names;
    private int emptied;

    private EmptiedMethods(final byte[] classFile, final Set<String> names) {
        super(classFile);
        this.names = names;
    }

    /**
     * Empties the methods of those names.
     *
     * @param classFile that has them.
     * @param names of methods.
     * @return the changed class file.
     * @throws IOException if it has none of them.
     */
    public static byte[] of(final byte[] classFile, final Set<String> names) throws IOException {
        final EmptiedMethods work = new EmptiedMethods(classFile, names);
        final byte[] changed = work.run();
        if (work.emptied == 0) {
            throw new IOException("the class has none of these methods: " + names);
        }
        return changed;
    }

    @Override
    void code(final String method, final String descriptor) throws IOException {
        if (!names.contains(method) || !descriptor.endsWith(")V")) {
            super.code(method, descriptor);
            return;
        }
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
}
