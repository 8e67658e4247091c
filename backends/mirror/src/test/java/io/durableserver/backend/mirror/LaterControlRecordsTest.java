package io.durableserver.backend.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.backend.mirror.control.ControlFormat;
import io.durableserver.backend.mirror.control.ControlKeys;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.spi.ReadResult;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Control records that a later release wrote: what this one does not know of them stays when it writes them anew. */
final class LaterControlRecordsTest extends RolloutFixture {
    private static final String LATER = "\"throttle\" : {\"a\":[1.0,-0],\"\":1e400},\"n\\u006fte\":\"ä😀\"";

    private final ControlKeys keys = ControlKeys.of(Node.PREFIX, "default");

    private String text(InMemoryStore store, String key) {
        return new String(((ReadResult.Found) in(store, key)).record(), UTF_8);
    }

    private void add(InMemoryStore store, String key, String members) {
        ReadResult.Found found = (ReadResult.Found) in(store, key);
        String text = new String(found.record(), UTF_8);
        byte[] later = (text.substring(0, text.length() - 1) + "," + members + "}").getBytes(UTF_8);
        stored(world.await(new InMemoryBackend(store).replace(key, later, found.version(), TIMEOUT)));
    }

    @Test
    void theySurviveARolloutFromTheBackfillToTheCutOver() {
        Open one = boot("n1");
        create(one.backend(), KEY, 1);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        add(world.source, keys.rollout(), LATER);
        add(world.source, keys.backfill(), LATER);
        long before = ControlFormat.rollout(
                        "", text(world.source, keys.rollout()).getBytes(UTF_8))
                .revision();

        cutOver(one);

        assertThat(text(world.source, keys.backfill())).endsWith("," + LATER + "}");
        String rollout = text(world.source, keys.rollout());
        assertThat(rollout).endsWith("," + LATER + "}");
        assertThat(ControlFormat.rollout("", rollout.getBytes(UTF_8)).revision())
                .isGreaterThan(before);
        assertThat(text(world.target, keys.rollout())).doesNotContain("throttle");
    }

    @Test
    void everyKindComesBackByteForByte() {
        List<String> kinds = List.of(
                "{\"format\":1,\"kind\":\"rollout\",\"side\":\"source\",\"phase\":\"shadow\",\"revision\":1,\"nonce\":\"x\",\"changedAt\":2",
                "{\"format\":1,\"kind\":\"rollout-handle\",\"handle\":\"n/i/0\",\"revision\":4,\"drained\":false,\"lost\":0,\"pending\":2",
                "{\"format\":1,\"kind\":\"rollout-backfill\",\"cursor\":\"c\",\"done\":false,\"pages\":3,\"seen\":4,\"copied\":1,\"equal\":1,\"ahead\":1,\"failed\":1");
        for (String kind : kinds) {
            for (String later : List.of("", "," + LATER, ",\"\":null,\"x\":[[]],\"y\" : 12345678901234567890.10")) {
                String text = kind + later + "}";
                assertThat(again(text)).isEqualTo(text);
                assertThat(again("{" + (later.isEmpty() ? "" : later.substring(1) + ",") + kind.substring(1) + "}"))
                        .isEqualTo(text);
            }
            assertThatThrownBy(() -> again(kind + ",\"a\":1,\"\\u0061\":2}"))
                    .isInstanceOfSatisfying(
                            NotAppliedException.class,
                            twice -> assertThat(twice.reason()).isEqualTo(Reason.RECORD_FOREIGN));
            assertThatThrownBy(() -> again(kind + ",\"needs\":[\"throttle\"]}"))
                    .isInstanceOfSatisfying(
                            NotAppliedException.class,
                            newer -> assertThat(newer.reason()).isEqualTo(Reason.RECORD_NEWER));
        }
    }

    private static String again(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        byte[] again = text.contains("rollout-handle")
                ? ControlFormat.encode(ControlFormat.marker("k", bytes))
                : text.contains("rollout-backfill")
                        ? ControlFormat.encode(ControlFormat.progress("k", bytes))
                        : ControlFormat.encode(ControlFormat.rollout("k", bytes));
        return new String(again, UTF_8);
    }
}
