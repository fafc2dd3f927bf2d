// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts segments that were written anew in the place of damaged ones, of a journal at rest or of one that is in use:
 *
 * <pre>
 * journal/                          the journal
 * journal.mending/segment-N...      what is being made; deleted at the end
 * journal.damaged/segment-N...      the damaged segments as they were: evidence, never deleted here; so with the manifest
 * </pre>
 *
 * <p>A segment cannot be replaced together with the manifest that names its seal. So it has none meanwhile, and counts by its records
 * alone, which either file holds as far as it is whole:
 *
 * <pre>
 * the manifest says   the segment's files are
 *   SEALED            the damaged ones
 *   CLOSED            replaced one by one, each by a rename; a start seals what it finds
 *   SEALED            the new ones
 * </pre>
 *
 * <p>One that was not ended has no seal: its entry stays as it is.
 */
final class SegmentExchange {
    private static final String MENDING = ".mending";
    private static final String EVIDENCE = ".damaged";

    private final Path folder;

    SegmentExchange(final Path journal) {
        folder = journal.toAbsolutePath();
    }

    /** Where segments are made. */
    Path mending() {
        return beside(MENDING);
    }

    /** Where what was replaced is kept. */
    Path evidence() {
        return beside(EVIDENCE);
    }

    private Path beside(final String suffix) {
        return folder.resolveSibling(folder.getFileName() + suffix);
    }

    /** Writes a segment anew beside the journal, durably. */
    void write(final SegmentDraft draft) throws IOException {
        create(mending());
        draft.write(
                freeName(mending(), SegmentDescriptor.folderName(draft.entry().id())));
        FolderFiles.forceFolder(mending());
    }

    /**
     * Puts a segment that was written in the place of the damaged one, durably. The manifest knows it as CLOSED by now.
     *
     * @return where the damaged one is kept; empty if there was none.
     */
    String replace(final SegmentDraft draft) throws IOException {
        final Path home =
                folder.resolve(SegmentDescriptor.folderName(draft.entry().id()));
        final String kept = keep(home);
        FolderFiles.createFolder(home);
        final List<Path> foreign = files(home);
        for (final Path file : files(draft.folder())) {
            final Path target = home.resolve(file.getFileName());
            foreign.remove(target);
            FolderFiles.rename(file, target);
        }
        for (final Path file : foreign) {
            Files.delete(file);
        }
        FolderFiles.forceFolder(home);
        FolderFiles.forceFolder(folder);
        Files.delete(draft.folder());
        return kept;
    }

    /** By links: the segment stays readable where it is until the new one is there. */
    private String keep(final Path home) throws IOException {
        if (!Files.isDirectory(home)) {
            return "";
        }
        create(evidence());
        final Path kept = freeName(evidence(), home.getFileName().toString());
        FolderFiles.createFolder(kept);
        for (final Path file : files(home)) {
            Files.createLink(kept.resolve(file.getFileName()), file);
        }
        FolderFiles.forceFolder(kept);
        FolderFiles.forceFolder(evidence());
        return kept.toString();
    }

    /** Keeps a manifest that is damaged itself. */
    void keepManifest() throws IOException {
        create(evidence());
        final Path kept = freeName(evidence(), Manifest.FILE);
        FolderFiles.write(kept, ByteBuffer.wrap(Files.readAllBytes(folder.resolve(Manifest.FILE))));
        FolderFiles.forceFolder(evidence());
    }

    /** Drops what was made and is not needed, perhaps by a process that is dead. */
    void clear() throws IOException {
        if (Files.isDirectory(mending())) {
            FolderFiles.deleteTree(mending());
        }
    }

    private static List<Path> files(final Path of) throws IOException {
        final List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(of)) {
            stream.forEach(files::add);
        }
        return files;
    }

    private void create(final Path made) throws IOException {
        if (!Files.isDirectory(made)) {
            FolderFiles.createFolder(made);
            final Path parent = folder.getParent();
            if (parent == null) {
                throw new IllegalStateException("a journal at the root of a file system: " + folder);
            }
            FolderFiles.forceFolder(parent);
        }
    }

    private static Path freeName(final Path parent, final String name) {
        int number = 1;
        while (Files.exists(numbered(parent, name, number))) {
            number++;
        }
        return numbered(parent, name, number);
    }

    private static Path numbered(final Path parent, final String name, final int number) {
        return parent.resolve(number == 1 ? name : name + "." + number);
    }
}
