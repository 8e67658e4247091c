package io.durableserver.runtime.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.durableserver.ConfigurationException;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.codec.Shapes;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** A property carries one field. */
@NullUnmarked
@SuppressWarnings({"unused", "HidingField"}) // shapes, not uses
class LostFieldsTest {
    /** One property, and two fields whose names look like its. */
    static class Doubled {
        private boolean active;
        private boolean isActive;

        public boolean isActive() {
            return active;
        }

        public void setActive(boolean value) {
            active = value;
        }
    }

    /** The field has the name under which another is written. */
    static class Crossed {
        @JsonProperty("hidden")
        public int seen;

        private int hidden;
    }

    static class Above {
        private int x;

        public int getX() {
            return x;
        }

        public void setX(int value) {
            x = value;
        }
    }

    static class Below extends Above {
        private int x;
    }

    static class Overriding extends Above {
        private int x;

        @Override
        public int getX() {
            return x;
        }

        @Override
        public void setX(int value) {
            super.setX(value);
            x = value;
        }
    }

    private static String refused(Class<?> type) {
        ConfigurationException error = catchThrowableOfType(
                ConfigurationException.class, () -> Shapes.examine(JsonCodec.INSTANCE, type, "state"));
        assertThat(error).as("%s", type).isNotNull();
        assertThat(error.context().get("detail")).contains("no property carries this field");
        return error.context().get("path");
    }

    @Test
    void aFieldThatAnotherOnesPropertySeemsToCarryIsRefused() {
        assertThat(refused(Doubled.class)).isEqualTo("Doubled.isActive");
        assertThat(refused(Crossed.class)).isEqualTo("Crossed.hidden");
        assertThat(refused(Below.class)).isEqualTo("Below.x");
    }

    @Test
    void aFieldThatIsOverriddenIsTheOtherOne() {
        assertThatCode(() -> Shapes.examine(JsonCodec.INSTANCE, Overriding.class, "state"))
                .doesNotThrowAnyException();
    }
}
