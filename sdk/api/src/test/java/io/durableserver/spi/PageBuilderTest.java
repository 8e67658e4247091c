package io.durableserver.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.spi.SharedMap.Entry;
import org.junit.jupiter.api.Test;

class PageBuilderTest {
    private static Entry entry(String key, int bytes) {
        return new Entry(key, new byte[bytes], 2);
    }

    @Test
    void aPageEndsAtItsLimit() {
        PageBuilder page = new PageBuilder(2);
        assertThat(page.add(entry("a", 1))).isTrue();
        assertThat(page.room()).isEqualTo(1);
        assertThat(page.add(entry("b", 1))).isTrue();
        assertThat(page.add(entry("c", 1))).isFalse();
        assertThat(page.lastKey()).isEqualTo("b");
        assertThat(page.before("b").next()).contains("b");
        assertThat(page.last().next()).isEmpty();
        assertThat(page.last().entries()).extracting(Entry::key).containsExactly("a", "b");
    }

    /** Keys count as values do. */
    @Test
    void aPageEndsAtItsBytes() {
        PageBuilder page = new PageBuilder(10);
        int half = SharedMap.MAX_PAGE_BYTES / 2 - 1;
        assertThat(page.add(entry("a", half))).isTrue();
        assertThat(page.add(entry("bb", half))).isFalse();
        assertThat(page.add(entry("b", half))).isTrue();
        assertThat(page.roomBytes()).isZero();
        assertThat(page.add(entry("c", 0))).isFalse();
    }

    @Test
    void anEntryThatIsTooLargeIsAPageOfItsOwn() {
        PageBuilder page = new PageBuilder(10);
        assertThat(page.isEmpty()).isTrue();
        assertThat(page.add(entry("a", SharedMap.MAX_PAGE_BYTES + 1))).isTrue();
        assertThat(page.add(entry("b", 0))).isFalse();
    }

    @Test
    void aLimitHasBounds() {
        assertThatThrownBy(() -> new PageBuilder(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PageBuilder(SharedMap.MAX_PAGE + 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
