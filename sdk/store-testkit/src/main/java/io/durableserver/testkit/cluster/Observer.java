package io.durableserver.testkit.cluster;

import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A watcher that writes down what it is told, and what is wrong with it. Thread-safe. */
final class Observer implements Listener {
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, String> view = new HashMap<>();
    private final Map<String, Long> revisions = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private int caughtUp;
    private int gaps;
    private int closed;

    @Override
    public synchronized void changed(List<Change> batch) {
        if (closed > 0) {
            wrong.add("told after the end");
        }
        if (batch.isEmpty()) {
            wrong.add("an empty batch");
        }
        batch.forEach(this::changed);
    }

    private void changed(Change change) {
        String key = change.key();
        changes.add(change);
        String before = ClusterKit.text(change.before());
        if (!before.equals(view.getOrDefault(key, "-"))) {
            wrong.add(key + " was " + view.get(key) + ", told before " + before);
        }
        if (change.before().isEmpty() && change.after().isEmpty()) {
            wrong.add(key + " changed from nothing to nothing");
        }
        Long last = revisions.put(key, change.revision());
        if (last != null && last >= change.revision()) {
            wrong.add(key + " went from revision " + last + " to " + change.revision());
        }
        change.after().ifPresentOrElse(bytes -> view.put(key, ClusterKit.text(bytes)), () -> view.remove(key));
    }

    @Override
    public synchronized void gap() {
        gaps++;
        view.clear();
        revisions.clear();
    }

    @Override
    public synchronized void closed() {
        closed++;
    }

    synchronized int timesClosed() {
        return closed;
    }

    synchronized int gaps() {
        return gaps;
    }

    @Override
    public synchronized void caughtUp() {
        caughtUp++;
    }

    synchronized boolean hasCaughtUp() {
        return caughtUp > 0;
    }

    synchronized int timesCaughtUp() {
        return caughtUp;
    }

    synchronized List<Change> changes() {
        return List.copyOf(changes);
    }

    /** The changes as text: key, before, after and reason. */
    synchronized List<String> lines() {
        return changes.stream()
                .map(change -> change.key() + " " + ClusterKit.text(change.before()) + ">"
                        + ClusterKit.text(change.after()) + " " + change.reason())
                .toList();
    }

    synchronized Map<String, String> view() {
        return Map.copyOf(view);
    }

    synchronized List<String> wrong() {
        return List.copyOf(wrong);
    }
}
