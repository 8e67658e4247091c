package io.durableserver.ignite.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.spi.MapSpec;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.SharedMap;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenedMapsTest {
    private static final MapSpec SPEC = MapSpec.partitioned("map");

    private final List<SharedMap> made = new ArrayList<>();
    private final List<SharedMap> ended = new ArrayList<>();
    private Runnable whileOpening = () -> {};
    private final OpenedMaps<SharedMap> maps = new OpenedMaps<>(this::make, ended::add);

    private SharedMap make(MapSpec spec) {
        whileOpening.run();
        SharedMap map = (SharedMap) Proxy.newProxyInstance(
                SharedMap.class.getClassLoader(), new Class<?>[] {SharedMap.class}, (self, method, arguments) -> {
                    if (method.getName().equals("equals")) {
                        return self == arguments[0];
                    }
                    if (method.getName().equals("isClosed")) {
                        return ended.contains(self);
                    }
                    return method.getName().equals("hashCode") ? (Object) 1 : "map " + spec;
                });
        made.add(map);
        return map;
    }

    @Test
    void whoKeptAClusterThatWasDeactivatedOpensNoMap() {
        SharedMap map = maps.open(SPEC);
        maps.close();
        maps.close();
        assertThat(ended).containsExactly(map);
        assertThatThrownBy(() -> maps.open(SPEC)).isInstanceOf(MapUnavailableException.class);
        assertThat(made).hasSize(1);
    }

    @Test
    void aMapThatIsOpenedWhileTheClusterIsDeactivatedIsClosed() {
        whileOpening = maps::close;
        assertThatThrownBy(() -> maps.open(SPEC)).isInstanceOf(MapUnavailableException.class);
        assertThat(ended).hasSize(1).isEqualTo(made);
    }
}
