package io.durableserver.backend.ignite;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Whether a node has the newest copy of all it is to have of a cache. */
enum Filled {
    WHOLE("true"),
    PARTLY("false"),
    /** The node is still taking in a change, and cannot tell. */
    UNSETTLED("unsettled");

    /** Part of the wire form. */
    final String word;

    Filled(String word) {
        this.word = word;
    }

    /** Empty for the word of another release. */
    static Optional<Filled> of(String word) {
        return Stream.of(values()).filter(filled -> filled.word.equals(word)).findFirst();
    }

    /**
     * What a look at the copies of a node tells: nothing unless the node had taken in one and the same topology before it and after.
     *
     * @param settled the topology the node has taken in; empty while it takes in another one
     */
    static Filled look(Supplier<Optional<Topology>> settled, BooleanSupplier ownsAll) {
        Optional<Topology> before = settled.get();
        if (before.isEmpty()) {
            return UNSETTLED;
        }
        boolean all = ownsAll.getAsBoolean();
        return settled.get().equals(before) ? (all ? WHOLE : PARTLY) : UNSETTLED;
    }
}
