package io.durableserver.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PageRequestTest {
    private static final Backend.Page LAST = new Backend.Page(List.of(), Optional.empty());

    @Test
    void pagesLeadFromOneToTheNext() {
        PageRequest first = PageRequest.records("p/", 7);
        assertThat(first.isFirst()).isTrue();
        PageRequest second =
                first.after(new Backend.Page(List.of(), Optional.of("p/k"))).orElseThrow();
        assertThat(second).isEqualTo(new PageRequest("p/", "p/k", 7, true));
        assertThat(second.isFirst()).isFalse();
        assertThat(second.after(LAST)).isEmpty();
    }

    @Test
    void aPageOfRecordsIsFullAtItsBytes() {
        PageRequest records = PageRequest.records("", 3);
        assertThat(records.hasRoom(1, PageRequest.MAX_BYTES - 5, 5)).isTrue();
        assertThat(records.hasRoom(1, PageRequest.MAX_BYTES - 5, 6)).isFalse();
        assertThat(records.hasRoom(0, 0, PageRequest.MAX_BYTES + 1)).isTrue();
        assertThat(records.hasRoom(3, 0, 0)).isFalse();
    }

    @Test
    void aPageOfKeysHasNoBoundInBytes() {
        PageRequest keys = PageRequest.keys("", 3);
        assertThat(keys.hasRoom(2, PageRequest.MAX_BYTES, PageRequest.MAX_BYTES))
                .isTrue();
        assertThat(keys.hasRoom(3, 0, 0)).isFalse();
    }

    @Test
    void aLimitHasBounds() {
        for (int limit : new int[] {0, -1, PageRequest.MAX_LIMIT + 1}) {
            assertThatThrownBy(() -> PageRequest.keys("", limit))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("limit");
        }
    }
}
