package io.durableserver.ignite.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.TestCluster;
import io.durableserver.ignite.around.Memory;
import io.durableserver.ignite.around.Outskirts;
import io.durableserver.ignite.split.KeptSide;
import io.durableserver.ignite.state.NodeWatch;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Scheduler;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCluster;
import org.apache.ignite.IgniteEvents;
import org.junit.jupiter.api.Test;

/** A node that does not serve while somebody answers outside of its cluster. */
class StrandedWatchTest {
    private final List<RuntimeEvent> told = new CopyOnWriteArrayList<>();
    private final List<List<String>> gone = new CopyOnWriteArrayList<>();

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(StrandedWatchTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Ignite ignite() {
        IgniteCluster cluster = proxy(IgniteCluster.class, (self, method, arguments) -> List.of());
        IgniteEvents events = proxy(
                IgniteEvents.class, (self, method, arguments) -> method.getReturnType() == boolean.class ? true : null);
        return proxy(Ignite.class, (self, method, arguments) -> method.getName().equals("cluster") ? cluster : events);
    }

    private final class Watch implements NodeWatch {
        @Override
        public void prefix(String prefix, boolean ready, String cause) {}

        @Override
        public void lost(String why, boolean stops) {}

        @Override
        public void alarm(String prefix, String text) {}

        @Override
        public boolean moves() {
            return true;
        }

        @Override
        public void stepDown(List<String> addresses, String why) {
            gone.add(addresses);
        }

        @Override
        public Optional<String> staysBecause() {
            return Optional.empty();
        }

        @Override
        public void giveUp(KeptSide kept) {}

        @Override
        public void stopping() {}

        @Override
        public boolean isLast() {
            return false;
        }
    }

    @Test
    void whereItGoesIsToldBeforeItGoes() throws IOException {
        Outskirts outskirts = new Outskirts(ignite(), new Memory(null, told::add));
        Scheduler scheduler = JdkScheduler.create("stranded-test");
        try (ServerSocket somebody = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String place = "127.0.0.1:" + somebody.getLocalPort();
            StrandedWatch watch = new StrandedWatch(
                    "n",
                    told::add,
                    outskirts,
                    List.of(place),
                    () -> false,
                    new Watch(),
                    scheduler,
                    new JdkTime(),
                    Duration.ofMillis(20));
            TestCluster.await("it goes", () -> !gone.isEmpty());
            watch.close();
            assertThat(gone.get(0)).containsExactly(place);
            assertThat(told.get(0)).isEqualTo(new ClusterEvent.NodeStranded("n", "[" + place + "]"));
        } finally {
            outskirts.close();
            scheduler.close();
        }
    }
}
