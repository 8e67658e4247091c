package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which marks one mark knows of. Of two marks neither of which knows the other their numbers do not say which one is newer.
 *
 * @param own when it was made; several where it puts marks together that did not know each other
 * @param agreed the newest ones before it, or itself, that all nodes held that were there: only with these may records have changed
 * @param seen the newest one it knows of each view, its own ones too; of a view that is over, when it ended
 */
record Past(Set<Dot> own, Set<Dot> agreed, Map<String, Dot> seen) {
    static final Past NONE = new Past(Set.of(), Set.of(), Map.of());

    /** A cluster whose server nodes changed more often than this has forgotten what was before. */
    static final int VIEWS = 2 * Views.MOST;

    private static final Comparator<Dot> NEWEST_FIRST =
            Dot.ORDER.thenComparing(Dot::view).reversed();

    Past {
        own = Set.copyOf(own);
        agreed = Set.copyOf(agreed);
        seen = bounded(seen);
    }

    private static Map<String, Dot> bounded(Map<String, Dot> seen) {
        return seen.size() <= VIEWS
                ? Map.copyOf(seen)
                : seen.values().stream()
                        .sorted(Comparator.comparingLong(Dot::number).reversed().thenComparing(NEWEST_FIRST))
                        .limit(VIEWS)
                        .collect(Collectors.toUnmodifiableMap(Dot::view, dot -> dot));
    }

    /** The version of the topology by which it was made, where that was on this side of the cluster. */
    OptionalLong madeIn(CopyMark.Moment now) {
        if (own.size() != 1) {
            return OptionalLong.empty();
        }
        Dot made = own.iterator().next();
        return now.has(made) ? OptionalLong.of(made.topology()) : OptionalLong.empty();
    }

    /** What is made of this now. */
    Past then(Dot made, Collection<Dot> ended) {
        Map<String, Dot> all = new HashMap<>(seen);
        for (Dot over : ended) {
            // By its number, so that what is newest is forgotten last. The same nodes may be alone more than once.
            all.merge(over.view(), new Dot(over.view(), over.topology(), made.number()), Past::later);
        }
        all.put(made.view(), made);
        return new Past(Set.of(made), agreed, all);
    }

    private static Dot later(Dot one, Dot other) {
        return other.isNoNewerThan(one) ? one : other;
    }

    Past agreedNow() {
        return new Past(own, own, seen);
    }

    boolean isAgreed() {
        return !own.isEmpty() && agreed.equals(own);
    }

    /** Whether one mark knows all of these. */
    private boolean knows(Set<Dot> dots) {
        return dots.stream().allMatch(this::knows);
    }

    private boolean knows(Dot dot) {
        Dot known = seen.get(dot.view());
        return known != null
                ? dot.isNoNewerThan(known)
                : seen.size() == VIEWS && seen.values().stream().allMatch(other -> dot.number() < other.number());
    }

    /** Whether one mark, or a node on its side until now, knows of another one. */
    boolean knows(Past other, CopyMark.Moment now) {
        return other.own.stream().allMatch(dot -> now.has(dot) || knows(dot));
    }

    /** Whether what was made then is older than this. */
    boolean isAfter(Past other) {
        return !own.equals(other.own) && knows(other.own);
    }

    /** Whether no record changed with this mark, as far as another one tells whose nodes agreed without it. */
    boolean cameToNothing(Past other) {
        return other.isAgreed() && !isAgreed() && other.knows(agreed);
    }

    /** Both are known now. */
    Past and(Past other) {
        Map<String, Dot> all = new HashMap<>(seen);
        other.seen.forEach((view, dot) -> all.merge(view, dot, Past::later));
        return own.equals(other.own)
                ? new Past(own, isAgreed() || other.isAgreed() ? own : both(agreed, other.agreed), all)
                : new Past(both(own, other.own), both(agreed, other.agreed), all);
    }

    /** This one counts, and the other one is known and does not. */
    Past over(Past other) {
        return new Past(own, agreed, and(other).seen);
    }

    private static Set<Dot> both(Set<Dot> one, Set<Dot> other) {
        Set<Dot> all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    /** One line for each. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        own.stream().map(dot -> "own " + dot.line()).sorted().forEach(lines::add);
        agreed.stream().map(dot -> "agreed " + dot.line()).sorted().forEach(lines::add);
        seen.values().stream().map(dot -> "seen " + dot.line()).sorted().forEach(lines::add);
        return lines;
    }

    /** Throws {@link NumberFormatException} for what is none. */
    static Past parse(List<String> lines) {
        Map<String, Dot> seen = new HashMap<>();
        dots(lines, "seen").forEach(dot -> seen.put(dot.view(), dot));
        Past past = new Past(dots(lines, "own"), dots(lines, "agreed"), seen);
        if (past.own.size() + past.agreed.size() + past.seen.size() != lines.size()) {
            throw new NumberFormatException("Not what a mark knows of others: " + lines);
        }
        return past;
    }

    private static Set<Dot> dots(Collection<String> lines, String kind) {
        Predicate<String> ofKind = line -> line.startsWith(kind + " ");
        return lines.stream()
                .filter(ofKind)
                .map(line -> Dot.parse(line.substring(kind.length() + 1)))
                .collect(Collectors.toSet());
    }
}
