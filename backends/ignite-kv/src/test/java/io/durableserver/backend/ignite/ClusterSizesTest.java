package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClusterSizesTest {
    private static final ClusterSize THREE = ClusterSize.first(3);

    @Test
    void whereAllIsAsItShouldBeNothingIsSaid() {
        assertThat(ClusterSizes.advice(THREE, 3, 3)).isEmpty();
        assertThat(ClusterSizes.advice(THREE, 3, 2)).isEmpty();
    }

    @Test
    void anotherNumberInTheConfigurationIsToldWithWhatCountsAndWhatToChange() {
        assertThat(ClusterSizes.advice(THREE, 5, 3))
                .contains(
                        "configured with expectedNodes(5)", "has stored 3, which counts", "configure expectedNodes(3)")
                .contains("IgniteKv.changeExpectedNodes");
        assertThat(ClusterSizes.advice(THREE, 0, 3)).contains("configured with no expectedNodes");
    }

    @Test
    void moreNodesThanExpectedAreTold() {
        assertThat(ClusterSizes.advice(THREE, 3, 4)).contains("baseline has 4 nodes", "3 of them");
    }

    @Test
    void aChangeThatStoppedHalfWayIsTold() {
        assertThat(ClusterSizes.advice(THREE.towards(5), 3, 3)).contains("from 3 to 5 is not done", "called again");
    }
}
