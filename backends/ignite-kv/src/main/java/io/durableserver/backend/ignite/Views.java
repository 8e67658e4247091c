package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * The names of the views that one side of a cluster had: which server nodes were here, one name for each change of them. A network that is
 * split has two sides, and each counts the versions of its topology on, so versions are compared only where the name of a view says
 * that they were of one side. All nodes of a side make the same of it. Pure.
 */
final class Views {
    /** A node that made a mark alone before that many others counts as one of another side, which is safe. */
    static final int MOST = 64;

    private Views() {}

    /**
     * What is remembered now is made in this moment; empty where it is not known yet which nodes are here.
     *
     * @param names the name of the view by a version of the topology; empty where that is not known any more
     */
    static Optional<CopyMark.Moment> moment(LongFunction<Optional<String>> names, long now) {
        return names.apply(now).map(here -> new CopyMark.Moment(here, now, ended(names, here, now)));
    }

    private static List<Dot> ended(LongFunction<Optional<String>> names, String here, long now) {
        List<Dot> ended = new ArrayList<>();
        String last = here;
        for (long version = now - 1; version > 0 && ended.size() < MOST; version--) {
            Optional<String> name = names.apply(version);
            if (name.isEmpty()) {
                break;
            }
            if (!name.get().equals(last)) {
                last = name.get();
                ended.add(new Dot(last, version + 1, 0));
            }
        }
        return ended;
    }
}
