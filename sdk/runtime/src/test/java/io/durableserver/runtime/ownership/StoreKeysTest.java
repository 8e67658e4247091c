package io.durableserver.runtime.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreKeysTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "__nodes",
                "__",
                "a\u0000b",
                "a\nb",
                "\u007f",
                "a\u0085b",
                "\ud800",
                "x\udc00y",
                "a\ufffe",
                "\uffffb",
                "\ufdd0",
                "\ud83f\udffe"
            })
    void badKeysNameWhatIsWrong(String key) {
        ConfigurationException error = catchThrowableOfType(ConfigurationException.class, () -> StoreKeys.check(key));
        assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.INVALID_KEY);
        assertThat(error.context()).containsEntry("option", "key").containsKeys("value", "bound");
    }

    @Test
    void lengthIsBoundedInBytes() {
        assertThatCode(() -> StoreKeys.check("x".repeat(512))).doesNotThrowAnyException();
        assertThatCode(() -> StoreKeys.check("é".repeat(256))).doesNotThrowAnyException();
        assertThatCode(() -> StoreKeys.check("/".repeat(255))).doesNotThrowAnyException();
        for (String tooLong :
                new String[] {"x".repeat(513), "é".repeat(257), "😀".repeat(129), "/".repeat(300), "../".repeat(160)}) {
            assertThat(catchThrowableOfType(ConfigurationException.class, () -> StoreKeys.check(tooLong)))
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "_a", "user/1", "t/", "ключ", "😀", "\ufffd", "\ue000", " ", "../x", "a__"})
    void otherKeysAreFine(String key) {
        assertThatCode(() -> StoreKeys.check(key)).doesNotThrowAnyException();
    }

    @Test
    void serversAndLeasesNeverShareAStoreKey() {
        StoreKeys keys = new StoreKeys("t/");
        assertThat(keys.server("k")).isEqualTo("t/k");
        assertThat(keys.lease(new Session("a/b", "i1"))).isEqualTo("t/__nodes/a_b/i1");
        assertThat(keys.lease(new Session("n", "i1"))).startsWith(keys.leases("n"));
    }
}
