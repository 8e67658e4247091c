package io.durableserver.testkit.store;

import static io.durableserver.testkit.store.BackendFixture.TIMEOUT;
import static io.durableserver.testkit.store.BackendFixture.bytes;
import static io.durableserver.testkit.store.BackendFixture.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.Effort;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import io.durableserver.testkit.backend.Lie;
import io.durableserver.testkit.backend.LyingBackend;
import io.durableserver.testkit.backend.LyingPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An unreliable way to a store tells nothing that the contract does not allow, and all that it does. */
class LyingBackendTest {
    private static final Duration LATEST = Duration.ofSeconds(1);

    private final StepScheduler scheduler = new StepScheduler();
    private final InMemoryStore store = new InMemoryStore();
    private final Backend truth = new InMemoryBackend(store);

    private Backend lying(long seed, Lie... lies) {
        return new LyingBackend(truth, new LyingPlan(seed, 100, EnumSet.copyOf(List.of(lies)), LATEST), scheduler);
    }

    private <T> T end(CompletionStage<T> stage) {
        return scheduler.await(stage);
    }

    private Optional<Version> version(String key) {
        return BackendFixture.await(truth.get(key, ReadMode.STRONG, TIMEOUT)) instanceof ReadResult.Found found
                ? Optional.of(found.version())
                : Optional.empty();
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "REFUSED_FOR_GOOD"})
    void whatIsRefusedNeverArrives(Lie lie) {
        Backend lying = lying(1, lie);
        assertThat(end(lying.create("k", bytes("one"), TIMEOUT)))
                .isInstanceOfSatisfying(
                        WriteResult.NotApplied.class,
                        refused -> assertThat(refused.retryable()).isEqualTo(lie == Lie.REFUSED));
        assertThat(end(lying.get("k", ReadMode.STRONG, TIMEOUT))).isInstanceOf(ReadResult.Failed.class);
        CompletableFuture<Backend.Page> page =
                lying.list(PageRequest.keys("", 10), TIMEOUT).toCompletableFuture();
        scheduler.advance(TIMEOUT);
        assertThat(page.handle((done, failure) -> failure).join()).isInstanceOf(NotAppliedException.class);
        assertThat(version("k")).isEmpty();
    }

    @Test
    void aLostRequestIsUnknownAndNeverArrives() {
        assertThat(end(lying(1, Lie.LOST_REQUEST).create("k", bytes("one"), TIMEOUT)))
                .isInstanceOf(WriteResult.Unknown.class);
        scheduler.advance(TIMEOUT);
        assertThat(version("k")).isEmpty();
    }

    @Test
    void aLostAnswerIsUnknownAndMayHaveBeenAnything() {
        Backend lying = lying(1, Lie.LOST_ANSWER);
        assertThat(end(lying.create("k", bytes("one"), TIMEOUT))).isInstanceOf(WriteResult.Unknown.class);
        assertThat(version("k")).isPresent();
        assertThat(end(lying.create("k", bytes("two"), TIMEOUT))).isInstanceOf(WriteResult.Unknown.class);
    }

    @Test
    void aLateWriteHasItsEffectWhereItsConditionHoldsThen() {
        Version first = stored(BackendFixture.await(truth.create("k", bytes("one"), TIMEOUT)));
        Backend lying = lying(1, Lie.LATE_EFFECT, Lie.LATE_CREATE);
        assertThat(end(lying.replace("k", bytes("two"), first, TIMEOUT))).isInstanceOf(WriteResult.Unknown.class);
        assertThat(version("k")).contains(first);
        assertThat(end(lying.delete("k", first, TIMEOUT))).isInstanceOf(WriteResult.Unknown.class);
        assertThat(end(lying.create("new", bytes("one"), TIMEOUT))).isInstanceOf(WriteResult.Unknown.class);
        scheduler.advance(LATEST);
        assertThat(version("k")).isNotEqualTo(Optional.of(first));
        assertThat(version("new")).isPresent();
    }

    /** Whatever the store's second answer is, the first effect is the only one, and is never told as a conflict. */
    @Test
    void aWriteThatArrivesTwiceIsStoredOnceOrUnknown() {
        for (long seed = 0; seed < 50; seed++) {
            Backend lying = lying(seed, Lie.TWICE);
            String key = "k" + seed;
            assertThat(end(lying.create(key, bytes("one"), TIMEOUT))).isInstanceOf(WriteResult.Unknown.class);
            Version first = version(key).orElseThrow();
            WriteResult result = end(lying.replace(key, bytes("two"), first, TIMEOUT));
            assertThat(result).isInstanceOfAny(WriteResult.Stored.class, WriteResult.Unknown.class);
            Version second = version(key).orElseThrow();
            assertThat(second).isNotEqualTo(first);
            if (result instanceof WriteResult.Stored told) {
                assertThat(told.version()).isEqualTo(second);
            }
        }
    }

    @Test
    void aListingOfShortEmptyAndShuffledPagesHasEveryKeyOnce() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            keys.add("p/" + i);
            stored(BackendFixture.await(truth.create("p/" + i, bytes("one"), TIMEOUT)));
        }
        boolean empty = false;
        for (long seed = 0; seed < 20; seed++) {
            LyingPlan plan = new LyingPlan(
                    seed,
                    60,
                    EnumSet.of(Lie.SHORT_PAGE, Lie.EMPTY_PAGE, Lie.SHUFFLED_PAGE, Lie.TWICE, Lie.LATE_ANSWER),
                    LATEST);
            Backend lying = new LyingBackend(truth, plan, scheduler);
            List<String> seen = new ArrayList<>();
            Optional<PageRequest> request = Optional.of(PageRequest.keys("p/", 7));
            while (request.isPresent()) {
                Backend.Page page = end(lying.list(request.orElseThrow(), TIMEOUT));
                empty |= page.entries().isEmpty();
                page.entries().forEach(entry -> seen.add(entry.key()));
                request = request.orElseThrow().after(page);
            }
            assertThat(seen).containsExactlyInAnyOrderElementsOf(keys);
        }
        assertThat(empty).as("some page is empty").isTrue();
    }

    @Test
    void aWeakReadMayBeOldAndAStrongOneIsNot() {
        Version first = stored(BackendFixture.await(truth.create("k", bytes("one"), TIMEOUT)));
        Backend lying = lying(1, Lie.STALE);
        assertThat(end(lying.get("k", ReadMode.STRONG, TIMEOUT))).isInstanceOf(ReadResult.Found.class);
        Version second = stored(BackendFixture.await(truth.replace("k", bytes("two"), first, TIMEOUT)));
        assertThat(((ReadResult.Found) end(lying.get("k", ReadMode.WEAK, TIMEOUT))).version())
                .isEqualTo(first);
        assertThat(((ReadResult.Found) end(lying.get("k", ReadMode.STRONG, TIMEOUT))).version())
                .isEqualTo(second);
    }

    @Test
    void everythingUnderWayEndsWhenItIsClosed() {
        Backend lying = lying(3, Lie.LATE_ANSWER);
        List<CompletionStage<?>> all = List.of(
                lying.create("k", bytes("one"), TIMEOUT),
                lying.get("k", ReadMode.STRONG, TIMEOUT),
                lying.list(PageRequest.keys("", 10), TIMEOUT));
        lying.close();
        assertThat(all)
                .allSatisfy(stage -> assertThat(stage.toCompletableFuture()).isDone());
        assertThat(end(lying.create("new", bytes("one"), TIMEOUT))).isInstanceOf(WriteResult.NotApplied.class);
    }

    @Test
    void everyRequestEndsInItsTime() {
        for (long seed = 0; seed < Effort.count(300); seed++) {
            Duration moment = Duration.ofMillis(200);
            LyingPlan plan = new LyingPlan(seed, 100, EnumSet.allOf(Lie.class), Duration.ofMinutes(1));
            Backend lying = new LyingBackend(truth, plan, scheduler);
            List<CompletionStage<?>> all = List.of(
                    lying.create("k" + seed, bytes("one"), moment),
                    lying.replace("k" + seed, bytes("two"), new Version("none"), moment),
                    lying.delete("k" + seed, new Version("none"), moment),
                    lying.get("k" + seed, ReadMode.WEAK, moment),
                    lying.list(PageRequest.keys("", 10), moment));
            scheduler.advance(moment);
            assertThat(all)
                    .allSatisfy(stage -> assertThat(stage.toCompletableFuture()).isDone());
        }
    }
}
