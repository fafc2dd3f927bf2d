// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.audit;

import io.partita.examples.terminal.ToolException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the journal in what a user points at. */
public final class DataFolders {
    private DataFolders() {}

    /**
     * The journal folder of a data folder.
     *
     * @param folder a data folder, or its journal folder itself.
     * @return the journal folder.
     * @throws ToolException if there is none.
     */
    public static Path journalOf(final Path folder) {
        if (!Files.isDirectory(folder)) {
            throw ToolException.usage(
                    "FOLDER_NOT_FOUND",
                    "there is no such folder: folder=" + folder,
                    "give the data folder of a node, of exec --data or of drill --keep");
        }
        for (final Path journal : new Path[] {folder.resolve("journal"), folder}) {
            // Without its manifest it is still a journal: a damaged one.
            if (Files.isRegularFile(journal.resolve("manifest")) || hasSegments(journal)) {
                return journal;
            }
        }
        if (Files.exists(folder.resolve("LOCK"))) {
            throw ToolException.failed(
                    "DAMAGED",
                    "the data folder has no journal: folder=" + folder,
                    "if a node ever ran on it, bring the journal back, or start the node with an empty data folder beside its peer");
        }
        throw ToolException.usage(
                "NOT_A_DATA_FOLDER",
                "there is no journal in it: folder=" + folder,
                "give the data folder of a node, of exec --data or of drill --keep: it holds journal/manifest");
    }

    private static boolean hasSegments(final Path journal) {
        try (DirectoryStream<Path> segments = Files.newDirectoryStream(journal, "segment-*")) {
            return segments.iterator().hasNext();
        } catch (final IOException ex) {
            return false;
        }
    }
}
