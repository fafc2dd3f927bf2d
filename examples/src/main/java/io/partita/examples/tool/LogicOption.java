// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.terminal.ToolException;
import io.partita.ledger.state.UserLogic;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The user's own logic, for journals that were written with one. */
final class LogicOption {
    @Option(
            names = "--logic",
            paramLabel = "CLASS",
            description = "the user's own logic that the journal was written with: a UserLogic on the class path,"
                    + " with a constructor without parameters")
    private @Nullable String className;

    /** A new instance at each call; null if none was asked for. */
    @Nullable
    UserLogic open() {
        if (className == null) {
            return null;
        }
        try {
            return Class.forName(className)
                    .asSubclass(UserLogic.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (final ReflectiveOperationException | ClassCastException | LinkageError ex) {
            throw ToolException.usage(
                    "LOGIC_NOT_FOUND",
                    "cannot make the user's own logic: --logic=" + className + ", cause=" + ex,
                    "name a public class that implements UserLogic; to add its jar, run the tool as java @partita.jvm"
                            + " -cp partita-tool.jar:yours.jar io.partita.examples.Main");
        }
    }
}
