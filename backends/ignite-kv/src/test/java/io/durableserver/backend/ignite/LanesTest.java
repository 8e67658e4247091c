package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.durableserver.testkit.Effort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LanesTest {
    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);

    private record Write(String key, int bytes) implements Lanes.Item {}

    private final Lanes<Write> lanes = new Lanes<>(new Lanes.Limits(1, 3, 100));

    @Test
    void aLoneWriteGoesAtOnce() {
        lanes.add(A, write("key"));
        assertThat(keys()).containsExactly(List.of("key"));
        assertThat(keys()).isEmpty();
    }

    @Test
    void whatComesMeanwhileGoesTogetherInTheOrderOfTheKeys() {
        lanes.add(A, write("first"));
        keys();
        lanes.add(A, write("c"));
        lanes.add(A, write("a"));
        lanes.add(A, write("b"));
        lanes.add(A, write("d"));
        assertThat(keys()).isEmpty();
        lanes.ended(A);
        assertThat(keys()).containsExactly(List.of("a", "b", "c"));
        lanes.ended(A);
        assertThat(keys()).containsExactly(List.of("d"));
    }

    @Test
    void oneNodeDoesNotWaitForAnother() {
        lanes.add(A, write("a"));
        keys();
        lanes.add(A, write("held"));
        lanes.add(B, write("b"));
        assertThat(keys()).containsExactly(List.of("b"));
        lanes.ended(B);
        assertThat(keys()).isEmpty();
    }

    @Test
    void twoWritesOfAKeyNeverGoTogether() {
        lanes.add(A, write("x"));
        lanes.add(A, write("same"));
        lanes.add(A, write("same"));
        lanes.add(A, write("y"));
        assertThat(keys()).containsExactly(List.of("same", "x"));
        lanes.ended(A);
        assertThat(keys()).containsExactly(List.of("same", "y"));
    }

    @Test
    void bytesAreBoundedAndALargeWriteGoesAlone() {
        lanes.add(A, new Write("a", 60));
        lanes.add(A, new Write("b", 41));
        lanes.add(A, new Write("c", 500));
        lanes.add(A, new Write("d", 1));
        assertThat(keys()).containsExactly(List.of("a"));
        lanes.ended(A);
        assertThat(keys()).containsExactly(List.of("b"));
        lanes.ended(A);
        assertThat(keys()).containsExactly(List.of("c"));
        lanes.ended(A);
        assertThat(keys()).containsExactly(List.of("d"));
    }

    @Test
    void whatWaitsCanBeTakenBackWhileBatchesAreUnderWay() {
        lanes.add(A, write("sent"));
        keys();
        lanes.add(A, write("left"));
        lanes.add(B, write("also"));
        assertThat(lanes.clear()).extracting(Write::key).containsExactlyInAnyOrder("left", "also");
        assertThat(keys()).isEmpty();
        lanes.ended(A);
        assertThat(keys()).isEmpty();
        lanes.add(A, write("next"));
        assertThat(keys()).containsExactly(List.of("next"));
    }

    @Test
    void anEndWithoutABatchIsADefect() {
        assertThatIllegalStateException().isThrownBy(() -> lanes.ended(A));
    }

    @Test
    void everyWriteGoesOnceWithinAllBounds() {
        for (int seed = 0; seed < Effort.count(500); seed++) {
            run(new Random(seed), new Lanes.Limits(1 + seed % 3, 1 + seed % 5, 50));
        }
    }

    private static void run(Random random, Lanes.Limits limits) {
        Lanes<Write> tested = new Lanes<>(limits);
        List<Lanes.Batch<Write>> underWay = new ArrayList<>();
        Set<Write> gone = Collections.newSetFromMap(new IdentityHashMap<>());
        Queue<Write> toAdd = new ArrayDeque<>(IntStream.range(0, 100)
                .mapToObj(i -> new Write("k" + random.nextInt(20), 1 + random.nextInt(40)))
                .toList());
        while (!toAdd.isEmpty() || !underWay.isEmpty()) {
            if (!toAdd.isEmpty() && (underWay.isEmpty() || random.nextBoolean())) {
                tested.add(random.nextBoolean() ? A : B, toAdd.remove());
            } else {
                tested.ended(underWay.remove(random.nextInt(underWay.size())).primary());
            }
            for (Lanes.Batch<Write> batch : tested.due()) {
                underWay.add(batch);
                assertThat(batch.writes()).hasSizeBetween(1, limits.writes());
                assertThat(batch.writes().values().stream()
                                .mapToInt(Write::bytes)
                                .sum())
                        .isLessThanOrEqualTo(limits.bytes());
                batch.writes()
                        .values()
                        .forEach(write -> assertThat(gone.add(write)).isTrue());
            }
            for (UUID node : List.of(A, B)) {
                assertThat(underWay.stream().filter(batch -> batch.primary().equals(node)))
                        .hasSizeLessThanOrEqualTo(limits.inFlight());
            }
        }
        assertThat(gone).hasSize(100);
        assertThat(tested.clear()).isEmpty();
    }

    private List<List<String>> keys() {
        return lanes.due().stream()
                .map(batch -> List.copyOf(batch.writes().keySet()))
                .toList();
    }

    private static Write write(String key) {
        return new Write(key, 10);
    }
}
