package io.durableserver.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ChangeFeedTest {
    private final List<String> seen = new ArrayList<>();
    private final List<Throwable> thrown = new ArrayList<>();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Recorder recorder = new Recorder();
    private final ChangeFeed feed = new ChangeFeed("k", recorder, Runnable::run, thrown::add);

    private final class Recorder implements Listener {
        @Override
        public void changed(List<Change> changes) {
            changes.forEach(change -> seen.add(line(change)));
        }

        @Override
        public void gap() {
            seen.add("gap");
        }

        @Override
        public void caughtUp() {
            seen.add("caught up");
        }

        @Override
        public void closed() {
            seen.add("closed");
        }
    }

    /** One that is told of changes, and never of a gap. */
    private record Only(Consumer<List<Change>> to) implements Listener {
        @Override
        public void changed(List<Change> changes) {
            to.accept(changes);
        }

        @Override
        public void gap() {
            throw new AssertionError("a gap");
        }
    }

    private static String line(Change change) {
        return change.key() + ":" + change.before().map(bytes -> "" + bytes[0]).orElse("-") + ">"
                + change.after().map(bytes -> "" + bytes[0]).orElse("-") + "@" + change.revision() + change.reason();
    }

    private static byte[] value(int value) {
        return new byte[] {(byte) value};
    }

    @Test
    void theScanNeverUndoesAChange() {
        feed.present("k", value(2), 4);
        feed.present("k", value(1), 2);
        feed.present("k", value(2), 4);
        feed.removed("k", 5, " gone");
        feed.present("k", value(2), 4);
        feed.present("other", value(9), 9);
        assertThat(seen).containsExactly("k:->2@4", "k:2>-@5 gone");
    }

    @Test
    void aRepeatedChangeNeverUndoesANewerOne() {
        feed.present("k", value(1), 2);
        feed.removed("k", 3, "");
        feed.present("k", value(1), 2);
        feed.present("k", value(2), 4);
        feed.removed("k", 3, "");
        feed.present("k", value(2), 4);
        feed.forgetRemoved();
        feed.forgetRemoved();
        feed.present("k", value(1), 2);
        assertThat(seen).containsExactly("k:->1@2", "k:1>-@3", "k:->2@4");
    }

    @Test
    void oldRemovalsAreForgottenAndYoungOnesAreNot() {
        feed.caughtUp();
        seen.clear();
        feed.removed("k", 11, "");
        feed.forgetRemoved();
        feed.present("k", value(4), 8);
        assertThat(seen).isEmpty();
        feed.forgetRemoved();
        feed.present("k", value(4), 8);
        assertThat(seen).containsExactly("k:->4@8");
    }

    /** The scan may have read its row before. */
    @Test
    void noRemovalIsForgottenBeforeTheScanHasEnded() {
        feed.removed("k", 3, "");
        for (int time = 0; time < 3; time++) {
            feed.forgetRemoved();
        }
        feed.present("k", value(1), 2);
        feed.caughtUp();
        assertThat(seen).containsExactly("caught up");
    }

    @Test
    void whatVanishedIsALossUnlessItChangedMeanwhile() {
        feed.present("k1", value(1), 2);
        feed.present("k2", value(1), 2);
        Map<String, Long> live = feed.live();
        feed.present("k2", value(2), 4);
        live.forEach((key, revision) -> feed.vanished(key, revision, SharedMap.LOST));
        assertThat(seen).containsExactly("k1:->1@2", "k2:->1@2", "k2:1>2@4", "k1:1>-@3lost");
        assertThat(feed.live()).containsOnlyKeys("k2");
    }

    @Test
    void theEndOfTheFirstScanIsToldOnceAndAfterItsRows() {
        ChangeFeed queued = new ChangeFeed("", recorder, tasks::add, thrown::add);
        queued.present("a", value(1), 2);
        queued.caughtUp();
        queued.caughtUp();
        queued.present("b", value(1), 2);
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(seen).containsExactly("a:->1@2", "caught up", "b:->1@2");
    }

    @Test
    void aListenerThatThrowsGetsItsNextCall() {
        List<Integer> sizes = new ArrayList<>();
        ChangeFeed failing = new ChangeFeed(
                "",
                new Only(changes -> {
                    sizes.add(changes.size());
                    throw new IllegalStateException("on purpose");
                }),
                Runnable::run,
                thrown::add);
        failing.present("a", value(1), 2);
        failing.present("a", value(2), 4);
        assertThat(sizes).containsExactly(1, 1);
        assertThat(thrown).hasSize(2);
    }

    @Test
    void nothingIsToldOnceItIsClosed() {
        ChangeFeed queued = new ChangeFeed("", recorder, tasks::add, thrown::add);
        queued.present("a", value(1), 2);
        queued.close();
        queued.close();
        queued.present("a", value(2), 4);
        queued.caughtUp();
        tasks.remove().run();
        assertThat(seen).isEmpty();
        assertThat(tasks).isEmpty();
        assertThat(queued.live()).isEmpty();
    }

    @Test
    void anExecutorThatEndedClosesIt() {
        ChangeFeed ended = new ChangeFeed(
                "",
                recorder,
                task -> {
                    throw new RejectedExecutionException();
                },
                thrown::add);
        ended.present("a", value(1), 2);
        assertThat(ended.isClosed()).isTrue();
    }

    /** However slow the listener is, what waits for it is bounded, and what it is told adds up to what there is. */
    @Test
    void aSlowListenerIsToldLessOftenAndNothingWrong() {
        Random random = new Random(7);
        Map<String, Integer> truth = new HashMap<>();
        Map<String, Integer> told = new HashMap<>();
        int[] calls = {0, 0};
        ChangeFeed slow = new ChangeFeed(
                "",
                new Only(changes -> {
                    calls[0]++;
                    calls[1] += changes.size();
                    assertThat(changes).hasSizeBetween(1, ChangeFeed.MAX_BATCH);
                    for (Change change : changes) {
                        Integer before =
                                change.before().map(bytes -> (int) bytes[0]).orElse(null);
                        assertThat(told.get(change.key())).as(change.key()).isEqualTo(before);
                        change.after()
                                .ifPresentOrElse(
                                        bytes -> told.put(change.key(), (int) bytes[0]),
                                        () -> told.remove(change.key()));
                    }
                }),
                tasks::add,
                thrown::add);
        slow.caughtUp();
        int changes = 5 * ChangeFeed.MERGE_AT;
        for (int revision = 1; revision <= changes; revision++) {
            String key = "k" + random.nextInt(300);
            if (random.nextInt(4) == 0) {
                slow.removed(key, revision, "");
                truth.remove(key);
            } else {
                int value = random.nextInt(100);
                slow.present(key, value(value), revision);
                truth.put(key, value);
            }
        }
        tasks.remove().run();
        assertThat(thrown).isEmpty();
        assertThat(told).isEqualTo(truth);
        assertThat(calls[1]).isLessThan(2 * ChangeFeed.MERGE_AT);
    }

    /** Under steady load changes always wait. */
    @Test
    void theEndOfTheFirstScanIsToldBeforeTheChangesThatCameAfterIt() {
        ChangeFeed queued = new ChangeFeed("", recorder, tasks::add, thrown::add);
        queued.present("a", value(1), 2);
        queued.present("b", value(1), 2);
        queued.caughtUp();
        for (int revision = 2; revision <= 2 * ChangeFeed.MERGE_AT; revision++) {
            queued.present("c", value(2), 2L * revision);
        }
        tasks.remove().run();
        assertThat(seen).containsExactly("a:->1@2", "b:->1@2", "caught up", "c:->2@" + 4 * ChangeFeed.MERGE_AT);
    }

    @Test
    void theEndOfAnEmptyFirstScanIsToldBeforeEverything() {
        ChangeFeed queued = new ChangeFeed("", recorder, tasks::add, thrown::add);
        queued.caughtUp();
        queued.present("a", value(1), 2);
        tasks.remove().run();
        assertThat(seen).containsExactly("caught up", "a:->1@2");
    }

    /** What was not told yet waits as a key, so a first scan of any size is no gap. */
    @Test
    void anEntryThatWasNotToldYetIsToldAsItIsByThen() {
        ChangeFeed queued = new ChangeFeed("", recorder, tasks::add, thrown::add);
        byte[] large = new byte[1 << 20];
        for (int key = 0; key < 40; key++) {
            queued.present("large" + key, large, 2);
        }
        queued.present("a", value(1), 2);
        queued.present("a", value(2), 4);
        queued.present("b", value(1), 2);
        queued.removed("b", 3, "");
        queued.caughtUp();
        queued.present("a", value(3), 6);
        tasks.remove().run();
        assertThat(seen).hasSize(42).contains("a:->3@6").doesNotContain("gap").endsWith("caught up");
    }

    @Test
    void aListenerForWhichTooMuchWaitsIsToldOfTheGapAndThenOfWhatIsThere() {
        ChangeFeed queued = new ChangeFeed("", recorder, tasks::add, thrown::add);
        queued.present("a", value(1), 2);
        queued.present("gone", value(1), 2);
        queued.caughtUp();
        tasks.remove().run();
        seen.clear();
        queued.removed("gone", 3, "unseen");
        byte[] large = new byte[1 << 20];
        for (int key = 0; key < 20; key++) {
            queued.present("k" + key, large, 2);
        }
        queued.present("a", value(2), 4);
        queued.removed("k7", 3, "");
        tasks.remove().run();
        assertThat(seen.get(0)).isEqualTo("gap");
        assertThat(seen.indexOf("caught up")).isGreaterThan(seen.indexOf("a:->2@4"));
        assertThat(seen).hasSize(22).doesNotContain("k7:->0@2").contains("k8:->0@2");
        seen.clear();
        queued.present("a", value(3), 6);
        tasks.remove().run();
        assertThat(seen).containsExactly("a:2>3@6");
    }

    /** What a slow listener is told adds up, also over gaps; and never more waits than may. */
    @Test
    void whatASlowListenerIsToldAddsUpOverGaps() {
        Random random = new Random(11);
        Map<String, Long> truth = new HashMap<>();
        Adding told = new Adding();
        ChangeFeed slow = new ChangeFeed("", told, tasks::add, thrown::add);
        byte[] value = new byte[200_000];
        for (long revision = 1; revision <= 6_000; revision++) {
            String key = "k" + random.nextInt(100);
            if (random.nextInt(3) == 0) {
                slow.removed(key, revision, "");
                truth.remove(key);
            } else {
                slow.present(key, value, revision);
                truth.put(key, revision);
            }
            if (revision == 1_000) {
                slow.caughtUp();
            }
            if (random.nextInt(900) == 0 && !tasks.isEmpty()) {
                tasks.remove().run();
            }
        }
        tasks.forEach(Runnable::run);
        assertThat(thrown).isEmpty();
        assertThat(told.gaps).isPositive();
        assertThat(told.timesCaughtUp).isBetween(1, told.gaps + 1);
        assertThat(told.view).isEqualTo(truth);
    }

    private static final class Adding implements Listener {
        private final Map<String, Long> view = new HashMap<>();
        private int gaps;
        private int timesCaughtUp;

        @Override
        public void changed(List<Change> changes) {
            for (Change change : changes) {
                assertThat(change.before().isPresent()).as(change.key()).isEqualTo(view.containsKey(change.key()));
                if (change.after().isPresent()) {
                    assertThat(view.put(change.key(), change.revision()))
                            .as(change.key())
                            .isNotEqualTo((Object) change.revision());
                } else {
                    view.remove(change.key());
                }
            }
        }

        @Override
        public void gap() {
            gaps++;
            view.clear();
        }

        @Override
        public void caughtUp() {
            timesCaughtUp++;
        }
    }

    @Test
    void aMapThatKnowsThatItMissedSomethingBeginsAnew() {
        feed.present("k", value(1), 2);
        feed.caughtUp();
        feed.beginAnew();
        assertThat(seen).containsExactly("k:->1@2", "caught up", "gap", "k:->1@2", "caught up");
    }

    @Test
    void theEndOfItsMapIsTheLastThingItIsTold() {
        ChangeFeed queued = new ChangeFeed("", recorder, tasks::add, thrown::add);
        queued.present("a", value(1), 2);
        queued.end();
        queued.end();
        queued.present("a", value(2), 4);
        queued.caughtUp();
        queued.beginAnew();
        assertThat(queued.isClosed()).isTrue();
        tasks.remove().run();
        assertThat(seen).containsExactly("closed");
        assertThat(tasks).isEmpty();
    }

    @Test
    void aWatchThatWasClosedIsNotToldOfTheEndOfItsMap() {
        feed.close();
        feed.end();
        assertThat(seen).isEmpty();
    }

    @Test
    void whatCouldNotBeToldForWantOfAThreadIsToldWithTheNextChange() {
        List<Error> errors = new ArrayList<>(List.of(new OutOfMemoryError("no thread, on purpose")));
        ChangeFeed starved = new ChangeFeed(
                "",
                recorder,
                task -> {
                    if (!errors.isEmpty()) {
                        throw errors.remove(0);
                    }
                    task.run();
                },
                thrown::add);
        starved.present("a", value(1), 2);
        assertThat(seen).isEmpty();
        starved.present("b", value(1), 2);
        assertThat(seen).containsExactly("a:->1@2", "b:->1@2");
        assertThat(thrown).hasSize(1);
    }

    @Test
    void whoIsToldOfFailuresMayFailItself() {
        ChangeFeed failing = new ChangeFeed(
                "",
                new Only(changes -> {
                    changes.forEach(change -> seen.add(line(change)));
                    throw new IllegalStateException("on purpose");
                }),
                tasks::add,
                failure -> {
                    throw new IllegalStateException("no log either", failure);
                });
        for (int key = 0; key <= ChangeFeed.MAX_BATCH; key++) {
            failing.present("k" + key, value(1), 2);
        }
        assertThatThrownBy(() -> tasks.remove().run()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> tasks.remove().run()).isInstanceOf(IllegalStateException.class);
        assertThat(seen).hasSize(ChangeFeed.MAX_BATCH + 1);
    }

    @Test
    void aKeyThatWasWrittenAnewWhereNobodyRemembersItIsTold() {
        feed.present("k", value(1), 100);
        feed.wentBack("k", value(2), 50, 98);
        feed.wentBack("k", value(2), 100, 100);
        assertThat(seen).containsExactly("k:->1@100");
        feed.wentBack("k", value(2), 50, 100);
        feed.present("k", value(3), 52);
        feed.removed("k", 53, "");
        feed.wentBack("k", value(4), 20, 53);
        assertThat(seen).containsExactly("k:->1@100", "k:1>2@50", "k:2>3@52", "k:3>-@53", "k:->4@20");
        assertThat(feed.gone()).isEmpty();
    }
}
