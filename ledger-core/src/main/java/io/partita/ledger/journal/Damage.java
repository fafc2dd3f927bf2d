// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

/**
 * One thing that is wrong with a stored journal.
 *
 * @param file path within the journal folder.
 * @param segment id of the segment, 0 if it is none's.
 * @param offset byte offset in the file, as near as it can be told; -1 if the file as a whole is meant.
 * @param seq of the damaged record, 0 if it lies outside any record.
 * @param what is wrong, a sentence.
 */
public record Damage(String file, long segment, long offset, long seq, String what) {
    @Override
    public String toString() {
        return "file=" + file + (segment > 0 ? ", segment=" + segment : "") + (offset >= 0 ? ", offset=" + offset : "")
                + (seq > 0 ? ", seq=" + seq : "") + ": " + what;
    }
}
