package io.durableserver.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.StoredState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullMarked
class StoredStatesTest {
    record State(long count, List<String> names) {}

    static List<Codec> codecs() {
        return List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void storedStateIsReadAsAClassOrAsAMap(Codec codec) {
        State state = new State(7, List.of("a"));
        StoredState stored = StoredStates.of(codec, 3, codec.encode(state, State.class));

        assertThat(stored.version()).isEqualTo(3);
        assertThat(stored.as(State.class)).isEqualTo(state);
        assertThat(stored.asMap()).isEqualTo(Map.of("count", 7, "names", List.of("a")));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void bytesAreACopy(Codec codec) {
        StoredState stored = StoredStates.of(codec, 1, codec.encode(new State(1, List.of()), State.class));
        stored.bytes()[0] = 0;

        assertThat(stored.as(State.class).count()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void nullAndScalarStatesAreTypedErrors(Codec codec) {
        StoredState nothing = StoredStates.of(codec, 1, codec.encode(null, Void.class));
        StoredState scalar = StoredStates.of(codec, 1, codec.encode(7, Integer.class));

        assertThatThrownBy(() -> nothing.as(State.class)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(scalar::asMap).isInstanceOf(ConfigurationException.class);
    }
}
