package io.durableserver.runtime.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerStatus;
import io.durableserver.ServerType;
import io.durableserver.StoredState;
import io.durableserver.Termination;
import io.durableserver.admin.Admin;
import io.durableserver.admin.RecordExport;
import io.durableserver.admin.RecordExport.Condition;
import io.durableserver.admin.Repair;
import io.durableserver.config.LeaseConfig;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.record.LeaseFormat;
import io.durableserver.runtime.record.LeaseRecord;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.spi.Session;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator can do about records that servers cannot use, and what is refused. */
final class RepairTest extends StoredNode {
    private static final Repair WHY = Repair.because("OPS-7: the disk was bad");

    private Admin admin() {
        return node.servers.admin();
    }

    private RecordExport export() {
        return admin().export("k").orElseThrow();
    }

    private byte[] storedBytes() {
        return backend.read("t/k").orElseThrow();
    }

    private StoredRecord stored() {
        return RecordFormat.decode("k", storedBytes());
    }

    /** A stopped server with the state 1, whose record was then changed. */
    private void damage(String from, String to) {
        start();
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        String text = new String(storedBytes(), UTF_8);
        assertThat(text).contains(from);
        backend.overwrite("t/k", text.replace(from, to).getBytes(UTF_8));
    }

    private void store(StoredRecord record) {
        backend.overwrite("t/k", RecordFormat.encode(record));
    }

    private static StoredRecord record(String type, int version, ServerStatus status, String codec, String state) {
        return new StoredRecord(
                type,
                version,
                status,
                new Session("n", "old"),
                7,
                70,
                0,
                true,
                Map.of("a", "b"),
                codec,
                state.getBytes(UTF_8));
    }

