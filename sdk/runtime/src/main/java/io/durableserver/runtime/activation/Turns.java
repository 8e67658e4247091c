package io.durableserver.runtime.activation;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.Reply;
import io.durableserver.StopReason;
import io.durableserver.SyncInfo;
import io.durableserver.SyncPolicy;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserCode;
import io.durableserver.runtime.turn.UserFailure;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One turn: lease, deadline, user code, and what follows from its result. Runs on the server's own thread. Whatever is
 * wrong with a result is found before anything of it is applied.
 */
final class Turns {
    private Turns() {}

    static <S> void run(Activation<S> activation, Envelope envelope) {
        ReplySink sink = envelope.sink();
        long now = activation.node.time().nanoTime();
        if (!activation.node.lease().isValid(now)) {
            activation.stopping().fence();
            if (sink != null) {
                sink.notHere();
            }
            return;
        }
        if (sink != null && !begins(activation, envelope, sink, now)) {
            return;
        }
        Object message;
        try {
            message = envelope.message();
        } catch (DurableServerException unreadable) {
            refuse(activation, envelope, unreadable);
            return;
        }
        if (activation.idle != null) {
            activation.idle.cancel();
        }
        Slot slot;
        Turn turn = new Turn(activation, envelope.chain());
        Deferred<S> later = null;
        Next<S> next;
        turn.enter();
        try {
            UserCode<S> code = upgraded(activation);
            slot = activation.type.table().here(envelope.slot());
            if (slot == null) {
                // The version of the type that runs now has no handler for a message that another version took.
                refuse(activation, envelope, Refusals.noHandler(activation, message));
                return;
            }
            later = deferred(activation, slot, envelope);
            next = code.handle(slot, activation.state(), message, later);
            checkMetadata(activation, next);
        } catch (UserFailure failure) {
            if (later != null) {
                activation.openReplies().remove(later);
            }
            activation.stopping().crash(failure, sink);
            activation.stopping().drop(turn.outputs());
            return;
        } finally {
            turn.exit();
        }
        if (slot.kind() != Slot.Kind.CALL || sink == null) {
            apply(activation, next, turn, null);
            return;
        }
        Object value = ((Reply<?, ?>) next).value();
        if (Refusals.fits(value, slot)) {
            apply(activation, next, turn, new ReplyOutput(activation.node, activation.key, sink, slot, value));
        } else {
            sink.failure(Refusals.wrongReply(activation, value, slot));
        }
    }

    /** Whether a call is still worth running; its caller is told when it is not. */
    private static boolean begins(Activation<?> activation, Envelope envelope, ReplySink sink, long now) {
        if (now - envelope.deadlineNanos() >= 0) {
            sink.failure(new NotAppliedException(
                    Reason.DEADLINE_BEFORE_START, "The deadline passed in the mailbox", Map.of("key", activation.key)));
            return false;
        }
        return sink.begin();
    }

    private static void refuse(Activation<?> activation, Envelope envelope, DurableServerException refusal) {
        if (envelope.sink() != null) {
            envelope.sink().failure(refusal);
        } else {
            Activation.LOG.warn("{}: a message was dropped: {}", activation.key, refusal.getMessage());
        }
    }

    private static <S> @Nullable Deferred<S> deferred(Activation<S> activation, Slot slot, Envelope envelope) {
        ReplySink sink = envelope.sink();
        if (slot.kind() != Slot.Kind.DEFERRED || sink == null) {
            return null;
        }
        Deferred<S> reply = new Deferred<>(activation, sink, slot, envelope.deadlineNanos());
        activation.openReplies().add(reply, activation.node.time().nanoTime());
        return reply;
    }

    /** The code of the newest version of the type; a live state is carried over when it changed. */
    private static <S> UserCode<S> upgraded(Activation<S> activation) {
        @SuppressWarnings("unchecked") // the registry replaces a type only by one with the same state class
        RegisteredType<S> newest = (RegisteredType<S>) activation.types.get(activation.type.name());
        if (newest != activation.type) {
            UserCode<S> fresh = newInstance(newest);
            fresh.bind(activation.context());
            activation.state = fresh.upgrade(activation.type.type().version(), activation.state());
            activation.code = fresh;
            activation.type = newest;
        }
        return activation.code();
    }

