package io.durableserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.Limits;
import io.durableserver.config.OptionValues;
import io.durableserver.config.Timeouts;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A configuration of texts, as frameworks and files have them. */
class OptionMapTest {
    private static DurableServersConfig of(Map<?, ?> values) {
        return DurableServersConfig.from(values)
                .backend(context -> {
                    throw new IllegalStateException("not opened here");
                })
                .build();
    }

    private static ConfigurationException refused(Map<?, ?> values) {
        ConfigurationException refused = catchThrowableOfType(ConfigurationException.class, () -> of(values));
        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(ConfigurationException.Reason.INVALID_OPTION);
        return refused;
    }

    @Test
    void propertiesAreTaken() {
        Properties properties = new Properties();
        properties.setProperty("prefix", " shop/ ");
        properties.setProperty("limits.mailbox-capacity", "1024");
        properties.setProperty("limits.state-bytes", "64MiB");
        properties.setProperty("limits.message-bytes", "2048");
        properties.setProperty("timeouts.call", "10s");
        properties.setProperty("timeouts.start", "PT1M30S");
        properties.setProperty("timeouts.drain", "2m");
        properties.setProperty("lease.time", "20 s");
        properties.setProperty("lease.renew-every", "500ms");
        properties.setProperty("allow-mixed-type-versions", "TRUE");
        properties.setProperty("verify-encoding", "false");
        DurableServersConfig config = of(properties);
        assertThat(config.prefix()).isEqualTo("shop/");
        assertThat(config.limits())
                .isEqualTo(Limits.builder()
                        .mailboxCapacity(1_024)
                        .stateBytes(64 << 20)
                        .messageBytes(2_048)
                        .build());
        assertThat(config.timeouts())
                .isEqualTo(Timeouts.builder()
                        .call(Duration.ofSeconds(10))
                        .start(Duration.ofSeconds(90))
                        .drain(Duration.ofMinutes(2))
                        .build());
        assertThat(config.lease().renewEvery()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.allowMixedTypeVersions()).isTrue();
        assertThat(config.verifyEncoding()).isFalse();
    }

    @Test
    void valuesOfOtherKindsAreTakenAsTheirTexts() {
        assertThat(of(Map.of("prefix", "p/", "limits.turn-batch", 7, "timeouts.read", Duration.ofSeconds(2)))
                        .limits()
                        .turnBatch())
                .isEqualTo(7);
    }

    @Test
    void unknownKeysAreNamedWithTheNearestOnes() {
        assertThat(refused(Map.of("prefix", "p/", "limits.mailboxCapacity", "16", "timeout.call", "secret")))
                .hasMessageContainingAll(
                        "limits.mailboxCapacity (nearest: limits.mailbox-capacity)",
                        "timeout.call (nearest: timeouts.call)")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "limits.turn-batch, 0",
        "limits.turn-batch, 1.5",
        "limits.turn-batch, ''",
        "limits.turn-batch, 99999999999999999999",
        "limits.state-bytes, 8MB",
        "limits.state-bytes, 9999999TiB",
        "limits.state-bytes, 3GiB",
        "timeouts.call, 10",
        "timeouts.call, 10 sec",
        "timeouts.call, 0s",
        "timeouts.call, -1s",
        "timeouts.call, 999999999999999999d",
        "lease.margin, PT",
        "verify-encoding, yes",
        "prefix, shop",
    })
    void valueThatIsNoneIsNamedWithItsBound(String key, String value) {
        Map<String, String> values = new HashMap<>(Map.of("prefix", "p/"));
        values.put(key, value);
        ConfigurationException refused = refused(values);
        assertThat(refused.context()).containsEntry("option", key).containsEntry("value", value);
        assertThat(String.valueOf(refused.context().get("bound")))
                .startsWith(DurableServersConfig.keys().get(key));
    }

    @Test
    void keyWithoutAValueIsRefused() {
        Map<String, String> values = new HashMap<>();
        values.put("prefix", null);
        assertThat(refused(values).context()).containsEntry("option", "prefix");
    }

    @Test
    void defaultsOfPropertiesAreTaken() {
        Properties defaults = new Properties();
        defaults.setProperty("prefix", "p/");
        defaults.setProperty("timeouts.call", "1s");
        Properties properties = new Properties(new Properties(defaults));
        properties.setProperty("timeouts.call", "2 min");
        DurableServersConfig config = of(properties);
        assertThat(config.prefix()).isEqualTo("p/");
        assertThat(config.timeouts().call()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void entryOfPropertiesThatIsNoTextIsNamedWhereverItIs() {
        Properties defaults = new Properties();
        defaults.setProperty("prefix", "p/");
        for (Map.Entry<?, ?> wrong :
                Map.of("timeouts.call", 7, "prefix", 8, 9, "text").entrySet()) {
            Properties own = new Properties(defaults);
            own.put(wrong.getKey(), wrong.getValue());
            assertThat(refused(own).context())
                    .containsEntry("option", wrong.getKey().toString());
        }
        defaults.put("timeouts.call", 7);
        assertThat(refused(new Properties(defaults)).context()).containsEntry("option", "timeouts.call");
        Properties over = new Properties(defaults);
        over.setProperty("timeouts.call", "7s");
        assertThat(of(over).timeouts().call()).isEqualTo(Duration.ofSeconds(7));
        defaults.put(9, "text");
        assertThat(refused(new Properties(defaults))).hasMessageContaining("a key of the defaults must be a text");
    }

    @Test
    void groupsAreTakenApart() {
        OptionValues all = OptionValues.of(Map.of("servers.prefix", "p/", "s3.bucket", "b", "s3x", "1"));
        assertThat(all.group("s3").get("bucket")).contains("b");
        assertThat(all.group("s3").get("prefix")).isEmpty();
        assertThat(all.without("s3", "servers").get("s3x")).contains("1");
        assertThat(all.without("s3").get("s3.bucket")).isEmpty();
    }
}
