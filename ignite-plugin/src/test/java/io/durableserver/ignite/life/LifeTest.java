package io.durableserver.ignite.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.NodeState.Phase;
import io.durableserver.ignite.TestCluster;
import io.durableserver.ignite.WhenCutOff;
import io.durableserver.ignite.life.LifeSteps.Ending;
import io.durableserver.ignite.life.LifeSteps.Event;
import io.durableserver.ignite.life.LifeSteps.Leaving;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The shell of a node's life, on a seat that is no Ignite. */
@Timeout(60)
class LifeTest {
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CountDownLatch joining = new CountDownLatch(1);
    private volatile boolean joinHangs;
    private volatile @Nullable RuntimeException joinFails;
    private final Seat seat = new Seat() {
        @Override
        public Ending leave(Leaving how) {
            log.add("leave " + how);
            return Ending.CUT_OFF;
        }

        @Override
        public void join(boolean alone) {
            joining.countDown();
            if (joinHangs) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    log.add("interrupted");
                    throw new IllegalStateException(e);
                }
            }
            RuntimeException failure = joinFails;
            if (failure != null) {
                log.add("failed");
                throw failure;
            }
            log.add("joined");
        }

        @Override
        public void told(Phase phase, String cause, boolean serves) {
            log.add(phase.toString());
        }

        @Override
        public void exit() {
            log.add("exit");
        }
    };
    private final List<RuntimeEvent> told = new CopyOnWriteArrayList<>();
    private Life life = life(WhenCutOff.RESTART);

    private Life life(WhenCutOff policy) {
        JdkTime time = new JdkTime();
        return new Life("n", seat, new LifeSteps(policy, Duration.ZERO, time.nanoTime()), time, told::add);
    }

    private void lose() {
        life.happened(life.node(), new Event.Lost("cut off", true));
    }

    private void end() throws Exception {
        life.close();
        life.over().get(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        life.close();
    }

    @Test
    void oneLossIsOneRestartHoweverOftenItIsTold() throws Exception {
        life.start();
        lose();
        lose();
        life.happened(life.node(), new Event.Gone());
        TestCluster.await("the restart", () -> log.contains("joined"));
        end();
        assertThat(log)
                .containsSubsequence("leave BY_ITSELF", "REJOINING", "joined", "leave IN_ORDER", "STOPPED")
                .containsOnlyOnce("joined");
        assertThat(told).containsOnlyOnce(new ClusterEvent.NodeRejoined("n"));
        assertThat(told)
                .filteredOn(ClusterEvent.NodeMoves.class::isInstance)
                .extracting(event -> ((ClusterEvent.NodeMoves) event).phase())
                .containsSubsequence("REJOINING", "STOPPED");
    }

    @Test
    void newsOfAnIgniteNodeThatIsGoneMeansNothing() throws Exception {
        life.start();
        int first = life.node();
        lose();
        TestCluster.await("the restart", () -> log.contains("joined"));
        life.happened(first, new Event.Gone());
        life.happened(first, new Event.Lost("late", true));
        end();
        assertThat(log).containsOnlyOnce("joined").containsOnlyOnce("leave BY_ITSELF");
    }

    @Test
    void closeEndsAJoinThatHangs() throws Exception {
        joinHangs = true;
        life.start();
        lose();
        joining.await();
        end();
        assertThat(log).contains("interrupted").endsWith("STOPPED").doesNotContain("joined");
    }

    @Test
    void closeEndsAPause() throws Exception {
        joinFails = new IllegalStateException("no port");
        life.start();
        lose();
        TestCluster.await("a failure", () -> log.contains("failed"));
        end();
        assertThat(log).endsWith("STOPPED").doesNotContain("joined");
        assertThat(told)
                .filteredOn(ClusterEvent.RejoinFailed.class::isInstance)
                .isNotEmpty()
                .allSatisfy(fact -> assertThat(fact.thrown()).containsSame(joinFails));
    }

    @Test
    void closingTwiceIsClosingOnce() throws Exception {
        life.start();
        life.close();
        end();
        assertThat(log).containsExactly("DEGRADED", "leave IN_ORDER", "STOPPED");
    }

    @Test
    void theProcessExitsAfterTheEndIsTold() throws Exception {
        life = life(WhenCutOff.EXIT);
        life.start();
        lose();
        life.over().get(30, TimeUnit.SECONDS);
        TestCluster.await("the exit", () -> log.contains("exit"));
        assertThat(log).containsExactly("STOPPED", "leave BY_ITSELF", "STOPPED", "exit");
    }

    @Test
    void aDefectEndsItAndLetsNobodyWait() throws Exception {
        Life broken = new Life(
                "n",
                new Seat() {
                    @Override
                    public Ending leave(Leaving how) {
                        throw new AssertionError("defect");
                    }

                    @Override
                    public void join(boolean alone) {}

                    @Override
                    public void told(Phase phase, String cause, boolean serves) {
                        log.add(phase + " " + cause);
                    }

                    @Override
                    public void exit() {}
                },
                new LifeSteps(WhenCutOff.RESTART, Duration.ZERO, 0),
                new JdkTime(),
                told::add);
        broken.start();
        broken.close();
        broken.over().get(30, TimeUnit.SECONDS);
        assertThat(log.get(log.size() - 1)).startsWith("STOPPED").contains("defect");
        assertThat(told.get(told.size() - 1)).isInstanceOf(NodeEvent.Defect.class);
    }
}
