package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.ServerType;
import io.durableserver.Termination;
import io.durableserver.admin.Admin;
import io.durableserver.admin.KeyPage;
import io.durableserver.admin.ListOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys that the store knows, as operators see them. */
@Timeout(60)
class AdminListTest {
    record State(int n) {}

    static final class Simple extends DurableServer<State> {
        static final ServerType<State> TYPE = ServerType.of("simple", State.class, Simple::new);

        @Override
        protected void handlers(Handlers<State> on) {}
    }

    private static List<String> all(Admin admin, ListOptions options) {
        List<String> keys = new ArrayList<>();
        Optional<String> next;
        do {
            KeyPage page = admin.list(options);
            assertThat(page.keys()).hasSizeLessThanOrEqualTo(options.limit());
            keys.addAll(page.keys());
            next = page.next();
            options = next.isPresent() ? options.after(next.get()) : options;
        } while (next.isPresent());
        return keys;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1000})
    void eachStoredKeyIsOnOnePageWhetherItsServerRunsOrNot(int limit) {
        try (TestCluster cluster =
                TestCluster.builder().nodes(2).types(Simple.TYPE).start()) {
            for (String key : List.of("user/1", "user/2", "user", "order/1", "order/__2")) {
                cluster.servers(0).start(Simple.TYPE, key, new State(1));
            }
            Admin admin = cluster.servers(1).admin();
            assertThat(admin.terminate("user/2", Termination.GRACEFUL)).isTrue();
            assertThat(admin.terminate("order/1", Termination.DELETE)).isTrue();
            ListOptions options = ListOptions.DEFAULT.withLimit(limit);
            assertThat(all(admin, options))
                    .as("no lease and no claim of the nodes")
                    .containsExactlyInAnyOrder("user/1", "user/2", "user", "order/__2");
            assertThat(all(admin, options.withKeyPrefix("user/"))).containsExactlyInAnyOrder("user/1", "user/2");
            assertThat(all(admin, options.withKeyPrefix("nobody"))).isEmpty();
        }
    }

    @Test
    void whatIsOutOfBoundsIsRefused() {
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> ListOptions.DEFAULT.withLimit(1001)))
                .hasMessageContainingAll("list.limit", "1001", "1 to 1000");
        try (TestCluster cluster =
                TestCluster.builder().nodes(1).types(Simple.TYPE).start()) {
            ConfigurationException reserved = catchThrowableOfType(
                    ConfigurationException.class,
                    () -> cluster.servers(0).admin().list(ListOptions.DEFAULT.withKeyPrefix("__nodes")));
            assertThat(reserved.reason()).isEqualTo(ConfigurationException.Reason.INVALID_KEY);
        }
    }
}
