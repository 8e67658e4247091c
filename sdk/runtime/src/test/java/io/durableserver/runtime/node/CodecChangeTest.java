package io.durableserver.runtime.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StoredState;
import io.durableserver.Termination;
import io.durableserver.admin.RecordExport.Condition;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.testing.MemoryBackend;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The codec of a type is changed from release to release: what the one before stored is read, and stored by the new one. */
@Timeout(60)
final class CodecChangeTest {
    record Cart(String owner, int items) {}

    record Bigger(String owner, int items, Optional<String> note) {}

    record Add(int items) implements Call<Integer> {}

    /** Stores what is there, whether it changed or not. */
    record Sync() implements Call<Integer> {}

    static class Carts extends DurableServer<Cart> {
        @Override
        protected void handlers(Handlers<Cart> on) {
            on.call(Add.class, (cart, add) -> {
                Cart next = new Cart(cart.owner(), cart.items() + add.items());
                return Next.reply(next.items(), next).sync();
            });
            on.call(Sync.class, (cart, sync) -> Next.reply(cart.items(), cart).sync());
        }
    }

    /** Takes over carts of version 1, which had no owner. */
    static final class Migrating extends Carts {
        @Override
        protected Cart load(ServerType<Cart> type, StoredState stored) {
            return stored.version() == 1
                    ? new Cart("nobody", (Integer)
                            Objects.requireNonNull(stored.asMap().get("items")))
                    : stored.as(Cart.class);
        }
    }

    /** A codec of an application: the owner's name, a line end, the number. */
    private record Lines(String name, String separator) implements Codec {
        @Override
        public byte[] encode(@Nullable Object value, Type type) {
            Cart cart = (Cart) Objects.requireNonNull(value);
            return (cart.owner() + separator + cart.items()).getBytes(UTF_8);
        }

        @Override
        public Object decode(byte[] bytes, Type type) {
            String[] lines = new String(bytes, UTF_8).split(separator, -1);
            return new Cart(lines[0], Integer.parseInt(lines[1]));
        }
    }

    private static final Codec JSON = JsonCodec.INSTANCE;
    private static final Codec CBOR = CborCodec.INSTANCE;
    private static final Codec LINES = new Lines("lines", "\n");
    private static final ServerType<Cart> CARTS = ServerType.of("cart", Cart.class, Carts::new);

    private final MemoryBackend backend = new MemoryBackend();

    private StoredRecord stored() {
        return RecordFormat.decode("k", backend.read("t/k").orElseThrow());
    }

    /** One release of the type takes the cart over, adds an item and stops. */
    private int run(ServerType<Cart> type) {
        try (LoneNode node = LoneNode.start(backend, type)) {
            ServerRef ref = node.servers.ensureStarted(type, "k", new Cart("ada", 0));
            return ref.call(new Add(1));
        }
    }

    private NotAppliedException refusal(ServerType<Cart> type) {
        byte[] before = backend.read("t/k").orElseThrow();
        NotAppliedException refused = catchThrowableOfType(NotAppliedException.class, () -> run(type));
        assertThat(refused).isNotNull();
        assertThat(backend.read("t/k").orElseThrow()).isEqualTo(before);
        return refused;
    }

    @Test
    void aStateIsReadByTheOldCodecAndStoredByTheNewOne() {
        List<Codec> codecs = List.of(JSON, CBOR, LINES);
        int items = 0;
        for (Codec from : codecs) {
            for (Codec to : codecs) {
                if (from != to) {
                    Codec[] others =
                            codecs.stream().filter(codec -> codec != from).toArray(Codec[]::new);
                    assertThat(run(CARTS.stateCodec(from).alsoReads(others))).isEqualTo(++items);
                    assertThat(stored().codec()).isEqualTo(from.name());

                    assertThat(run(CARTS.stateCodec(to).alsoReads(from))).isEqualTo(++items);
                    assertThat(stored().codec()).isEqualTo(to.name());
                    assertThat(run(CARTS.stateCodec(to)))
                            .as("the old one may go")
                            .isEqualTo(++items);
                }
            }
        }
    }

