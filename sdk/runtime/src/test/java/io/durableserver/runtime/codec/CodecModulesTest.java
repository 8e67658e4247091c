package io.durableserver.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.Version;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Codecs with Jackson modules of the application. */
class CodecModulesTest {
    /** A class of a library, which Jackson cannot see into. */
    static final class Money {
        private final long cents;

        private Money(long cents) {
            this.cents = cents;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Money that && cents == that.cents;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(cents);
        }
    }

    record Price(Money money, Duration valid, BigDecimal rate) {}

    private static Module money() {
        SimpleModule module = new SimpleModule("money", Version.unknownVersion());
        module.addSerializer(new StdSerializer<>(Money.class) {
            private static final long serialVersionUID = 1L;

            @Override
            public void serialize(Money value, JsonGenerator out, SerializerProvider provider) throws IOException {
                out.writeNumber(value.cents);
            }
        });
        module.addDeserializer(Money.class, new StdDeserializer<Money>(Money.class) {
            private static final long serialVersionUID = 1L;

            @Override
            public Money deserialize(JsonParser in, DeserializationContext context) throws IOException {
                return new Money(in.getLongValue());
            }
        });
        return module;
    }

    private static List<Codec> codecs(Module... modules) {
        return List.of(JsonCodec.with(modules), CborCodec.with(modules));
    }

    @Test
    void valuesOfModulesComeBack() {
        Price price = new Price(new Money(250), Duration.ofMinutes(2), new BigDecimal("1.50"));
        for (Codec codec : codecs(money())) {
            assertThat(codec.decode(codec.encode(price, Price.class), Price.class))
                    .as(codec.name())
                    .isEqualTo(price);
            Shapes.examine(codec, Price.class, "state");
            StateReader strict = StateReader.of(codec);
            assertThat(strict).isNotNull().isSameAs(StateReader.of(codec));
        }
        assertThat(new String(JsonCodec.with(money()).encode(price, Price.class), StandardCharsets.UTF_8))
                .isEqualTo("{\"money\":250,\"valid\":\"PT2M\",\"rate\":1.50}");
        assertThat(catchThrowableOfType(
                                ConfigurationException.class,
                                () -> Shapes.examine(JsonCodec.INSTANCE, Price.class, "state"))
                        .reason())
                .isEqualTo(ConfigurationException.Reason.INVALID_TYPE);
    }

    @Test
    void revisionNamesTheModulesButNotTheirOrder() {
        Module other = new SimpleModule("other");
        for (Codec plain : List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE)) {
            assertThat(plain.revision()).isEmpty();
        }
        for (int i = 0; i < 2; i++) {
            assertThat(codecs(money(), other).get(i).revision())
                    .isEqualTo(codecs(other, money()).get(i).revision())
                    .isEqualTo("with money+with other");
            assertThat(codecs(money()).get(i).revision()).isEqualTo("with money");
        }
    }

    @Test
    void moduleReplacesTheOneOfItsName() {
        assertThat(JsonCodec.with(new JavaTimeModule()).encode(Duration.ofSeconds(1), Duration.class))
                .isEqualTo("\"PT1S\"".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void modulesWithoutANameAreRefused() {
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> JsonCodec.with(new SimpleModule())))
                .hasMessageContaining("modules");
    }
}