    @Test
    void aKeyWithoutARecordHasNothingToExport() {
        assertThat(admin().export("k")).isEmpty();
        assertThat(reason(() -> admin().delete("k", new Version("1"), WHY))).isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void everyKindOfRecordIsExportedWithWhatIsKnownOfIt() {
        damage("\"n\":1", "\"n\":2");
        RecordExport corrupt = export();
        assertThat(corrupt.condition()).isEqualTo(Condition.CORRUPT);
        assertThat(corrupt.bytes()).isEqualTo(storedBytes());
        assertThat(corrupt.problem()).containsKey("problem");
        // The header is told as far as it can be read, seal or not.
        assertThat(corrupt.info().orElseThrow().type()).isEqualTo("probe");

        backend.overwrite("t/k", "hello".getBytes(UTF_8));
        assertThat(export().condition()).isEqualTo(Condition.FOREIGN);
        assertThat(export().info()).isEmpty();

        store(record("probe", 2, ServerStatus.CRASHED, "json", "{\"n\":1}"));
        assertThat(export().condition()).isEqualTo(Condition.NEWER);
        assertThat(export().info().orElseThrow().epoch()).isEqualTo(7);

        store(record("probe", 1, ServerStatus.CRASHED, "json", "{\"m\":1}"));
        assertThat(export().condition()).isEqualTo(Condition.MISMATCHED);
        assertThat(export().problem()).containsEntry("path", "n");

        store(record("probe", 1, ServerStatus.CRASHED, "other", "{\"n\":1}"));
        assertThat(export().condition()).isEqualTo(Condition.MISMATCHED);
        assertThat(export().problem()).containsEntry("codec", "other").containsEntry("known", "json");

        store(record("unheard", 1, ServerStatus.CRASHED, "json", "{\"n\":1}"));
        assertThat(export().condition()).isEqualTo(Condition.UNKNOWN_TYPE);

        store(record("probe", 1, ServerStatus.DELETING, "json", ""));
        assertThat(export().condition()).isEqualTo(Condition.DELETED);

        store(record("probe", 1, ServerStatus.CRASHED, "json", "{\"n\":1}"));
        assertThat(export().condition()).isEqualTo(Condition.HEALTHY);
        assertThat(export().problem()).isEmpty();
        assertThat(export().toString()).doesNotContain("{\"n\":1}");
    }

    @Test
    void aLoadThatThrowsIsUnreadable() {
        damage("\"n\":1", "\"n\":1");
        restart(
                new Probe.Script() {
                    @Override
                    State load(ServerType<State> type, StoredState stored) {
                        throw new IllegalStateException("hunter2");
                    }
                },
                1);

        assertThat(export().condition()).isEqualTo(Condition.UNREADABLE);
        assertThat(export().problem()).containsEntry("errorType", IllegalStateException.class.getName());
        assertThat(export().toString()).doesNotContain("hunter2");
    }

    @Test
    void aCorruptRecordIsDeletedAndItsKeyStartsAnew() {
        damage("\"n\":1", "\"n\":2");
        assertThat(reason(this::start)).isEqualTo(Reason.RECORD_CORRUPT);

        admin().delete("k", export().version(), WHY);

        assertThat(backend.read("t/k")).isEmpty();
        assertThat(start().call(GET)).isEqualTo(1L);
    }

    @Test
    void aRecordChangedByHandIsPutBackWithANewHeader() {
        damage("\"n\":1", "\"n\":oops");
        RecordExport broken = export();
        String byHand = new String(broken.bytes(), UTF_8).replace("oops", "42");

        admin().replace("k", broken.version(), byHand.getBytes(UTF_8), WHY);

        assertThat(export().condition()).isEqualTo(Condition.HEALTHY);
        assertThat(stored().status()).isEqualTo(ServerStatus.STOPPED_GRACEFUL);
        assertThat(stored().epoch()).isEqualTo(2);
        assertThat(stored().owner()).isEqualTo(node.servers.session());
        assertThat(start().call(GET)).isEqualTo(42L);
    }

    @Test
    void aRecordIsReplacedByAState() {
        store(record("probe", 1, ServerStatus.CRASHED, "json", "{\"m\":1}"));

        assertThatThrownBy(() -> admin().replaceState(type, "k", export().version(), new State(5), WHY))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("evenIfHealthy");
        admin().replaceState(type, "k", export().version(), new State(5), WHY.evenIfHealthy());

        assertThat(stored().epoch()).isEqualTo(8);
        assertThat(stored().writes()).isEqualTo(71);
        assertThat(start().call(GET)).isEqualTo(5L);
    }

    @Test
    void whatCannotBeUsedEitherIsNotPutInItsPlace() {
        damage("\"n\":1", "\"n\":oops");
        byte[] before = storedBytes();
        Version version = export().version();

        assertThat(reason(() -> admin().replace("k", version, "hello".getBytes(UTF_8), WHY)))
                .isEqualTo(Reason.RECORD_FOREIGN);
        assertThat(reason(() -> admin().replace("k", version, before, WHY))).isEqualTo(Reason.RECORD_CORRUPT);
        for (StoredRecord wrong : new StoredRecord[] {
            record("probe", 1, ServerStatus.CRASHED, "json", "{\"m\":1}"),
            record("probe", 2, ServerStatus.CRASHED, "json", "{\"n\":1}"),
            record("unheard", 1, ServerStatus.CRASHED, "json", "{\"n\":1}"),
            record("probe", 1, ServerStatus.DELETING, "json", "")
        }) {
            assertThat(reason(() -> admin().replace("k", version, RecordFormat.encode(wrong), WHY)))
                    .isEqualTo(Reason.STATE_MISMATCH);
        }
        assertThat(storedBytes()).isEqualTo(before);
    }

    @Test
    void aHealthyRecordIsChangedOnlyWhenThatIsSaid() {
        store(record("probe", 1, ServerStatus.STOPPED_GRACEFUL, "json", "{\"n\":1}"));
        Version version = export().version();
        byte[] before = storedBytes();

        assertThatThrownBy(() -> admin().delete("k", version, WHY)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> admin().replace("k", version, before, WHY)).isInstanceOf(ConfigurationException.class);
        assertThat(storedBytes()).isEqualTo(before);

        admin().delete("k", version, WHY.evenIfHealthy());
        assertThat(backend.read("t/k")).isEmpty();
    }

    @Test
    void anotherVersionThanTheExportedOneIsLeftAlone() {
        damage("\"n\":1", "\"n\":2");
        Version old = export().version();
        backend.overwrite("t/k", "hello".getBytes(UTF_8));

        assertThat(reason(() -> admin().delete("k", old, WHY))).isEqualTo(Reason.RECORD_CHANGED);
        assertThat(reason(() -> admin().replaceState(type, "k", old, new State(1), WHY)))
                .isEqualTo(Reason.RECORD_CHANGED);
        assertThat(storedBytes()).isEqualTo("hello".getBytes(UTF_8));
    }

    @Test
    void aRunningServerIsStoppedFirst() {
        start();
        Version version = export().version();

        assertThat(reason(() -> admin().delete("k", version, WHY.evenIfHealthy())))
                .isEqualTo(Reason.ALREADY_STARTED);
        assertThat(start().call(GET)).isEqualTo(1L);
        node.servers.admin().terminate("k", Termination.GRACEFUL);
        assertThat(reason(() -> admin().delete("k", version, WHY.evenIfHealthy())))
                .isEqualTo(Reason.RECORD_CHANGED);
        admin().delete("k", export().version(), WHY.evenIfHealthy());
    }

    @Test
    void anOwnerThatIsGoneIsNoHindrance() {
        store(record("probe", 1, ServerStatus.RUNNING, "json", "{\"n\":1}"));

        admin().delete("k", export().version(), WHY.evenIfHealthy());

        assertThat(backend.read("t/k")).isEmpty();
    }

    @Test
    void aStoreThatDoesNotAnswerIsTold() {
        damage("\"n\":1", "\"n\":2");
        Version version = export().version();
        backend.fault(MemoryBackend.Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k"));
        assertThat(reason(() -> admin().delete("k", version, WHY))).isEqualTo(Reason.STORAGE_UNAVAILABLE);
        backend.fault(MemoryBackend.Fault.NONE, key -> false);
        assertThat(backend.read("t/k")).isPresent();
    }

    @Test
    void aReasonIsOneLineThatSaysSomething() {
        for (String bad : new String[] {"", "  ", "two\nlines", "tab\t", "x".repeat(501), "line\u2028"}) {
            assertThatThrownBy(() -> Repair.because(bad)).isInstanceOf(ConfigurationException.class);
        }
        assertThat(Repair.because("x".repeat(500)).isHealthyToo()).isFalse();
    }

    @Test
    void keysAreCheckedAndClosedNodesSaySo() {
        assertThat(catchThrowableOfType(ConfigurationException.class, () -> admin().export("__nodes/n/1")))
                .isNotNull();
        Admin admin = admin();
        node.close();
        NotAppliedException refused = catchThrowableOfType(NotAppliedException.class, () -> admin.export("k"));
        assertThat(refused.reason()).isEqualTo(Reason.NOT_READY);
    }

    @Test
    void aRepairWaitsUntilAnOwnerOutsideTheClusterIsCertainlyGone() {
        node.close();
        node = LoneNode.start(
                LeaseConfig.builder()
                        .time(Duration.ofSeconds(1))
                        .renewEvery(Duration.ofMillis(100))
                        .margin(Duration.ofMillis(200))
                        .build(),
                type);
        Session owner = new Session("elsewhere", "1");
        String lease = new StoreKeys("t/").lease(owner);
        node.backend.overwrite(lease, LeaseFormat.encode(new LeaseRecord(owner, 3, "there", false, 0)));
        node.backend.overwrite(
                "t/k",
                RecordFormat.encode(new StoredRecord(
                        "probe",
                        1,
                        ServerStatus.RUNNING,
                        owner,
                        7,
                        70,
                        0,
                        true,
                        Map.of(),
                        "json",
                        "{\"n\":1}".getBytes(UTF_8))));
        admin().delete("k", export().version(), WHY.evenIfHealthy());
        assertThat(LeaseFormat.decode("l", node.backend.read(lease).orElseThrow())
                        .gone())
                .as("the owner can renew no more")
                .isTrue();
        assertThat(admin().export("k")).isEmpty();
    }
}
