package io.durableserver.spi;

/** A {@link Cluster} made of parts. */
record ComposedCluster(
        Membership membership,
        Transport transport,
        OpenMaps maps,
        NodeStates states,
        Scheduler scheduler,
        TimeSource time)
        implements Cluster {
    @Override
    public SharedMap map(MapSpec spec) {
        return maps.map(spec);
    }
}
