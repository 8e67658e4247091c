package io.durableserver.backend.mirror.authority;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.Control.Versioned;
import io.durableserver.backend.mirror.control.RolloutRecord;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.PageRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Finds the rollout in the stores, or begins it in an empty target. Tries again until a store answers; a configuration that
 * cannot be right ends it.
 */
public final class Opening {
    private static final int FIRST_KEYS = 1_000;

    private final StorePair stores;
    private final Control control;
    private final boolean adoptTarget;
    private final Duration pollEvery;
    private final Duration secondLook;
    private final Timers timers;
    private final BooleanSupplier closed;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile boolean doubted;

    /**
     * A new one.
     *
     * @param adoptTarget whether the target may have records already
     * @param pollEvery how far attempts are apart
     * @param secondLook how far two readings are apart that prove together what neither proves alone
     */
    public Opening(
            StorePair stores,
            Control control,
            Timers timers,
            boolean adoptTarget,
            Duration pollEvery,
            Duration secondLook,
            BooleanSupplier closed) {
        this.stores = stores;
        this.control = control;
        this.timers = timers;
        this.adoptTarget = adoptTarget;
        this.pollEvery = pollEvery;
        this.secondLook = secondLook;
        this.closed = closed;
    }

    public CompletableFuture<Void> run() {
        attempt();
        return end;
    }

    private void attempt() {
        var unused = control.rollout(Side.SOURCE)
                .thenCompose(source -> source.isPresent() ? checkTarget() : lookAtTarget())
                .handle((done, failure) -> {
                    Throwable cause = failure == null ? null : Futures.unwrap(failure);
                    if (cause == null) {
                        end.complete(null);
                    } else if (closed.getAsBoolean()) {
                        end.completeExceptionally(cause);
                    } else if (cause instanceof ConfigurationException wrong) {
                        refuse(wrong);
                    } else {
                        orTarget();
                    }
                    return null;
                });
    }

    /** A store may make up that something is there or not: a node is refused only when a second look finds the same. */
    private void refuse(ConfigurationException wrong) {
        if (doubted) {
            end.completeExceptionally(wrong);
        } else {
            doubted = true;
            timers.schedule(secondLook, this::attempt);
        }
    }

    /** The source does not answer. That does not matter when the target is the authority. */
    private void orTarget() {
        var unused = control.rollout(Side.TARGET).handle((target, failure) -> {
            if (failure == null
                    && target.map(Versioned::record).filter(RolloutRecord::owns).isPresent()) {
                end.complete(null);
            } else if (failure != null && Futures.unwrap(failure) instanceof ConfigurationException wrong) {
                refuse(wrong);
            } else {
                timers.schedule(pollEvery, this::attempt);
            }
            return null;
        });
    }

    /** A target that does not answer may be repaired later; one that is the source again is refused. */
    private CompletableFuture<Void> checkTarget() {
        return control.rollout(Side.TARGET).handle((target, failure) -> {
            if (failure != null && Futures.unwrap(failure) instanceof ConfigurationException wrong) {
                throw wrong;
            }
            return null;
        });
    }

    private CompletableFuture<Void> lookAtTarget() {
        return control.rollout(Side.TARGET).thenCompose(target -> {
            if (target.isEmpty()) {
                return adoptTarget ? begin() : checkEmpty(1);
            }
            if (target.get().record().owns()) {
                return CompletableFuture.completedFuture(null);
            }
            throw new ConfigurationException(
                    ConfigurationException.Reason.CLUSTER_MISMATCH,
                    "The target knows this rollout and the source does not",
                    Map.of(
                            "option",
                            "mirror.source",
                            "value",
                            stores.of(Side.SOURCE).name(),
                            "bound",
                            rollout()));
        });
    }

    /** Records of the target that a listing leaves out would be removed by a repair: so it is asked twice. */
    private CompletableFuture<Void> checkEmpty(int look) {
        return stores.list(Side.TARGET, PageRequest.keys(control.keys().prefix(), FIRST_KEYS))
                .thenCompose(page -> {
                    if (!page.entries().stream()
                            .allMatch(entry -> control.keys().isControl(entry.key()))) {
                        return begunMeanwhile();
                    }
                    return look == 2 ? begin() : timers.after(secondLook).thenCompose(waited -> checkEmpty(look + 1));
                });
    }

    /** Another node may have begun the rollout, and mirrored to the target, since we looked. */
    private CompletableFuture<Void> begunMeanwhile() {
        return control.rollout(Side.SOURCE).thenAccept(source -> {
            if (source.isEmpty()) {
                throw ConfigurationException.option(
                        "mirror.adoptTarget",
                        false,
                        "true, or a target without records under "
                                + control.keys().prefix());
            }
        });
    }

    private CompletableFuture<Void> begin() {
        RolloutRecord first = control.rollout(Side.SOURCE, Phase.SHADOW, 1);
        return control.write(Optional.empty(), first)
                .thenCompose(this::checkOtherStore)
                .handle((done, failure) -> {
                    if (failure != null
                            && !(Futures.unwrap(failure) instanceof NotAppliedException lost
                                    && lost.reason() == Reason.FENCED)) {
                        throw failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
                    }
                    return null;
                });
    }

    /**
     * A store that is both sides shows the record we have just written to the other one. Only then, and at a second look, is it
     * taken back: others may rely on it by now, and a removal whose answer is lost may come when they do.
     */
    private CompletableFuture<Void> checkOtherStore(Versioned<RolloutRecord> mine) {
        return Futures.recover(
                seenInTarget(),
                one -> isExchanged(one)
                        ? timers.after(secondLook)
                                .thenCompose(waited -> Futures.recover(seenInTarget(), two -> takeBack(mine, two)))
                        : CompletableFuture.failedFuture(one));
    }

    private CompletableFuture<Void> seenInTarget() {
        return control.rollout(Side.TARGET).thenAccept(target -> {});
    }

    private CompletableFuture<Void> takeBack(Versioned<RolloutRecord> mine, Throwable seen) {
        return isExchanged(seen)
                ? stores.delete(Side.SOURCE, rollout(), mine.version())
                        .thenCompose(removed -> CompletableFuture.failedFuture(StorePair.sameStore()))
                : CompletableFuture.failedFuture(seen);
    }

    private static boolean isExchanged(Throwable failure) {
        return failure instanceof ConfigurationException;
    }

    private String rollout() {
        return control.keys().rollout();
    }
}
