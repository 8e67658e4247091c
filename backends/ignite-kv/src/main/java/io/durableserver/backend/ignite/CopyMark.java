package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a node remembers on its disk of the cluster it was in: which nodes have, together, the newest copy of every record. A mark
 * with a higher number is newer; those that were made together have one number. Whoever is in none of the newest marks was away
 * while records may have changed.
 *
 * @param number raised by each change; 0 for no mark at all
 * @param needed the consistent ids of the nodes that were there, and of those that are gone and had the only copy of something
 * @param away only while partitions are lost: the nodes that were away meanwhile
 * @param pairs only while partitions are lost: what is known of two of them for certain
 */
record CopyMark(long number, Set<String> needed, Map<String, Away> away, Set<LostPair> pairs) {
    /** Remembered by a node without a mark. */
    static final CopyMark NONE = new CopyMark(0, Set.of(), Map.of());

    CopyMark(long number, Set<String> needed, Map<String, Away> away) {
        this(number, needed, away, Set.of());
    }

    /**
     * Since when a node had no part in what changed: the number of the newest mark it was in, 0 for one that was away before anything
     * was lost. Of what two of them both have copies, that of the higher number is newer.
     *
     * @param first when it went away first
     * @param last when it went away last
     * @param here whether it is back, with copies of lost partitions that are not open yet
     */
    record Away(long first, long last, boolean here) {
        private Away and(Away other) {
            return new Away(Math.min(first, other.first), Math.max(last, other.last), here || other.here);
        }
    }

    CopyMark {
        needed = Set.copyOf(needed);
        away = Map.copyOf(away);
        pairs = Set.copyOf(pairs);
    }

    /** The newest of what nodes remember, {@link #NONE} where they remember nothing. */
    static CopyMark newest(Collection<CopyMark> marks) {
        CopyMark newest = NONE;
        for (CopyMark mark : marks) {
            if (mark.number > newest.number) {
                newest = mark;
            } else if (mark.number == newest.number) {
                newest = newest.and(mark);
            }
        }
        return newest;
    }

    private CopyMark and(CopyMark other) {
        Set<String> all = new TreeSet<>(needed);
        all.addAll(other.needed);
        Map<String, Away> gone = new TreeMap<>(away);
        other.away.forEach((name, since) -> gone.merge(name, since, Away::and));
        Set<LostPair> both = new HashSet<>(pairs);
        both.addAll(other.pairs);
        return new CopyMark(number, all, gone, both);
    }

    /**
     * What a node remembers from now on.
     *
     * @param before what it remembered
     * @param known the newest mark of the others
     * @param seen what it has seen of the cluster since it remembered that, the last of it now
     */
    static CopyMark renew(CopyMark before, CopyMark known, Seen seen, boolean partitionsLost) {
        if (known.number <= before.number) {
            return newest(List.of(before, known)).next(seen, partitionsLost);
        }
        CopyMark own = seen.all() ? before.next(seen, partitionsLost) : before;
        return newest(List.of(own, known)).next(seen.last(), partitionsLost);
    }

    /** What a node remembers that sees these nodes now, where this was the newest that was known. */
    CopyMark next(Set<String> alive, boolean partitionsLost) {
        return next(Seen.only(alive), partitionsLost);
    }

    private CopyMark next(Seen seen, boolean partitionsLost) {
        CopyMark next = partitionsLost ? whileLost(seen) : new CopyMark(number, seen.alive(), Map.of());
        // One that came and is gone again may remember more than anybody here.
        boolean same = next.equals(this) && seen.views().stream().allMatch(seen.alive()::equals);
        return same && number > 0 ? this : new CopyMark(number + 1, next.needed, next.away, next.pairs);
    }

    /** What is to be remembered of these nodes, by the same number, while partitions are lost. */
    CopyMark whileLost(Seen seen) {
        Set<String> alive = seen.alive();
        Set<String> all = new TreeSet<>(needed);
        all.addAll(alive);
        Map<String, Away> gone = new TreeMap<>();
        for (String name : all) {
            Away before = away.get(name);
            boolean here = alive.contains(name);
            if (before != null) {
                gone.put(name, new Away(before.first, before.here && !here ? number : before.last, here));
            } else if (!here) {
                gone.put(name, new Away(number, number, false));
            } else if (number > 0 && !needed.contains(name)) {
                gone.put(name, new Away(0, 0, true));
            }
        }
        // Whoever has not seen all takes it over from those of the same number, who have.
        boolean same = all.equals(needed) && gone.equals(away);
        return new CopyMark(number, all, gone, seen.all() ? pairs(all, seen) : same ? pairs : Set.of());
    }

