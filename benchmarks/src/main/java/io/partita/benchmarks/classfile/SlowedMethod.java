// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.classfile;

import java.io.IOException;
import java.lang.invoke.MethodType;

/**
 * A public method that calls a static method without arguments before it does what it does: the original gets another name, and
 * in its place comes one that makes the two calls. That has no branches, and in the original nothing has to be moved.
 */
public final class SlowedMethod extends ClassFileCopy {
    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int METHOD = 10;
    private static final int NAME_AND_TYPE = 12;
    private static final int CONSTANTS = 12;

    private static final int PUBLIC = 1;
    private static final int ILOAD = 0x15;
    private static final int ALOAD = 0x19;
    private static final int IRETURN = 0xAC;
    private static final int ARETURN = 0xB0;
    private static final int RETURN = 0xB1;
    private static final int INVOKE_VIRTUAL = 0xB6;
    private static final int INVOKE_STATIC = 0xB8;

    private final String method;
    private final MethodType type;
    private final Class<?> called;
    private final String calledMethod;
    private int first;
    private boolean isRenamed;

    private SlowedMethod(
            final byte[] classFile,
            final String method,
            final MethodType type,
            final Class<?> called,
            final String calledMethod) {
        super(classFile);
        this.method = method;
        this.type = type;
        this.called = called;
        this.calledMethod = calledMethod;
    }

    /**
     * Changes one method.
     *
     * @param classFile that has it.
     * @param method its name; it is public and not static.
     * @param type its arguments and what it returns: ints and references only.
     * @param called a class that the changed one sees.
     * @param calledMethod a public static method of that class, which takes and returns nothing.
     * @return the changed class file.
     * @throws IOException if the class has no such method.
     */
    public static byte[] of(
            final byte[] classFile,
            final String method,
            final MethodType type,
            final Class<?> called,
            final String calledMethod)
            throws IOException {
        final SlowedMethod work = new SlowedMethod(classFile, method, type, called, calledMethod);
        final byte[] changed = work.run();
        if (!work.isRenamed) {
            throw new IOException("the class has no " + method + type.toMethodDescriptorString());
        }
        return changed;
    }

    @Override
    int constantsAdded() {
        return CONSTANTS;
    }

    @Override
    void addConstants(final int index, final int self) throws IOException {
        first = index;
        utf8(method + "$original"); // first
        utf8(type.toMethodDescriptorString()); // first + 1
        pair(NAME_AND_TYPE, first, first + 1); // first + 2
        pair(METHOD, self, first + 2); // first + 3
        utf8(called.getName().replace('.', '/')); // first + 4
        out.writeByte(CLASS); // first + 5
        out.writeShort(first + 4);
        utf8(calledMethod); // first + 6
        utf8("()V"); // first + 7
        pair(NAME_AND_TYPE, first + 6, first + 7); // first + 8
        pair(METHOD, first + 5, first + 8); // first + 9
        utf8(method); // first + 10
        utf8("Code"); // first + 11
    }

    private void utf8(final String text) throws IOException {
        out.writeByte(UTF8);
        out.writeUTF(text);
    }

    private void pair(final int tag, final int one, final int other) throws IOException {
        out.writeByte(tag);
        out.writeShort(one);
        out.writeShort(other);
    }

    @Override
    int rename(final String name, final String descriptor) {
        if (!name.equals(method) || !descriptor.equals(type.toMethodDescriptorString())) {
            return -1;
        }
        isRenamed = true;
        return first;
    }

    @Override
    int methodsAdded() {
        return 1;
    }

    @Override
    void addMethods() throws IOException {
        final int locals = 1 + type.parameterCount();
        final int codeLength = 3 + 2 * locals + 3 + 1;
        out.writeShort(PUBLIC);
        out.writeShort(first + 10);
        out.writeShort(first + 1);
        out.writeShort(1); // attributes
        out.writeShort(first + 11);
        out.writeInt(2 + 2 + 4 + codeLength + 2 + 2);
        out.writeShort(locals); // stack
        out.writeShort(locals);
        out.writeInt(codeLength);
        out.writeByte(INVOKE_STATIC);
        out.writeShort(first + 9);
        out.writeByte(ALOAD);
        out.writeByte(0);
        for (int i = 1; i < locals; i++) {
            out.writeByte(opcode(type.parameterType(i - 1), ILOAD, ALOAD));
            out.writeByte(i);
        }
        out.writeByte(INVOKE_VIRTUAL);
        out.writeShort(first + 3);
        out.writeByte(type.returnType() == void.class ? RETURN : opcode(type.returnType(), IRETURN, ARETURN));
        out.writeShort(0); // exceptions
        out.writeShort(0); // attributes
    }

    private static int opcode(final Class<?> of, final int forInt, final int forReference) {
        if (of.isPrimitive() && of != int.class) {
            throw new IllegalArgumentException("not supported: " + of);
        }
        return of.isPrimitive() ? forInt : forReference;
    }
}
