package io.durableserver.benchmarks.faults;

import java.util.Optional;

/**
 * One request of a client, and how it ended. Times are of {@link System#nanoTime}, which all JVMs of a machine share.
 *
 * @param node number of the node whose client sent it
 * @param id unique; an append puts it into the list
 * @param begun before it was sent
 * @param ended after its end was known; {@link Long#MAX_VALUE} where it never was
 * @param position where an append was put, or how many ids a look saw; 0 unless acknowledged
 * @param last the last id that a look saw; 0 unless acknowledged
 * @param reason why it was not acknowledged, {@code -} otherwise
 */
record Operation(
        int node,
        Kind kind,
        long id,
        String key,
        long begun,
        long ended,
        End end,
        int position,
        long last,
        String reason) {
    private static final int WORDS = 11;
    private static final String END_OF_LINE = ".";

    /** What was asked. */
    enum Kind {
        APPEND,
        LOOK
    }

    /** What the client was told. */
    enum End {
        ACKNOWLEDGED,
        /** It had no effect. */
        NOT_APPLIED,
        /** The outcome is unknown, or was not told. */
        UNKNOWN
    }

    static Operation begin(int node, Kind kind, long id, String key, long now) {
        return new Operation(node, kind, id, key, now, Long.MAX_VALUE, End.UNKNOWN, 0, 0, "-");
    }

    Operation acknowledged(long now, int where, long seen) {
        return new Operation(node, kind, id, key, begun, now, End.ACKNOWLEDGED, where, seen, "-");
    }

    Operation failed(long now, End how, String why) {
        return new Operation(node, kind, id, key, begun, now, how, 0, 0, why);
    }

    boolean acknowledgedAppend() {
        return kind == Kind.APPEND && end == End.ACKNOWLEDGED;
    }

    /** One line; keys and reasons have no blanks. It ends with a mark, since a killed process may leave half of one. */
    String line() {
        return String.join(
                " ",
                Integer.toString(node),
                kind.name(),
                Long.toString(id),
                key,
                Long.toString(begun),
                Long.toString(ended),
                end.name(),
                Integer.toString(position),
                Long.toString(last),
                reason,
                END_OF_LINE);
    }

    /** Empty for half a line. */
    static Optional<Operation> parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != WORDS || !words[WORDS - 1].equals(END_OF_LINE)) {
            return Optional.empty();
        }
        return Optional.of(new Operation(
                Integer.parseInt(words[0]),
                Kind.valueOf(words[1]),
                Long.parseLong(words[2]),
                words[3],
                Long.parseLong(words[4]),
                Long.parseLong(words[5]),
                End.valueOf(words[6]),
                Integer.parseInt(words[7]),
                Long.parseLong(words[8]),
                words[9]));
    }
}
