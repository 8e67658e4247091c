package io.durableserver.backend.ignite;

import io.durableserver.backend.ignite.CopyMark.Away;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What counts of several marks: the one that knows all others. Where no mark does, one that all nodes agreed on which were there counts
 * before those that some of these nodes never held, since nothing was written with them. What is left of marks that do not know each other is put
 * together so that a node which is not in all of them may be older and may be newer than any other. Pure.
 */
final class NewestMark {
    private NewestMark() {}

    static CopyMark of(Collection<CopyMark> marks) {
        List<CopyMark> all = distinct(marks);
        if (all.size() == 1) {
            return all.get(0);
        }
        List<CopyMark> last = new ArrayList<>(all);
        last.removeIf(mark -> all.stream().anyMatch(other -> other.past().isAfter(mark.past())));
        List<CopyMark> count = new ArrayList<>(last);
        count.removeIf(mark -> last.stream().anyMatch(other -> cameToNothing(mark, other)));
        CopyMark newest = count.stream().reduce(NewestMark::beside).orElse(CopyMark.NONE);
        for (CopyMark mark : last.size() > 1 ? last : List.<CopyMark>of()) {
            newest = newest.with(newest.past().over(mark.past()));
        }
        return newest;
    }

    /** One mark of those that were made at one time, by nodes that did not know the same. */
    private static List<CopyMark> distinct(Collection<CopyMark> marks) {
        Map<Set<Dot>, CopyMark> made = new LinkedHashMap<>();
        for (CopyMark mark : marks) {
            made.merge(mark.past().own(), mark, NewestMark::ofOneTime);
        }
        return List.copyOf(made.values());
    }

    private static CopyMark ofOneTime(CopyMark one, CopyMark other) {
        return one.equals(other)
                ? one
                : one.members().equals(other.members()) ? together(one, other) : beside(one, other);
    }

    /**
     * Whether nothing was written with a mark, as far as another one tells that was agreed on: one of the nodes that this one needs never
     * held it. Of two sides without a node in common either may have written.
     */
    static boolean cameToNothing(CopyMark mark, CopyMark other) {
        return mark.past().cameToNothing(other.past())
                && other.members().stream().anyMatch(mark.members()::contains);
    }

    private static CopyMark together(CopyMark one, CopyMark other) {
        Map<String, Away> gone = new TreeMap<>(one.away());
        other.away().forEach((name, since) -> gone.merge(name, since, Away::and));
        Set<LostPair> pairs = new HashSet<>(one.pairs());
        pairs.addAll(other.pairs());
        return new CopyMark(
                Math.max(one.number(), other.number()),
                union(one.needed(), other.needed()),
                gone,
                pairs,
                one.past().and(other.past()));
    }

    private static CopyMark beside(CopyMark one, CopyMark other) {
        long most = Math.max(one.number(), other.number());
        Set<String> names = union(one.needed(), other.needed());
        names.addAll(one.away().keySet());
        names.addAll(other.away().keySet());
        Map<String, Away> gone = new TreeMap<>();
        for (String name : names) {
            boolean first = one.members().contains(name);
            boolean second = other.members().contains(name);
            if (first != second) {
                gone.put(name, new Away(0, most, false));
            } else if (!first) {
                gone.put(name, one.since(name).and(other.since(name)));
            } else {
                one.away().forEach((same, since) -> and(gone, name, same, since));
                other.away().forEach((same, since) -> and(gone, name, same, since));
            }
        }
        Set<LostPair> pairs = new HashSet<>(one.pairs());
        pairs.retainAll(other.pairs());
        return new CopyMark(
                most,
                union(one.needed(), other.needed()),
                gone,
                pairs,
                one.past().and(other.past()));
    }

    private static void and(Map<String, Away> gone, String name, String same, Away since) {
        if (same.equals(name)) {
            gone.merge(name, since, Away::and);
        }
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new TreeSet<>(one);
        all.addAll(other);
        return all;
    }
}