    private boolean has(String name) {
        Away known = away.get(name);
        return needed.contains(name) && (known == null || known.here);
    }

    private Set<LostPair> pairs(Set<String> all, Seen seen) {
        Set<LostPair> found = new HashSet<>();
        for (String newer : all) {
            for (String older : all) {
                LostPair pair = new LostPair(newer, older);
                if (!newer.equals(older) && !seen.met(newer, older) && (pairs.contains(pair) || begins(pair, seen))) {
                    found.add(pair);
                }
            }
        }
        return found;
    }

    /** Only for a newer one that was not away before: one that came back may not have been filled any more. */
    private boolean begins(LostPair pair, Seen seen) {
        Away gone = away.get(pair.newer());
        if (number == 0 || has(pair.older()) || !needed.contains(pair.newer())) {
            return false;
        }
        return gone == null
                ? seen.bothWereAway(pair.newer(), pair.older())
                : !gone.here && gone.first == gone.last && !needed.contains(pair.older());
    }

    /** Since when a node is away that is not here now. */
    Away since(String name) {
        Away known = away.get(name);
        if (known != null) {
            // One that is said to be here has just gone.
            return known.here ? new Away(known.first, number, false) : known;
        }
        long always = needed.contains(name) ? number : 0;
        return new Away(always, always, false);
    }

    /** The same without those that are not meant to have records any more. */
    CopyMark of(Set<String> baseline) {
        Set<String> rest = new TreeSet<>(needed);
        rest.retainAll(baseline);
        return new CopyMark(number, rest, away, pairs);
    }

    /** What is remembered when the loss of nodes is accepted. */
    CopyMark without(Collection<String> nodes, long atLeast) {
        Set<String> rest = new TreeSet<>(needed);
        rest.removeAll(nodes);
        Map<String, Away> gone = new TreeMap<>(away);
        gone.keySet().removeAll(nodes);
        Set<LostPair> others = new HashSet<>(pairs);
        others.removeIf(pair -> nodes.stream().anyMatch(pair::of));
        return new CopyMark(Math.max(number, atLeast) + 1, rest, gone, others);
    }

    /**
     * The nodes whose copies may be newer than all that are here.
     *
     * @param marks what the nodes that are here remember
     * @param withMarks those that are here and remember something: a node with an empty disk has no copies
     */
    static Set<String> missing(Collection<CopyMark> marks, Set<String> withMarks) {
        Set<String> missing = new TreeSet<>(newest(marks).needed());
        missing.removeAll(withMarks);
        return missing;
    }

    /** One line each: the number, and the names; then an empty one, and numbers, a 1 for here, and names of those that were away, if any were; then
     *  an empty one and the pairs, if there are any. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.valueOf(number));
        needed.stream().sorted().forEach(lines::add);
        if (!away.isEmpty() || !pairs.isEmpty()) {
            lines.add("");
            new TreeMap<>(away)
                    .forEach((name, since) ->
                            lines.add(since.first + " " + since.last + " " + (since.here ? 1 : 0) + " " + name));
        }
        if (!pairs.isEmpty()) {
            lines.add("");
            pairs.stream().map(LostPair::line).sorted().forEach(lines::add);
        }
        return lines;
    }

    /** Throws {@link NumberFormatException} for what is no mark. */
    static CopyMark parse(List<String> lines) {
        long number = Long.parseLong(lines.isEmpty() ? "" : lines.get(0));
        int end = lines.contains("") ? lines.indexOf("") : lines.size();
        List<String> rest = lines.subList(Math.min(end + 1, lines.size()), lines.size());
        int gone = rest.contains("") ? rest.indexOf("") : rest.size();
        Map<String, Away> away = new TreeMap<>();
        for (String line : rest.subList(0, gone)) {
            String[] parts = line.split(" ", 4);
            if (parts.length < 4) {
                throw new NumberFormatException("Not a node that was away: " + line);
            }
            away.put(parts[3], new Away(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2].equals("1")));
        }
        Set<LostPair> pairs = rest.subList(Math.min(gone + 1, rest.size()), rest.size()).stream()
                .map(LostPair::parse)
                .collect(Collectors.toSet());
        return new CopyMark(number, Set.copyOf(lines.subList(1, end)), away, pairs);
    }
}
