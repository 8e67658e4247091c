package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a node remembers on its disk of the cluster it was in: which nodes have, together, the newest copy of every record. A mark
 * with a higher number is newer; those that were made together have one number. A node that is in none of the newest marks was away
 * while records may have changed.
 *
 * @param number raised by each change; 0 for no mark at all
 * @param needed the consistent ids of the nodes that were there, and of those that are gone and had the only copy of something
 * @param away the nodes that are away, and while partitions are lost those that were
 * @param pairs only while partitions are lost: what is known of two of them for certain
 * @param past which other marks it knows of
 */
record CopyMark(long number, Set<String> needed, Map<String, Away> away, Set<LostPair> pairs, Past past) {
    /** Remembered by a node without a mark. */
    static final CopyMark NONE = new CopyMark(0, Set.of(), Map.of(), Set.of(), Past.NONE);

    private static final String FORMATS = "durable-copies-";
    private static final String FORMAT = "3";
    /** The format before. In it, and in marks that name no format, what a mark knows of others meant something else. */
    private static final String BEFORE = "2";

    /**
     * When something is remembered.
     *
     * @param view the name of the view of the cluster
     * @param topology the version of the topology
     * @param ended the views that this side of the cluster had before, and when they ended; their numbers say nothing
     */
    record Moment(String view, long topology, List<Dot> ended) {
        Moment {
            ended = List.copyOf(ended);
        }

        private boolean isBefore(Past past) {
            Dot known = past.seen().get(view);
            return known != null && known.topology() > topology;
        }

        /** Whether that was on this side of the cluster, until now. */
        boolean has(Dot made) {
            return (made.view().equals(view) && made.topology() <= topology)
                    || ended.stream()
                            .anyMatch(over -> over.view().equals(made.view()) && made.topology() < over.topology());
        }
    }

    /**
     * Since when a node had no part in what changed: the number of the newest mark it was in, 0 for one that was in none. Of what two of them both have copies, that of the higher number is newer.
     *
     * @param first when it went away first
     * @param last when it went away last
     * @param here whether it is back, with copies of lost partitions that are not open yet, or copies that are being filled
     */
    record Away(long first, long last, boolean here) {
        Away and(Away other) {
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
        return NewestMark.of(marks);
    }

    CopyMark with(Past other) {
        return new CopyMark(number, needed, away, pairs, other);
    }

    /** The same, where all nodes that were there are known to have held it. */
    CopyMark agreed() {
        return with(past.agreedNow());
    }

    /** Whether two nodes remember the same; what one of them knows of the holders makes no difference. */
    boolean same(CopyMark other) {
        return agreed().equals(other.agreed());
    }

    /** The nodes that were there. */
    Set<String> members() {
        return needed.stream().filter(this::has).collect(Collectors.toSet());
    }

    /**
     * What a node remembers from now on; empty where others have seen more of the cluster than this node: it has to hear of that first.
     * Also empty in a minority: nothing changes there, and a newer mark would make its older copies win (P2).
     *
     * @param before what it remembered
     * @param known the newest mark of the others
     * @param since which nodes were here since a mark was made
     * @param quorum whether these nodes may write
     * @param unfilled the nodes that do not have the newest copy of all they are to have
     */
    static Optional<CopyMark> renew(
            CopyMark before,
            CopyMark known,
            Function<CopyMark, Seen> since,
            Predicate<Set<String>> quorum,
            boolean partitionsLost,
            Set<String> unfilled,
            Moment now) {
        CopyMark newest = newest(List.of(before, known));
        if (now.isBefore(newest.past)) {
            return Optional.empty();
        }
        Seen seen = since.apply(newest);
        return quorum.test(seen.alive())
                ? Optional.of(newest.next(seen, partitionsLost, unfilled, now))
                : Optional.empty();
    }

    /** What a node remembers, where this was the newest that was known. */
    CopyMark next(Seen seen, boolean partitionsLost, Set<String> unfilled, Moment now) {
        Set<String> back = new TreeSet<>(unfilled);
        back.retainAll(seen.alive());
        CopyMark next = partitionsLost
                ? whileLost(seen, away(seen, back, back))
                : new CopyMark(number, seen.alive(), away(seen, back, back), Set.of(), past);
        // One that came and is gone again may remember more than any node here.
        return seen.isStill() && next.equals(this) && past.own().size() == 1 ? this : next.made(now);
    }

    private CopyMark made(Moment now) {
        long next = past.seen().values().stream().mapToLong(Dot::number).reduce(number, Math::max) + 1;
        return new CopyMark(next, needed, away, pairs, past.then(new Dot(now.view, now.topology, next), now.ended));
    }

    /** What is to be remembered of these nodes, by the same number, while partitions are lost, and it is not known which nodes are filled. */
    CopyMark whileLost(Seen seen) {
        CopyMark now = whileLost(seen, away(seen, seen.alive(), Set.of()));
        // Nodes that met were given nothing that is newer: nothing is written before all remember which nodes are here.
        Set<LostPair> known = new HashSet<>(pairs);
        known.addAll(now.pairs);
        return new CopyMark(number, now.needed, now.away, known, past);
    }

    private CopyMark whileLost(Seen seen, Map<String, Away> gone) {
        Set<String> all = new TreeSet<>(needed);
        all.addAll(seen.alive());
        return new CopyMark(number, all, gone, seen.all() ? pairs(all, seen) : Set.of(), past);
    }

