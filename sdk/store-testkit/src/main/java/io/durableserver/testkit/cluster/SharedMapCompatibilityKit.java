package io.durableserver.testkit.cluster;

/**
 * The contract of {@link io.durableserver.spi.SharedMap} and {@link io.durableserver.spi.Cluster#map} as a JUnit 5 suite:
 * subclass it and say how to open a cluster.
 */
public abstract class SharedMapCompatibilityKit extends ClusterKit implements MapChapter, PageChapter, WatchChapter {
    @Override
    public final MapNodes start(String... names) {
        return new MapNodes(this, nodes(names));
    }
}
