package io.durableserver.testkit.sim;

import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Change;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * P10 for the map under it: what a watcher is told adds up, change by change, to a view, and once nothing breaks any more the
 * view is what the map has.
 */
public final class ViewInvariants {
    private final Simulation simulation;

    public ViewInvariants(Simulation simulation) {
        this.simulation = simulation;
    }

    /** A watcher of one process. */
    public final class View implements SharedMap.Listener {
        private final SimNode node;
        private final Map<String, String> entries = new TreeMap<>();
        private final Map<String, Long> revisions = new HashMap<>();
        private boolean caughtUp;
        private boolean closed;
        private int gaps;

        /** A view that is empty. */
        public View(SimNode node) {
            this.node = node;
        }

        @Override
        public void changed(List<Change> changes) {
            simulation.trace("told", node.session(), changes.size());
            if (closed || changes.isEmpty()) {
                broken("was told of " + changes.size() + " changes, closed " + closed);
            }
            changes.forEach(this::changed);
        }

        private void changed(Change change) {
            String key = change.key();
            String before = entries.get(key);
            if (!Optional.ofNullable(before).equals(text(change.before()))) {
                broken("was told that " + key + " was " + text(change.before()) + " before, and knew " + before);
            }
            if (change.before().isEmpty() && change.after().isEmpty()) {
                broken("was told of nothing about " + key);
            }
            Long last = revisions.put(key, change.revision());
            if (last != null && last >= change.revision()) {
                broken("was told of revision " + change.revision() + " of " + key + " after " + last);
            }
            text(change.after()).ifPresentOrElse(value -> entries.put(key, value), () -> entries.remove(key));
        }

        @Override
        public void gap() {
            gaps++;
            caughtUp = false;
            entries.clear();
            revisions.clear();
        }

        @Override
        public void caughtUp() {
            if (caughtUp) {
                broken("has caught up twice");
            }
            caughtUp = true;
        }

        @Override
        public void closed() {
            if (closed) {
                broken("was closed twice");
            }
            closed = true;
        }

        /** How often it began anew. */
        public int gaps() {
            return gaps;
        }

        /** Whether it is what the map has, as far as it looks. */
        public boolean shows(Map<String, byte[]> map) {
            Map<String, String> there = new TreeMap<>();
            map.forEach((key, value) -> there.put(key, new String(value, StandardCharsets.UTF_8)));
            return caughtUp && entries.equals(there);
        }

        private void broken(String what) {
            simulation.fail("P10", node.session() + " " + what);
        }

        @Override
        public String toString() {
            return "view of " + node.session() + ", caught up " + caughtUp + ": " + entries;
        }
    }

    private static Optional<String> text(Optional<byte[]> value) {
        return value.map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
