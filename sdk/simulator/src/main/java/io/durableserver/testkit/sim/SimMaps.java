package io.durableserver.testkit.sim;

import io.durableserver.runtime.ownership.Directory;
import io.durableserver.spi.MapConflictException;
import io.durableserver.spi.MapSpec;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The shared maps of one cluster: the directory of the servers, which is always there, and those that were asked for. */
final class SimMaps {
    private final Simulation simulation;
    private final SimTopology topology;
    private final Map<String, SimDirectory> maps = new LinkedHashMap<>();
    private final SimDirectory directory;

    SimMaps(Simulation simulation, SimTopology topology) {
        this.simulation = simulation;
        this.topology = topology;
        this.directory = open(Directory.MAP);
    }

    SimDirectory directory() {
        return directory;
    }

    SimDirectory open(MapSpec spec) {
        SimDirectory map = maps.computeIfAbsent(spec.name(), name -> new SimDirectory(simulation, topology, spec));
        if (map.spec().conflictsWith(spec)) {
            throw new MapConflictException(spec, map.spec().toString());
        }
        return map;
    }

    void ended(SimNode node) {
        maps.values().forEach(map -> map.ended(node));
    }

    /** These processes go their own way, with the copies they hold; watchers are told of what went with the others. */
    void splitTo(SimMaps other, Collection<SimNode> side) {
        maps.values().forEach(map -> map.splitTo(other.open(map.spec()), side));
        side.forEach(node -> node.opened().forEach(SimSharedMap::look));
    }
}
