package io.durableserver.spi;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The maps a node has opened, each once. Thread-safe; a map that is open is found without a lock. */
final class OpenMaps {
    private record Opened(MapSpec spec, SharedMap map) {
        SharedMap as(MapSpec asked) {
            if (spec.conflictsWith(asked)) {
                throw new MapConflictException(asked, spec.toString());
            }
            return map;
        }
    }

    private final Function<MapSpec, SharedMap> open;
    private final Map<String, Opened> opened = new ConcurrentHashMap<>();

    OpenMaps(Function<MapSpec, SharedMap> open) {
        this.open = open;
    }

    SharedMap map(MapSpec spec) {
        Opened present = opened.get(spec.name());
        return present != null ? present.as(spec) : make(spec);
    }

    private synchronized SharedMap make(MapSpec spec) {
        Opened present = opened.get(spec.name());
        if (present == null) {
            present = new Opened(spec, open.apply(spec));
            opened.put(spec.name(), present);
        }
        return present.as(spec);
    }
}