    @Test
    void theNextSyncStoresItByTheNewCodecAlsoWhenNothingChanged() {
        run(CARTS);
        ServerType<Cart> changed = CARTS.stateCodec(LINES).alsoReads(JSON);
        try (LoneNode node = LoneNode.start(backend, changed)) {
            ServerRef ref = node.servers.ensureStarted(changed, "k", new Cart("ada", 0));
            assertThat(stored().codec()).isEqualTo("json");
            assertThat(ref.call(new Sync())).isEqualTo(1);
            assertThat(stored().codec()).isEqualTo("lines");
            assertThat(new String(stored().state(), UTF_8)).isEqualTo("ada\n1");
        }
    }

    /** The bytes are the same, so only the name says that they are to be written. */
    @Test
    void alsoWhenBothCodecsGiveTheSameBytes() {
        run(CARTS.stateCodec(LINES));
        ServerType<Cart> changed = CARTS.stateCodec(new Lines("lines-2", "\n")).alsoReads(LINES);
        try (LoneNode node = LoneNode.start(backend, changed)) {
            ServerRef ref = node.servers.ensureStarted(changed, "k", new Cart("ada", 0));
            assertThat(ref.call(new Sync())).isEqualTo(1);
            assertThat(stored().codec()).isEqualTo("lines-2");
        }
    }

    @Test
    void aCodecThatTheTypeDoesNotReadIsNamedWithThoseItReads() {
        run(CARTS.stateCodec(LINES));

        NotAppliedException refused = refusal(CARTS.stateCodec(CBOR).alsoReads(JSON));

        assertThat(refused.reason()).isEqualTo(Reason.STATE_MISMATCH);
        assertThat(refused.context())
                .containsEntry("key", "k")
                .containsEntry("type", "cart")
                .containsEntry("codec", "lines")
                .containsEntry("known", "cbor, json");
    }

    @Test
    void anotherCodecUnderTheNameOfTheOldOneIsRefusedWithoutQuotingTheState() {
        run(CARTS.stateCodec(LINES));

        NotAppliedException refused = refusal(CARTS.alsoReads(new Lines("lines", ";")));

        assertThat(refused.reason()).isEqualTo(Reason.STATE_MISMATCH);
        assertThat(refused.context())
                .containsEntry("type", "cart")
                .containsEntry("codec", "lines")
                .containsEntry("known", "json, lines");
        assertThat(refused.toString()).doesNotContain("ada");
    }

    @Test
    void aStateOfTheOldCodecThatDoesNotFitSaysByWhichCodecItWasRead() {
        run(CARTS);
        backend.overwrite("t/k", RecordFormat.encode(with(stored(), "{\"owner\":\"ada\"}", List.of())));

        NotAppliedException refused = refusal(CARTS.stateCodec(LINES).alsoReads(JSON));

        assertThat(refused.reason()).isEqualTo(Reason.STATE_MISMATCH);
        assertThat(refused.context()).containsEntry("path", "items").containsEntry("codec", "json");
    }

    @Test
    void aMigrationReadsTheOldVersionByTheOldCodec() {
        run(CARTS);
        backend.overwrite("t/k", RecordFormat.encode(with(stored(), "{\"items\":7}", List.of())));

        ServerType<Cart> migrating = ServerType.of("cart", Cart.class, Migrating::new)
                .version(2)
                .stateCodec(CBOR)
                .alsoReads(JSON);
        assertThat(run(migrating)).isEqualTo(8);
        assertThat(stored().codec()).isEqualTo("cbor");
        assertThat(stored().schemaVersion()).isEqualTo(2);
    }