    /**
     * @param back those that are here, and keep what is remembered of them since what they have is not open yet, or not filled
     * @param unfilled those that are known to be so
     */
    private Map<String, Away> away(Seen seen, Set<String> back, Set<String> unfilled) {
        Map<String, Away> gone = new TreeMap<>();
        Set<String> all = new TreeSet<>(needed);
        all.addAll(away.keySet());
        seen.views().forEach(all::addAll);
        all.removeIf(name -> seen.alive().contains(name) && !back.contains(name));
        for (String name : all) {
            boolean here = back.contains(name);
            if (has(name)) {
                boolean left = !here || seen.wentAway(name);
                if (left || away.containsKey(name) || unfilled.contains(name)) {
                    // A node that is filled without having been away is given what it never had.
                    long first = left ? number : 0;
                    Away before = away.getOrDefault(name, new Away(first, number, here));
                    gone.put(name, new Away(before.first, left ? number : before.last, here));
                }
            } else if (number > 0) {
                Away before = away.getOrDefault(name, new Away(0, 0, here));
                // Each node that was here may have been given newer copies, and no mark remembers that.
                boolean filled = seen.left(name) && (!here || seen.all());
                gone.put(name, new Away(before.first, filled ? number : before.last, here));
            }
        }
        return gone;
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
                boolean known = !seen.met(newer, older) && (pairs.contains(pair) || begins(pair, seen));
                if (!newer.equals(older) && (known || areEqual(newer, older, seen))) {
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

    /** Two that had all when they left, and what only they have is lost since: neither is newer than the other. */
    private boolean areEqual(String one, String other, Seen seen) {
        return number > 0 && hasAll(one) && hasAll(other) && seen.stayedApart(one, other);
    }

    private boolean hasAll(String name) {
        return needed.contains(name) && !away.containsKey(name);
    }

    /** What is known of a node that is not here now: since when it is away. */
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
        return new CopyMark(number, rest, away, pairs, past);
    }

    /**
     * What is remembered when the loss of nodes is accepted.
     *
     * @param decision a name for it without blanks, different each time
     */
    CopyMark without(Collection<String> nodes, String decision) {
        Set<String> rest = new TreeSet<>(needed);
        rest.removeAll(nodes);
        Map<String, Away> gone = new TreeMap<>(away);
        gone.keySet().removeAll(nodes);
        Set<LostPair> others = new HashSet<>(pairs);
        others.removeIf(pair -> nodes.stream().anyMatch(pair::of));
        return new CopyMark(number, rest, gone, others, past).made(new Moment(decision, 0, List.of()));
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

    /**
     * Of the nodes that are here and remember something those whose disks are what they were. One that held the newest mark, as all
     * agreed, and comes with an older one that does not know it has a disk of before.
     */
    static Set<String> present(Map<String, CopyMark> marks) {
        CopyMark newest = newest(marks.values());
        Set<String> present = new TreeSet<>(marks.keySet());
        if (newest.past.isAgreed() && newest.past.own().size() == 1) {
            Set<String> held = newest.members();
            marks.forEach((name, mark) -> {
                boolean knows = mark.past.own().equals(newest.past.own()) || mark.past.isAfter(newest.past);
                if (held.contains(name) && !knows) {
                    present.remove(name);
                }
            });
        }
        return present;
    }

    /**
     * A name for the format; the number, and the names; then, an empty line before each: numbers, a 1 for here, and names of those that were away; the pairs; what
     * it knows of others.
     */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(FORMATS + FORMAT);
        lines.add(String.valueOf(number));
        needed.stream().sorted().forEach(lines::add);
        lines.add("");
        new TreeMap<>(away)
                .forEach((name, since) ->
                        lines.add(since.first + " " + since.last + " " + (since.here ? 1 : 0) + " " + name));
        lines.add("");
        pairs.stream().map(LostPair::line).sorted().forEach(lines::add);
        lines.add("");
        lines.addAll(past.lines());
        return lines;
    }

    /**
     * Also reads a mark of an earlier format, or without a name for one, as all were before there was one: what it knew of others does
     * not count. Throws {@link NumberFormatException} for what is no mark, {@link OtherRelease} for one in a format of another release.
     */
    static CopyMark parse(List<String> lines) {
        if (lines.isEmpty() || !lines.get(0).startsWith(FORMATS)) {
            return parseItems(lines).with(Past.NONE);
        }
        return lines.get(0).equals(FORMATS + BEFORE)
                ? parseItems(lines.subList(1, lines.size())).with(Past.NONE)
                : parseItems(OtherRelease.rest(lines, FORMATS, FORMAT));
    }

    private static CopyMark parseItems(List<String> lines) {
        List<List<String>> parts = new ArrayList<>(List.of(new ArrayList<>()));
        for (String line : lines) {
            if (line.isEmpty()) {
                parts.add(new ArrayList<>());
            } else {
                parts.get(parts.size() - 1).add(line);
            }
        }
        if (parts.size() != 4) {
            throw new NumberFormatException("Not what is remembered of copies: " + lines);
        }
        long number = Long.parseLong(parts.get(0).isEmpty() ? "" : parts.get(0).get(0));
        Map<String, Away> away = new TreeMap<>();
        for (String line : parts.get(1)) {
            String[] words = line.split(" ", 4);
            if (words.length < 4) {
                throw new NumberFormatException("Not a node that was away: " + line);
            }
            away.put(words[3], new Away(Long.parseLong(words[0]), Long.parseLong(words[1]), words[2].equals("1")));
        }
        return new CopyMark(
                number,
                Set.copyOf(parts.get(0).subList(1, parts.get(0).size())),
                away,
                parts.get(2).stream().map(LostPair::parse).collect(Collectors.toSet()),
                Past.parse(parts.get(3)));
    }
}
