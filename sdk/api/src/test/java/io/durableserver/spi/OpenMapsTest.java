package io.durableserver.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenMapsTest {
    private final Set<Object> closed = new HashSet<>();
    private final OpenMaps maps = new OpenMaps(this::make);
    private int made;

    private SharedMap make(MapSpec spec) {
        int number = ++made;
        return (SharedMap) Proxy.newProxyInstance(
                SharedMap.class.getClassLoader(),
                new Class<?>[] {SharedMap.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "isClosed" -> closed.contains(number);
                    case "hashCode" -> number;
                    case "equals" -> self == arguments[0];
                    default -> {
                        closed.add(number);
                        yield null;
                    }
                });
    }

    @Test
    void aMapThatWasClosedIsOpenedAnew() {
        SharedMap first = maps.map(MapSpec.partitioned("map"));
        assertThat(maps.map(MapSpec.partitioned("map"))).isSameAs(first);
        first.close();
        SharedMap second = maps.map(MapSpec.partitioned("map"));
        assertThat(second).isNotSameAs(first);
        assertThat(maps.map(MapSpec.partitioned("map"))).isSameAs(second);
    }

    @Test
    void moreMapsThanANodeMayHaveAreRefusedUntilOneIsClosed() {
        for (int i = 0; i < Cluster.MAX_MAPS; i++) {
            maps.map(MapSpec.replicated("map-" + i));
        }
        SharedMap one = maps.map(MapSpec.replicated("map-7"));
        assertThatThrownBy(() -> maps.map(MapSpec.replicated("more")))
                .isInstanceOf(TooManyMapsException.class)
                .hasMessageContaining("more (replicated)")
                .hasMessageContaining("" + Cluster.MAX_MAPS);
        assertThat(made).isEqualTo(Cluster.MAX_MAPS);
        one.close();
        assertThat(maps.map(MapSpec.replicated("more"))).isNotNull();
        assertThatThrownBy(() -> maps.map(MapSpec.replicated("map-7"))).isInstanceOf(TooManyMapsException.class);
    }
}
