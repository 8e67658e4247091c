package io.durableserver.ignite.map;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One look through rows, for one watch, and what it says against what the watch had heard before it began. Pure. One look
 * proves nothing, as the news of a change may be on its way: what two looks say alike, and the watch has heard nothing of
 * between them, is so.
 */
final class RowLook {
    private static final byte[] NOTHING = {};

    /**
     * Something that is not as the watch had heard.
     *
     * @param heard the revision the watch knows, of the value or of its removal
     * @param found the revision that is there; 0 when the key is absent
     */
    record Doubt(String key, long heard, long found) {
        boolean isAbsence() {
            return found == 0;
        }
    }

    private final Map<String, Long> live;
    private final Map<String, Long> gone;
    private final Map<String, Row> found = new HashMap<>();

    /**
     * A look that begins now.
     *
     * @param live what the watch takes for present, with its revisions
     * @param gone what it remembers to be removed
     */
    RowLook(Map<String, Long> live, Map<String, Long> gone) {
        this.live = live;
        this.gone = gone;
    }

    /** A value or a mark. */
    void row(String key, Row row) {
        found.put(key, row);
    }

    /** What is in doubt, with the value that was found; empty where none was. */
    Map<Doubt, byte[]> doubts() {
        Map<Doubt, byte[]> doubts = new LinkedHashMap<>();
        live.forEach((key, heard) -> {
            Row row = found.get(key);
            if (row == null || (row.isMark() && row.revision() < heard)) {
                doubts.put(new Doubt(key, heard, 0), NOTHING);
            } else {
                lower(doubts, key, heard, row);
            }
        });
        gone.forEach((key, heard) -> {
            Row row = found.get(key);
            if (row != null) {
                lower(doubts, key, heard, row);
            }
        });
        return doubts;
    }

    private static void lower(Map<Doubt, byte[]> doubts, String key, long heard, Row row) {
        if (!row.isMark() && row.revision() < heard) {
            doubts.put(new Doubt(key, heard, row.revision()), row.value());
        }
    }
}
