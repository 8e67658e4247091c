package io.durableserver.ignite.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.NodeState.Phase;
import io.durableserver.runtime.jdk.JdkTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node whose Ignite belongs to the application. */
class ReportsTest {
    private final StateBoard board = new StateBoard(new JdkTime(), event -> {});
    private final Reports reports = new Reports(board);

    @Test
    void aNodeThatWasCutOffStaysStoppedAndKeepsItsCause() {
        board.joining(List.of("a/"));
        reports.prefix("a/", true, "");
        assertThat(board.state().phase()).isEqualTo(Phase.SERVING);
        reports.lost("This node was cut off from the cluster", true);
        reports.prefix("a/", false, "it was fenced");
        reports.stopping();
        assertThat(board.state().phase()).isEqualTo(Phase.STOPPED);
        assertThat(board.state().cause()).startsWith("This node was cut off").contains("start another one");
    }

    @Test
    void aNodeThatIsClosedSaysSo() {
        board.joining(List.of("a/"));
        reports.stopping();
        assertThat(board.state().cause()).isEqualTo("The node is closed");
    }

    @Test
    void aSplitIsToldAndNothingIsDone() {
        board.joining(List.of("a/"));
        reports.prefix("a/", true, "");
        assertThat(reports.moves()).isFalse();
        reports.alarm("a/", "The cluster is split");
        reports.stepDown(List.of("10.0.0.1:47500"), "it was split");
        assertThat(board.state().phase()).isEqualTo(Phase.DEGRADED);
        assertThat(board.state().ready()).isTrue();
    }
}
