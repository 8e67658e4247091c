package io.durableserver.benchmarks.faults;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something that goes wrong for a time, and then is as it should be. */
sealed interface Fault {
    /** The nodes that cannot serve meanwhile. */
    List<Integer> hit();

    /** How long it lasts. */
    Duration time();

    void begin(Cluster cluster);

    /** After it the cluster can be whole again without help. */
    void end(Cluster cluster);

    /** What this machine lacks for it, if anything. */
    default Optional<String> missing() {
        return Optional.empty();
    }

    /** kill -9 at once; started again after the time. */
    record Kill(List<Integer> hit, Duration time) implements Fault {
        @Override
        public void begin(Cluster cluster) {
            cluster.kill(hit);
        }

        @Override
        public void end(Cluster cluster) {
            cluster.start(hit);
        }
    }

    /** kill -STOP, and -CONT after the time. */
    record Freeze(List<Integer> hit, Duration time) implements Fault {
        @Override
        public void begin(Cluster cluster) {
            hit.forEach(node -> cluster.node(node).signal("STOP"));
        }

        @Override
        public void end(Cluster cluster) {
            hit.forEach(node -> cluster.node(node).signal("CONT"));
        }
    }

    /** SIGTERM under load; started again when the process has ended. */
    record Terminate(List<Integer> hit) implements Fault {
        private static final Duration PATIENCE = Duration.ofSeconds(90);

        @Override
        public Duration time() {
            return Duration.ZERO;
        }

        @Override
        public void begin(Cluster cluster) {
            for (int node : hit) {
                cluster.node(node).signal("TERM");
                if (!cluster.node(node).awaitEnd(PATIENCE)) {
                    throw new IllegalStateException("n" + node + " does not end on SIGTERM");
                }
                cluster.node(node).close();
            }
        }

        @Override
        public void end(Cluster cluster) {
            cluster.start(hit);
        }
    }

    /** No byte left on the disk of a node. */
    record FullDisk(int node, Duration time) implements Fault {
        @Override
        public List<Integer> hit() {
            return List.of(node);
        }

        @Override
        public void begin(Cluster cluster) {
            cluster.disk(node).fill();
        }

        @Override
        public void end(Cluster cluster) {
            cluster.disk(node).free();
        }

        @Override
        public Optional<String> missing() {
            return SmallDisk.missing();
        }
    }

    /** The network drops what goes from one side to another. The first side is the one that may go on. */
    record Split(List<List<Integer>> sides, Duration time) implements Fault {
        @Override
        public List<Integer> hit() {
            int most = sides.get(0).size();
            return sides.stream()
                    .filter(side -> side.size() < most || most == 1)
                    .flatMap(List::stream)
                    .toList();
        }

        @Override
        public void begin(Cluster cluster) {
            cluster.wires().split(sides);
        }

        @Override
        public void end(Cluster cluster) {
            cluster.wires().heal();
        }

        @Override
        public Optional<String> missing() {
            return Namespaces.missing();
        }
    }

    /** The network drops what one node sends to another one, and takes the other direction. */
    record OneWay(int from, int to, Duration time) implements Fault {
        @Override
        public List<Integer> hit() {
            return List.of(from);
        }

        @Override
        public void begin(Cluster cluster) {
            cluster.wires().drop(from, to);
        }

        @Override
        public void end(Cluster cluster) {
            cluster.wires().heal();
        }

        @Override
        public Optional<String> missing() {
            return Namespaces.missing();
        }
    }

    /** The bucket answers no request. */
    record StoreDown(Duration time) implements Fault {
        @Override
        public List<Integer> hit() {
            return Cluster.ALL;
        }

        @Override
        public void begin(Cluster cluster) {
            cluster.bucket().goDown();
        }

        @Override
        public void end(Cluster cluster) {
            cluster.bucket().comeUp();
        }
    }
}
