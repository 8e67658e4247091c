package io.durableserver.ignite.around;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.disk.StateFile;
import io.durableserver.ignite.membership.NodeAttributes;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Session;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.ignite.cluster.ClusterNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {
    private static final Session LOST = new Session("lost", "1");
    private static final String BRIDGE = "172.17.0.1:47500";

    @TempDir
    private Path work;

    private final List<RuntimeEvent> told = new ArrayList<>();
    private final Memory memory = new Memory(null, told::add);

    private Memory remembering() {
        EmbeddedNode node = EmbeddedNode.builder().name("a").workDirectory(work).build();
        return new Memory(new StateFile(node, "clusters-"), told::add);
    }

    @Test
    void theClustersOfANodeAreKnownToItsNextProcess() throws IOException {
        String first = UUID.randomUUID().toString();
        String second = UUID.randomUUID().toString();
        Memory before = remembering();
        before.in(first);
        // As a disk that is full for a while.
        Files.createDirectories(work.resolve("clusters-a~"));
        before.in(second);
        assertThat(remembering().clusters()).as("not emptied").containsExactly(first);
        assertThat(told).singleElement().isInstanceOfSatisfying(ClusterEvent.FileUnusable.class, fact -> {
            assertThat(fact.node()).isEqualTo("a");
            assertThat(fact.problem()).contains("taken for a stranger");
        });
        Files.delete(work.resolve("clusters-a~"));
        before.in(second);
        assertThat(remembering().clusters()).as("written later").containsExactlyInAnyOrder(first, second);
    }

    @Test
    void aLostNodeIsThereAgainByItsNameOrByAllItsAddresses() {
        memory.lost(LOST, Set.of("10.0.0.2:47500", BRIDGE));
        memory.joined("other", Set.of("10.0.0.3:47500", BRIDGE));
        memory.joined("nowhere", Set.of());
        assertThat(memory.lost()).as("a bridge is on each host").containsExactly(LOST);
        memory.joined("other", Set.of("10.0.0.2:47500", BRIDGE));
        assertThat(memory.lost()).isEmpty();

        memory.lost(LOST, Set.of());
        memory.joined("other", Set.of());
        assertThat(memory.lost()).containsExactly(LOST);
        memory.joined("lost", Set.of("10.0.0.9:47500"));
        assertThat(memory.lost()).isEmpty();
    }

    @Test
    void placesAreToldForSomeNamesOrAll() {
        memory.lost(LOST, Set.of("10.0.0.2:47500"));
        memory.lost(new Session("more", "2"), Set.of("10.0.0.3:47500"));
        assertThat(memory.places(Set.of("more", "unknown"))).containsExactly("10.0.0.3:47500");
        assertThat(memory.places()).containsExactly("10.0.0.2:47500", "10.0.0.3:47500");
    }

    private static ClusterNode node(String name, boolean client, Map<String, Object> attributes) {
        return (ClusterNode) Proxy.newProxyInstance(
                MemoryTest.class.getClassLoader(),
                new Class<?>[] {ClusterNode.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "isClient" -> client;
                    case "attributes" -> attributes;
                    case "attribute" -> attributes.get(String.valueOf(arguments[0]));
                    case "consistentId" -> name;
                    case "id" -> UUID.nameUUIDFromBytes(new byte[] {1});
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }

    @Test
    void whoCannotBeASideOfASplitIsNotRememberedAsLost() {
        Map<String, Object> takesPart = Map.of(NodeAttributes.membership("p/"), true);
        memory.lost(node("server", false, takesPart));
        for (int i = 0; i < 200; i++) {
            memory.lost(node("client" + i, true, takesPart));
            memory.lost(node("visitor" + i, true, Map.of()));
            memory.lost(node("plain" + i, false, Map.of()));
        }
        assertThat(memory.lost()).extracting(Session::node).containsExactly("server");
    }
}
