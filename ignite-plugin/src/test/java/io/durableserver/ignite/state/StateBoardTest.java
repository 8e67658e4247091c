package io.durableserver.ignite.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Registration;
import io.durableserver.ignite.NodeState;
import io.durableserver.ignite.NodeState.Phase;
import io.durableserver.ignite.TestCluster;
import io.durableserver.runtime.jdk.JdkTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class StateBoardTest {
    private final StateBoard board = new StateBoard(new JdkTime(), event -> {});

    private List<NodeState> heard() {
        List<NodeState> heard = new CopyOnWriteArrayList<>();
        board.listen(heard::add);
        return heard;
    }

    @Test
    void aNodeServesWhenAllItsPrefixesDo() {
        board.joining(List.of("a/", "b/"));
        board.prefix("a/", true, "");
        assertThat(board.state().phase()).isEqualTo(Phase.STARTING);
        board.prefix("b/", false, "STORAGE_UNAVAILABLE");
        assertThat(board.state().cause()).isEqualTo("b/: STORAGE_UNAVAILABLE");
        board.prefix("b/", true, "");
        assertThat(board.state().phase()).isEqualTo(Phase.SERVING);
        assertThat(board.state().ready()).isTrue();
        board.prefix("b/", false, "its lease is at risk");
        assertThat(board.state().phase()).isEqualTo(Phase.DEGRADED);
        assertThat(board.state().ready()).isFalse();
        assertThat(board.state().live()).isTrue();
    }

    @Test
    void anAlarmDegradesANodeThatIsReady() {
        board.joining(List.of("a/"));
        board.prefix("a/", true, "");
        board.alarm("split", "The cluster is split");
        assertThat(board.state().phase()).isEqualTo(Phase.DEGRADED);
        assertThat(board.state().ready()).isTrue();
        assertThat(board.state().cause()).isEqualTo("The cluster is split");
        board.alarm("split", "");
        assertThat(board.state().phase()).isEqualTo(Phase.SERVING);
    }

    @Test
    void aNodeThatIsAwayIsNotReadyWhateverItsPrefixesSay() {
        board.joining(List.of("a/"));
        board.prefix("a/", true, "");
        board.away(Phase.REJOINING, "cut off");
        board.prefix("a/", true, "");
        assertThat(board.state().phase()).isEqualTo(Phase.REJOINING);
        assertThat(board.state().ready()).isFalse();
        board.joining(List.of("a/"));
        assertThat(board.state().phase()).isEqualTo(Phase.STARTING);
        board.away(Phase.STOPPED, "closed");
        assertThat(board.state().live()).isFalse();
    }

    @Test
    void aNodeWithoutPrefixesServesWhenItHasJoined() {
        board.joining(List.of());
        assertThat(board.state().phase()).isEqualTo(Phase.SERVING);
    }

    @Test
    void listenersHearEachChangeOnceAndInOrderWhateverOthersThrow() {
        board.listen(state -> {
            throw new AssertionError("a bad listener");
        });
        List<NodeState> heard = heard();
        List<NodeState> ended = new CopyOnWriteArrayList<>();
        Registration registration = board.listen(ended::add);
        registration.close();
        registration.close();
        board.joining(List.of("a/"));
        board.prefix("a/", true, "");
        board.prefix("a/", true, "");
        board.prefix("other/", false, "not of this node");
        board.away(Phase.STOPPED, "closed");
        TestCluster.await("the last one", () -> heard.size() == 2);
        assertThat(heard).extracting(NodeState::phase).containsExactly(Phase.SERVING, Phase.STOPPED);
        assertThat(ended).isEmpty();
    }
}
