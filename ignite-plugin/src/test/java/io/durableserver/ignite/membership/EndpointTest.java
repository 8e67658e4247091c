package io.durableserver.ignite.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    private static Endpoint endpoint(String text) {
        return Endpoint.parse(text).orElseThrow();
    }

    @Test
    void survivesItsTextForm() {
        Endpoint endpoint = endpoint("id|host|10.0.0.1:47100,[0:0:0:0:0:0:0:1]:47100");
        assertThat(endpoint.addresses()).hasSize(2);
        assertThat(endpoint(endpoint.toString())).isEqualTo(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "id",
                "id|host",
                "id|host|",
                "id|host|10.0.0.1",
                "id|host|10.0.0.1:70000",
                "id|host|example.org:80",
                "id|host|localhost:80",
                "id|host|10.0.0.1:80,evil",
                "id|host|10.0.0.1:80|more"
            })
    void isStrict(String text) {
        assertThat(Endpoint.parse(text)).isEmpty();
    }

    @Test
    void loopbackMeansSomethingOnItsOwnHostOnly() {
        Endpoint endpoint = endpoint("id|h1|127.0.0.1:1,10.0.0.1:1");
        assertThat(endpoint.addresses()).hasSize(2);
        assertThat(endpoint.outside()).isEqualTo(endpoint("id|h1|10.0.0.1:1").addresses());
    }

    @Test
    void aSharedPrivateAddressIsNotTheSamePlace() {
        Endpoint one = endpoint("1|h1|10.0.0.1:1,172.17.0.1:1");
        assertThat(one.samePlace(endpoint("2|h2|10.0.0.2:1,172.17.0.1:1"))).isFalse();
        assertThat(one.samePlace(endpoint("2|h2|10.0.0.1:1,172.17.0.1:1"))).isTrue();
        assertThat(one.samePlace(endpoint("2|h1|127.0.0.1:1,172.17.0.1:1"))).isTrue();
        assertThat(one.samePlace(endpoint("2|h1|10.0.0.1:2"))).isFalse();
    }
}
