package io.durableserver.ignite.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.NotAppliedException;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.split.GivenUp;
import io.durableserver.ignite.split.KeptSide;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.apache.ignite.IgniteException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WhereToJoinTest {
    private static final KeptSide KEPT = new KeptSide(List.of("k"), List.of("127.0.0.1:1"));
    private static final List<String> PEERS = List.of("127.0.0.1:1");

    @TempDir
    private Path work;

    private final List<List<String>> opened = new ArrayList<>();
    private List<String> met = List.of("b");
    private List<String> found = List.of();
    private ServerSocket somebody;

    @BeforeEach
    void listen() throws IOException {
        somebody = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        somebody.close();
    }

    private final List<RuntimeEvent> told = new ArrayList<>();

    private String there() {
        return "127.0.0.1:" + somebody.getLocalPort();
    }

    private EmbeddedNode settings() {
        return EmbeddedNode.builder()
                .name("b")
                .workDirectory(work)
                .peers(PEERS.toArray(String[]::new))
                .build();
    }

    private void open(List<String> addresses, long millis, Consumer<List<String>> joined) {
        opened.add(addresses);
        joined.accept(met);
    }

    private <E extends RuntimeEvent> E told(Class<E> kind) {
        return told.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    /** As another process of the node. */
    private WhereToJoin where() {
        return new WhereToJoin(settings(), this::open, kept -> found, told::add);
    }

    @Test
    void aNewProcessGoesWhereTheOneBeforeWasTo() {
        WhereToJoin before = where();
        before.goTo(List.of(there()));
        before.leaving();

        where().first(new CountDownLatch(1));
        assertThat(opened).containsExactly(List.of(there()));

        where().first(new CountDownLatch(1));
        assertThat(opened).as("once").containsExactly(List.of(there()), PEERS);
    }

    @Test
    void whereNobodyAnswersAnyMoreTheSettingsSayWhere() throws IOException {
        WhereToJoin before = where();
        before.goTo(List.of(there()));
        before.leaving();
        somebody.close();
        where().first(new CountDownLatch(1));
        assertThat(opened).containsExactly(PEERS);
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void whoIsRefusedWhereItWasToGoJoinsWhereItsSettingsSay() {
        WhereToJoin before = where();
        before.goTo(List.of(there()));
        before.leaving();
        new WhereToJoin(
                        settings(),
                        (addresses, millis, joined) -> {
                            opened.add(addresses);
                            if (opened.size() == 1) {
                                throw new IgniteException("strangers");
                            }
                            joined.accept(met);
                        },
                        kept -> found,
                        told::add)
                .first(new CountDownLatch(1));
        assertThat(opened).containsExactly(List.of(there()), PEERS);
        assertThat(work).isEmptyDirectory();
        assertThat(told(ClusterEvent.PlaceNotJoined.class).thrown())
                .hasValueSatisfying(error -> assertThat(error).hasMessage("strangers"));
    }

    /** Such as a disk that cannot be written any more. */
    @Test
    void whereTheNodeCannotRememberWhereToGoThatIsTold() throws IOException {
        Files.createDirectories(work.resolve("durable-goes-to-b/in-the-way"));
        WhereToJoin before = where();
        before.goTo(List.of(there()));
        before.leaving();
        ClusterEvent.FileUnusable fact = told(ClusterEvent.FileUnusable.class);
        assertThat(fact.file()).endsWith("durable-goes-to-b");
        assertThat(fact.node()).isEqualTo("b");
    }

    private WhereToJoin keptOut(int times) {
        return new WhereToJoin(
                settings(),
                (addresses, millis, joined) -> {
                    opened.add(addresses);
                    if (opened.size() <= times) {
                        throw new NotAppliedException(
                                NotAppliedException.Reason.NOT_READY, "start a first", Map.of("node", "b"));
                    }
                    joined.accept(met);
                },
                kept -> found,
                told::add);
    }

    @Test
    void whoIsNotLetInYetAsksAgain() {
        keptOut(1).first(new CountDownLatch(1));
        assertThat(opened).containsExactly(PEERS, PEERS);
        assertThat(told(ClusterEvent.JoinWaits.class).problem()).contains("start a first");
    }

    /** Where the settings say somebody else may answer, or nobody. */
    @Test
    void whoIsNotLetInWhereItWasToGoAsksThereAgain() {
        WhereToJoin before = where();
        before.goTo(List.of(there()));
        before.leaving();
        keptOut(1).first(new CountDownLatch(1));
        assertThat(opened).containsExactly(List.of(there()), List.of(there()));
    }

    @Test
    void theWaitOfWhoIsNotLetInCanBeEnded() {
        assertThatThrownBy(() -> keptOut(1).first(new CountDownLatch(0)))
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("start a first");
        assertThat(opened).containsExactly(PEERS);
    }

    @Test
    void aNodeThatLeavesForNowhereWritesNothing() {
        where().leaving();
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void aNewProcessWaitsForTheSideThatWasKept() {
        GivenUp.mark(settings(), KEPT);
        CountDownLatch ending = new CountDownLatch(1);
        WhereToJoin waiting = new WhereToJoin(
                settings(),
                this::open,
                kept -> {
                    ending.countDown();
                    return List.of();
                },
                told::add);
        assertThatThrownBy(() -> waiting.first(ending))
                .isInstanceOf(GivenUp.Waits.class)
                .hasMessageContainingAll("nodes [k]", "durable-gave-up-b");
        assertThatThrownBy(() -> where().join(true)).isInstanceOf(GivenUp.Waits.class);
        assertThat(opened).as("it begins no cluster of its own").isEmpty();

        found = List.of("10.0.0.7:47500");
        met = List.of("b", "k");
        where().first(new CountDownLatch(1));
        assertThat(opened).containsExactly(found);
        assertThat(GivenUp.of(settings())).isEmpty();
    }

    @Test
    void anInterruptEndsTheWaitOfANewProcess() {
        GivenUp.mark(settings(), KEPT);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> where().first(new CountDownLatch(1))).isInstanceOf(GivenUp.Waits.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void companyThatIsNotTheKeptSideIsLeft() throws IOException {
        Path data = Files.createDirectories(work.resolve("db/b")).resolve("data");
        Files.writeString(data, "old");
        GivenUp.mark(settings(), KEPT);
        found = List.of("10.0.0.7:47500");
        met = List.of("b", "c");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> where().join(true)).isInstanceOf(GivenUp.Waits.class);
        }
        met = List.of("b");
        assertThatThrownBy(() -> where().join(true)).as("alone").isInstanceOf(GivenUp.Waits.class);
        assertThat(GivenUp.of(settings())).isPresent();
        assertThat(work.resolve("given-up/b/db/b/data")).hasContent("old");
        assertThat(told)
                .filteredOn(ClusterEvent.DataSetAside.class::isInstance)
                .isNotEmpty()
                .allMatch(event -> event.text().contains("given-up"));
    }

    /** Such as a disk that cannot be written any more. */
    @Test
    void aCopyThatWasAcquiredIsNotTouchedWhenTheMarkStays() throws IOException {
        GivenUp.mark(settings(), KEPT);
        found = List.of("10.0.0.7:47500");
        Path copy = work.resolve("db/b/data");
        WhereToJoin failing = new WhereToJoin(
                settings(),
                (addresses, millis, joined) -> {
                    try {
                        Files.createDirectories(copy.getParent());
                        Files.writeString(copy, "copy");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    throw new IgniteException("the mark cannot be deleted");
                },
                kept -> found,
                told::add);
        assertThatThrownBy(() -> failing.join(true)).hasMessageContaining("mark");
        met = List.of("b", "k");
        where().join(true);
        assertThat(copy).hasContent("copy");
        assertThat(GivenUp.of(settings())).isEmpty();
    }
}
