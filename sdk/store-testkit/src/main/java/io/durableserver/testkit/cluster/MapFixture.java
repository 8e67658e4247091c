package io.durableserver.testkit.cluster;

/** What the chapters on maps work with. */
interface MapFixture {
    /** Nodes of a fresh cluster with a partitioned map of one backup, open on each. */
    MapNodes start(String... names);
}
