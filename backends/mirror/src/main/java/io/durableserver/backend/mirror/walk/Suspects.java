package io.durableserver.backend.mirror.walk;

import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.Version;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The keys of which the authority says that it has no record, until its listing is asked too: a reading of one key and a
 * listing are independent of each other. The walk that adds to them bounds them. Thread-safe.
 */
final class Suspects {
    /** A key, whether it was the authority that listed it, and what the mirror had. */
    private record Suspect(Listed entry, boolean listed, Optional<Version> extra) {}

    private final Map<String, Suspect> suspects = new TreeMap<>();
    private final Map<String, Listed> again = new TreeMap<>();

    synchronized void add(Listed entry, boolean listed, Optional<Version> extra) {
        suspects.putIfAbsent(entry.key(), new Suspect(entry, listed, extra));
    }

    synchronized int size() {
        return suspects.size();
    }

    /** The authority's listing has this key now. */
    synchronized void listed(Listed entry) {
        if (suspects.containsKey(entry.key())) {
            again.put(entry.key(), entry);
        }
    }

    /** The keys that the listing had with one version and has with another: they are removed and made again all the time. */
    synchronized List<Listed> moved() {
        return keys(this::hasMoved);
    }

    private boolean hasMoved(Suspect suspect) {
        Listed now = again.get(suspect.entry().key());
        return suspect.listed() && now != null && !now.equals(suspect.entry());
    }

    /** The keys that the listing has, which speaks against what the authority says of them. */
    synchronized List<Listed> contradicted() {
        return keys(suspect -> again.containsKey(suspect.entry().key()) && !hasMoved(suspect)).stream()
                .map(entry -> Objects.requireNonNull(again.get(entry.key())))
                .toList();
    }

    /** The keys that the listing does not have either, and the mirror has, with the version that the mirror had. */
    synchronized List<Listed> gone() {
        return suspects.values().stream()
                .filter(suspect -> !again.containsKey(suspect.entry().key()))
                .flatMap(suspect -> suspect.extra().stream()
                        .map(version -> new Listed(suspect.entry().key(), version)))
                .toList();
    }

    private List<Listed> keys(Predicate<Suspect> which) {
        return suspects.values().stream().filter(which).map(Suspect::entry).toList();
    }
}
