package io.durableserver.ignite.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.spi.SharedMap;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTest {
    private static final int PARTITIONS = 16;

    private static BitSet set(int... partitions) {
        BitSet set = new BitSet();
        for (int partition : partitions) {
            set.set(partition);
        }
        return set;
    }

    private static RowBatch batch(int partitions, String after) {
        RowRequest request = new RowRequest(new int[0], "", "", RowRequest.Kind.ALL, 1, 1, true);
        return new RowBatch.Builder(request).end(partitions, after, RowBatch.End.FULL);
    }

    @Test
    void aCursorGoesOnWhereThePageEnded() {
        Place place = Place.of(SharedMap.START, PARTITIONS);
        assertThat(place.next()).isZero();
        int[] asked = place.left(set(0, 3, 5, 9));
        assertThat(asked).containsExactly(0, 3, 5, 9);
        place.passed(asked, batch(2, "in/key:with:colons"));
        Place again = Place.of(place.toString(), PARTITIONS);
        assertThat(again).hasToString(place.toString());
        assertThat(again.next()).isEqualTo(5);
        assertThat(again.after()).isEqualTo("in/key:with:colons");
        assertThat(again.left(set(1, 3, 5, 9))).containsExactly(5, 1, 9);
    }

    @Test
    void aPlaceEndsWithItsLastPartition() {
        Place place = Place.before(7);
        assertThat(place.next()).isEqualTo(7);
        place.passed(new int[] {7}, batch(0, "k"));
        assertThat(place.isEnd()).isFalse();
        place.passed(new int[] {7}, batch(1, ""));
        assertThat(place.isEnd()).isTrue();
    }

    @Test
    void aPartitionThatMovedAwayWhileItWasReadIsOver() {
        Place place = Place.of(SharedMap.START, PARTITIONS);
        place.passed(place.left(set(2, 4)), batch(0, "k"));
        assertThat(place.next()).isEqualTo(2);
        place.retain(set(4));
        assertThat(place.after()).isEmpty();
        assertThat(place.hasLeft(set(2))).isFalse();
        assertThat(place.left(set(2, 4))).containsExactly(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "1",
                ":",
                "::",
                "ff:1",
                "ff:x:k",
                "f:0:k",
                "ff:9:k",
                "ff:1:",
                "ff:-1:k",
                "ff:-2:k",
                "ffffff:-1:"
            })
    void whatIsNoCursorIsRefused(String cursor) {
        assertThatThrownBy(() -> Place.of(cursor, PARTITIONS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(cursor);
    }
}
