package io.durableserver.testkit;

import io.durableserver.runtime.node.DurableNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Waits for what nodes do; where time stands still, lets it pass when they could not end without. */
final class ClusterDriver {
    private static final Duration STEP = Duration.ofMillis(10);
    private final @Nullable VirtualTime time;

    ClusterDriver(@Nullable VirtualTime time) {
        this.time = time;
    }

    void awaitReady(DurableNode node) {
        if (time != null) {
            long end = System.nanoTime() + TestCluster.PATIENCE.toNanos();
            time.awaitQuiet();
            while (!node.isReady() && System.nanoTime() < end) {
                time.advance(STEP);
            }
        }
        node.awaitReady(time == null ? TestCluster.PATIENCE : STEP);
    }

    /** Runs something that waits for the nodes. */
    void run(Runnable waiting) {
        if (time == null) {
            waiting.run();
            return;
        }
        CompletableFuture<Void> done = CompletableFuture.runAsync(waiting, task -> {
            Thread thread = new Thread(task, "testkit-stop");
            thread.setDaemon(true);
            thread.start();
        });
        while (!isOver(done)) {
            time.advance(STEP);
        }
        done.join();
    }

    private static boolean isOver(CompletableFuture<Void> done) {
        try {
            done.get(STEP.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException failed) {
            return true; // join throws it
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", interrupted);
        }
    }

    /** Waits until a condition holds; where time stands still, it must hold as soon as the nodes are quiet. */
    void await(String what, BooleanSupplier condition) {
        if (time != null) {
            time.awaitQuiet();
            if (!condition.getAsBoolean()) {
                throw new IllegalStateException("Time stands still before " + what + ": advance it");
            }
            return;
        }
        long end = System.nanoTime() + TestCluster.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Not within " + TestCluster.PATIENCE.toSeconds() + " s: " + what);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", interrupted);
        }
    }

    <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
