package io.durableserver.examples.hostile;

import io.durableserver.CallOptions;
import io.durableserver.DurableServers;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.Termination;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A thread of the hostile application: calls, cancels, blocks in stages, is interrupted. */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for what it asks: that is the point
final class Vandal implements Runnable {
    private static final int KEYS = 120;
    private static final List<Mischief> KINDS = List.of(Mischief.values());
    private static final List<Termination> ENDS = List.of(Termination.values());
    private static final int BLOCK_MILLIS = 3_000;

    private final DurableServers servers;
    private final Random random;
    private final BooleanSupplier goesOn;
    private final AtomicLong acts;
    private final Semaphore blockers;

    Vandal(DurableServers servers, long seed, BooleanSupplier goesOn, AtomicLong acts, Semaphore blockers) {
        this.servers = servers;
        this.random = new Random(seed);
        this.goesOn = goesOn;
        this.acts = acts;
        this.blockers = blockers;
    }

    @Override
    public void run() {
        while (goesOn.getAsBoolean()) {
            try {
                act();
            } catch (RuntimeException expected) {
                // Every error there is may come here; what counts is what the others see.
                Thread.interrupted();
            }
            acts.incrementAndGet();
        }
    }

    private void act() {
        ServerType<Hostile.State> type = random.nextInt(8) == 0 ? Hostile.IN_PLACE : Hostile.TYPE;
        String key = key(type);
        ServerRef ref = servers.ref(type, key);
        Mischief what = KINDS.get(random.nextInt(KINDS.size()));
        int millis = random.nextInt(BLOCK_MILLIS);
        String other = key(Hostile.TYPE);
        CallOptions options = CallOptions.timeout(Duration.ofMillis(1 + random.nextInt(300)));
        switch (random.nextInt(8)) {
            case 0 -> ref.cast(new Hostile.Annoy(what, millis, other));
            case 1 -> ref.call(new Hostile.Do(what, millis, other), options);
            case 2 -> future(ref, what, millis, other, options).cancel(true);
            case 3 -> future(ref, what, millis, other, options).orTimeout(1, TimeUnit.MILLISECONDS);
            case 4 -> blockInAStage(future(ref, what, millis, other, options), millis);
            case 5 -> {
                Thread.currentThread().interrupt();
                ref.call(new Hostile.Do(what, millis, other), options);
            }
            case 6 ->
                blockInAStage(
                        servers.ensureStartedAsync(type, key, new Hostile.State(Map.of()), StartOptions.DEFAULT)
                                .toCompletableFuture(),
                        millis);
            default -> {
                var kept = Hostile.KEPT.poll();
                if (kept != null) {
                    kept.reply("at last");
                }
                servers.admin().terminateAsync(key, ENDS.get(random.nextInt(ENDS.size())));
            }
        }
    }

    /** No more than so many at a time: what blocks threads without a bound starves any bounded pool. */
    private void blockInAStage(CompletableFuture<?> future, int millis) {
        if (!blockers.tryAcquire()) {
            Thread.onSpinWait();
            return;
        }
        future.whenComplete((value, failure) -> {
            try {
                sleep(millis);
            } finally {
                blockers.release();
            }
            throw new UnspeakableException();
        });
    }

    private String key(ServerType<?> type) {
        return type.name() + "-" + random.nextInt(KEYS);
    }

    private static CompletableFuture<String> future(
            ServerRef ref, Mischief what, int millis, String other, CallOptions options) {
        return ref.callAsync(new Hostile.Do(what, millis, other), options).toCompletableFuture();
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
