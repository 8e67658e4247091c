package io.durableserver.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.RequestWindow;
import io.durableserver.runtime.record.StoredRequest;
import io.durableserver.runtime.record.StoredRequests;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a server keeps of calls with a request id, and when it forgets it. */
class SeenRequestsTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long START = Long.MAX_VALUE - 5 * SECOND; // the clock passes the end of its numbers

    private final SeenRequests seen = new SeenRequests();

    private void keep(String id, long now, long forNanos) {
        seen.keep(new StoredRequest(id, 0, seen.until(now, forNanos), new byte[] {1}));
    }

    private List<String> ids(long now) {
        return seen.toStore(now).kept().stream().map(StoredRequest::id).toList();
    }

    @Test
    void idIsKeptForItsTimeAndNotMuchLonger() {
        seen.loaded(StoredRequests.NONE, START);
        keep("a", START, 10 * SECOND);
        keep("b", START, 20 * SECOND);
        assertThat(ids(START + 10 * SECOND)).containsExactly("a", "b");
        assertThat(ids(START + 10 * SECOND + SECOND / 10)).containsExactly("b");
        assertThat(seen.toStore(START + 21 * SECOND)).isEqualTo(StoredRequests.NONE);
    }

    @Test
    void timeInWhichTheServerDoesNotRunDoesNotCount() {
        seen.loaded(StoredRequests.NONE, START);
        keep("a", START, 10 * SECOND);
        StoredRequests stored = seen.toStore(START + 4 * SECOND);
        assertThat(stored.clockMillis()).isEqualTo(4_000);

        SeenRequests next = new SeenRequests();
        long later = 77; // another machine
        next.loaded(stored, later);
        assertThat(next.find("a")).isNotNull();
        assertThat(next.toStore(later + 6 * SECOND).kept()).hasSize(1);
        assertThat(next.toStore(later + 7 * SECOND).kept()).isEmpty();
    }

    @Test
    void fullWindowNamesWhatIsFull() {
        seen.loaded(StoredRequests.NONE, 0);
        RequestWindow few = RequestWindow.builder().ids(2).build();
        keep("a", 0, SECOND);
        assertThat(seen.full("k", few, 40, 0)).isNull();
        keep("b", 0, 9 * SECOND);
        NotAppliedException full = Objects.requireNonNull(seen.full("k", few, 40, SECOND / 2));
        assertThat(full.reason()).isEqualTo(NotAppliedException.Reason.OVERLOADED);
        assertThat(full.context())
                .containsEntry("key", "k")
                .containsEntry("option", "type.requestWindow.ids")
                .containsEntry("value", "3")
                .containsEntry("bound", "2");
        assertThat(seen.full("k", few, 40, 2 * SECOND)).as("one is over").isNull();

        RequestWindow small = RequestWindow.builder().bytes(1_024).build();
        assertThat(Objects.requireNonNull(seen.full("k", small, 1_024, 2 * SECOND))
                        .context())
                .containsEntry("option", "type.requestWindow.bytes");
    }

    @Test
    void bytesAddUpWhateverComesAndGoes() {
        Random random = new Random(7);
        seen.loaded(StoredRequests.NONE, 0);
        Map<String, StoredRequest> model = new HashMap<>();
        RequestWindow window = RequestWindow.builder().bytes(4_096).build();
        long now = 0;
        for (int i = 0; i < 10_000; i++) {
            now += random.nextInt(50) * 1_000_000L;
            StoredRequest request = new StoredRequest(
                    "r" + random.nextInt(60),
                    i,
                    seen.until(now, random.nextInt(2_000) * 1_000_000L),
                    random.nextBoolean() ? null : new byte[random.nextInt(100)]);
            seen.keep(request);
            model.put(request.id(), request);
            if (random.nextInt(10) == 0) {
                long clock = now / 1_000_000;
                model.values().removeIf(kept -> kept.untilMillis() < clock);
                assertThat(seen.toStore(now).kept()).containsExactlyInAnyOrderElementsOf(model.values());
                int used = model.values().stream().mapToInt(StoredRequest::size).sum();
                int room = window.bytes() - used;
                assertThat(seen.full("k", window, room, now)).isNull();
                assertThat(seen.full("k", window, room + 1, now)).isNotNull();
            }
        }
    }
}
