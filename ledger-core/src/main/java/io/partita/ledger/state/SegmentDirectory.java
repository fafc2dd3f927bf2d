// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.Invariant;
import java.util.Arrays;

/**
 * The directory of an extendible hash table (Fagin, Nievergelt, Pippenger, Strong, 1979): which segment holds the keys whose
 * hash starts with certain bits. Growing splits one segment at a time, so that no single step visits all entries; only the
 * directory itself, 4 bytes per some thousand entries, doubles as a whole.
 *
 * <p>Segments split at varied fill, else all of them would split within the same short time: each has its own threshold.
 */
final class SegmentDirectory {
    private final int depthMax;
    private final int thresholdMin;
    private final int thresholdSpread;
    private int[] segments = {0, 0};
    private int depth = 1;
    private int segmentCount = 1;
    private byte[] localDepths = new byte[16];
    private int[] used = new int[16];
    private int[] thresholds = new int[16];

    /**
     * A directory with one segment, 0.
     *
     * @param segmentSlots slots of a segment.
     * @param thresholdMinPercent the least fill at which a segment splits.
     * @param thresholdMaxPercent the highest.
     * @param depthMax hash bits that may be used.
     */
    SegmentDirectory(
            final int segmentSlots, final int thresholdMinPercent, final int thresholdMaxPercent, final int depthMax) {
        this.depthMax = depthMax;
        thresholdMin = segmentSlots * thresholdMinPercent / 100;
        thresholdSpread = segmentSlots * thresholdMaxPercent / 100 - thresholdMin + 1;
        thresholds[0] = threshold(0);
        Invariant.check(thresholdMin > 0, "a segment takes an entry before it splits");
        Invariant.check(thresholdMin + thresholdSpread - 1 < segmentSlots, "a segment always has an empty slot");
    }

    int segmentOf(final long hash) {
        return segments[(int) (hash >>> (64 - depth))];
    }

    int segmentCount() {
        return segmentCount;
    }

    boolean isFull(final int segment) {
        return used[segment] >= thresholds[segment];
    }

    void added(final int segment) {
        used[segment]++;
    }

    void removed(final int segment) {
        used[segment]--;
    }

    void used(final int segment, final int entries) {
        used[segment] = entries;
    }

    int used(final int segment) {
        return used[segment];
    }

    /** The hash bit that tells the two halves of a segment apart when it splits. */
    boolean goesToUpperHalf(final int localDepthBefore, final long hash) {
        return ((hash >>> (63 - localDepthBefore)) & 1) != 0;
    }

    int localDepth(final int segment) {
        return localDepths[segment];
    }

    /**
     * Splits the segment of a hash in the directory; the caller moves the entries.
     *
     * @param hash of a key of the segment.
     * @return the new segment, which gets the upper half.
     */
    int split(final long hash) {
        final int segment = segmentOf(hash);
        final int localDepth = localDepths[segment];
        if (localDepth == depth) {
            doubleDirectory();
        }
        if (segmentCount == used.length) {
            used = Arrays.copyOf(used, segmentCount * 2);
            thresholds = Arrays.copyOf(thresholds, segmentCount * 2);
            localDepths = Arrays.copyOf(localDepths, segmentCount * 2);
        }
        final int upper = segmentCount++;
        thresholds[upper] = threshold(upper);
        localDepths[segment]++;
        localDepths[upper] = localDepths[segment];

        // The hash's leading bits number the directory, so a segment's entries are neighbours.
        final int span = 1 << (depth - localDepth);
        final int first = (int) (hash >>> (64 - depth)) & -span;
        Arrays.fill(segments, first + span / 2, first + span, upper);
        return upper;
    }

    private void doubleDirectory() {
        Invariant.check(depth < depthMax, "the directory of an id index is deep enough for any number of ids");
        final int[] doubled = new int[segments.length * 2];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = segments[i >>> 1];
        }
        segments = doubled;
        depth++;
    }

    private int threshold(final int segment) {
        return thresholdMin + (int) ((StateDigest.mix(segment) >>> 33) % thresholdSpread);
    }
}