    /** CBOR has no place for members that are kept word for word in JSON: they are not lost without a word. */
    @Test
    void aMemberThatIsKeptByOneCodecIsNotLostToAnother() {
        run(CARTS);
        byte[] newer = RecordFormat.encode(
                with(stored(), "{\"owner\":\"ada\",\"items\":1,\"note\":\"precious\"}", List.of("note")));
        backend.overwrite("t/k", newer);

        assertThat(refusal(CARTS.stateCodec(CBOR).alsoReads(JSON)).context()).containsEntry("path", "note");

        ServerType<Bigger> bigger = ServerType.of("cart", Bigger.class, BiggerCarts::new)
                .stateCodec(CBOR)
                .alsoReads(JSON);
        try (LoneNode node = LoneNode.start(backend, bigger)) {
            ServerRef ref = node.servers.ensureStarted(bigger, "k", new Bigger("", 0, Optional.empty()));
            assertThat(ref.call(new Sync())).isEqualTo(1);
            assertThat(stored().codec()).isEqualTo("cbor");
            assertThat(stored().optional()).isEmpty();
        }
    }

    static final class BiggerCarts extends DurableServer<Bigger> {
        @Override
        protected void handlers(Handlers<Bigger> on) {
            on.call(Sync.class, (cart, sync) -> Next.reply(cart.items(), cart).sync());
        }
    }

    /** The first release reads both and writes the old one, the second writes the new one: both may run at the same time. */
    @Test
    void releasesRunSideBySideWhenTheFirstOneReadsTheNewCodecToo() {
        ServerType<Cart> first = CARTS.alsoReads(CBOR);
        ServerType<Cart> second = CARTS.stateCodec(CBOR).alsoReads(JSON);

        assertThat(run(second)).isEqualTo(1);
        assertThat(run(first)).isEqualTo(2);
        assertThat(stored().codec()).isEqualTo("json");
        assertThat(run(second)).isEqualTo(3);
        assertThat(run(first)).isEqualTo(4);
    }

    @Test
    void operatorsSeeAndReplaceAStateOfTheOldCodec() {
        run(CARTS.stateCodec(LINES));
        ServerType<Cart> changed = CARTS.alsoReads(LINES);
        try (LoneNode node = LoneNode.start(backend, changed)) {
            assertThat(node.servers.admin().export("k").orElseThrow().condition())
                    .isEqualTo(Condition.HEALTHY);
        }
    }

    @Test
    void eachNameIsReadByOneCodec() {
        assertThatThrownBy(() -> CARTS.alsoReads(JSON, new Lines("json", ",")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("type.alsoReads");
        assertThatThrownBy(() -> run(CARTS.alsoReads(JSON)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("type.alsoReads");
    }

    @Test
    void anUpgradeInPlaceNeedsATypeThatReadsWhatTheRunningOneStores() {
        try (LoneNode node = LoneNode.start(backend, CARTS)) {
            ServerRef ref = node.servers.ensureStarted(CARTS, "k", new Cart("ada", 0));
            assertThat(ref.call(new Add(1))).isEqualTo(1);
            ServerType<Cart> next = CARTS.version(2).stateCodec(LINES);
            assertThatThrownBy(() -> node.servers.admin().upgrade(next))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("type.stateCodec");

            node.servers.admin().upgrade(next.alsoReads(JSON));

            assertThat(ref.call(new Sync())).isEqualTo(1);
            assertThat(stored().codec()).isEqualTo("lines");
            assertThat(stored().schemaVersion()).isEqualTo(2);
            node.servers.admin().terminate("k", Termination.GRACEFUL);
            assertThat(stored().codec()).isEqualTo("lines");
        }
    }

    private static StoredRecord with(StoredRecord record, String state, List<String> optional) {
        return new StoredRecord(
                record.type(),
                record.schemaVersion(),
                record.status(),
                record.owner(),
                record.epoch(),
                record.writes(),
                record.writtenAtMillis(),
                record.permanent(),
                record.metadata(),
                record.codec(),
                optional,
                state.getBytes(UTF_8));
    }
}