    private static <S> UserCode<S> newInstance(RegisteredType<S> type) {
        try {
            return type.newInstance();
        } catch (RuntimeException | Error failure) {
            throw new UserFailure("The constructor of the new version", failure);
        }
    }

    private static void checkMetadata(Activation<?> activation, Next<?> next) {
        if (next.newMetadata() != null) {
            try {
                Metadata.check(activation.key, next.newMetadata());
            } catch (ConfigurationException tooLarge) {
                throw new UserFailure("A turn's metadata", tooLarge);
            }
        }
    }

    private static <S> void apply(Activation<S> activation, Next<S> next, Turn turn, @Nullable Output answer) {
        DurableServerException died = activation.stopping().finalFailure();
        if (died != null) {
            // While the turn waited for its store, which it does not survive: nothing of it may count or leave.
            turn.outputs().forEach(output -> output.fail(died));
            if (answer != null) {
                answer.fail(died);
            }
            return;
        }
        boolean changed =
                next.state() != activation.state || activation.type.type().isMutableState();
        activation.state = next.state();
        Demand demand = demand(activation.policy, next, changed);
        long gate = activation.durability.turnDone(changed, demand);
        for (Output output : turn.outputs()) {
            activation.durability.leave(gate, new LeasedOutput(activation.node, activation.key, output));
        }
        if (next.newMetadata() != null) {
            activation.writes.metadata(next.newMetadata(), gate);
        }
        StopReason stop = next.stopReason();
        if (stop != null) {
            activation.stopping().begin(stop, answer);
            return;
        }
        if (answer != null) {
            activation.durability.leave(gate, answer);
        }
        after(activation, next, changed, demand);
    }

    private static <S> void after(Activation<S> activation, Next<S> next, boolean changed, Demand demand) {
        activation.continuation = next.continuation();
        if (next.idleTimeout() != null) {
            activation.idle = activation.idle == null ? new IdleTimer<>(activation) : activation.idle;
            activation.idle.arm(next.idleTimeout());
        }
        if (next.hibernates()) {
            activation.writes.forgetSnapshot();
        }
        if (changed
                && activation.type.type().isMutableState()
                && (demand != Demand.NONE || activation.writes.hasSnapshot())) {
            activation.writes.snapshot();
        }
        activation.writes.beginIfWanted();
        if (changed && demand == Demand.NONE) {
            backgroundSync(activation);
        }
    }

    /** The server is dirty and nothing waits for it: the background sync will come by. */
    static void backgroundSync(Activation<?> activation) {
        if (!activation.policy.interval().isZero()) {
            activation.node.background().dirty(activation, activation.policy.interval());
        }
    }

    private static Demand demand(SyncPolicy policy, Next<?> next, boolean changed) {
        return switch (next.syncMode()) {
            case STRICT -> Demand.STRICT;
            case FORCED -> Demand.FORCED;
            case POLICY -> changed ? demand(policy.mode()) : Demand.NONE;
        };
    }

    private static Demand demand(SyncPolicy.Mode mode) {
        return switch (mode) {
            case MANUAL -> Demand.NONE;
            case ON_CHANGE -> Demand.BEHIND;
            case STRICT -> Demand.STRICT;
        };
    }

    /** A write that stored a change is done. */
    static <S> void onSync(Activation<S> activation, SyncInfo info, S stored) {
        if (activation.phase == Phase.RUNNING) {
            try {
                S before = activation.state();
                activation.state = activation.code().onSync(info, stored, before);
                if (activation.state != before) {
                    activation.durability.turnDone(true, Demand.NONE);
                    backgroundSync(activation);
                }
            } catch (UserFailure failure) {
                activation.stopping().crash(failure, null);
                return;
            }
        }
        activation.writes.beginIfWanted();
        activation.stopping().resumeIfPending();
    }
}
