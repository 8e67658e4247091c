package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.RejectedException;
import io.durableserver.runtime.mailbox.Encoded;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.mailbox.SharedSink;
import io.durableserver.runtime.persistence.RecordKeeper;
import io.durableserver.runtime.server.Refusals;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.turn.PureCode;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserCode;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.runtime.type.Slot;
import io.durableserver.spi.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One turn: lease, deadline, user code, and what follows from its result. Runs on the server's own thread. Whatever is
 * wrong with a result is found before anything of it is applied.
 */
final class Turns<S> {
    private final ServerState<S> server;
    private final ServerThread thread;
    private final RecordKeeper<S> keeper;
    private final Ends ends;
    private final TurnResults<S> results;
    private final OpenReplies openReplies;
    private final Repeats<S> repeats;
    private final Turn.Owner owner;

    Turns(
            ServerState<S> server,
            ServerThread thread,
            RecordKeeper<S> keeper,
            Ends ends,
            TurnResults<S> results,
            OpenReplies openReplies,
            Repeats<S> repeats,
            Turn.Owner owner) {
        this.server = server;
        this.thread = thread;
        this.keeper = keeper;
        this.ends = ends;
        this.results = results;
        this.openReplies = openReplies;
        this.repeats = repeats;
        this.owner = owner;
    }

    void run(Envelope envelope) {
        Turn turn = new Turn(owner, envelope.origin());
        try {
            if (mayBegin(envelope) && !repeats.isAnswered(envelope)) {
                run(envelope, turn);
            }
        } catch (RuntimeException | Error defect) {
            results.tellOfDefect(envelope, turn, defect);
            throw defect;
        } finally {
            thread.inside().other();
            if (thread.open() == null) {
                results.measured.ended(envelope.slot());
            }
        }
    }

    /** Whether the lease holds, and a call is still worth running. */
    private boolean mayBegin(Envelope envelope) {
        ReplySink sink = envelope.sink();
        long now = server.node.time().nanoTime();
        thread.inside().turn(envelope.slot(), now);
        results.measured.begins(now);
        if (!server.node.lease().isValid(now)) {
            ends.fence();
            if (sink != null) {
                sink.notHere();
            } else {
                Unheard.and(null, envelope)
                        .tell(server.facts(), ErrorCode.of(Reason.FENCED), "the lease ran out before its turn");
            }
            return false;
        }
        return sink == null || begins(envelope, sink, now);
    }

    /** A further turn the last one asked for. */
    void goOn(Object message) {
        Slot slot = server.type.table().continuation(message.getClass());
        if (slot != null) {
            run(Envelope.oneWay(slot, message));
        } else {
            // Another version of the type has come between.
            results.stopping.crash(
                    new UserFailure("A continuation", Refusals.noHandler(server, message)), null, List.of());
        }
    }

    private void run(Envelope envelope, Turn turn) {
        Object message;
        try {
            message = message(envelope);
        } catch (DurableServerException unreadable) {
            refuse(envelope, unreadable);
            return;
        } catch (UserFailure failure) {
            refuse(envelope, failure.toCaller(server.key));
            return;
        }
        results.idle.turn(envelope.slot().kind() != Slot.Kind.CONTINUATION);
        Slot slot = null;
        Deferred later = null;
        OpenTurn<S> open = null;
        Next<S> next = null;
        RejectedException refused = null;
        turn.enter();
        try {
            UserCode<S> code = upgraded();
            slot = server.type.table().here(envelope.slot());
            if (slot == null) {
                // The version of the type that runs now has no handler for a message that another version took.
                refuse(envelope, Refusals.noHandler(server, message));
                return;
            }
            if (slot.staysOpen()) {
                open = new OpenTurn<>(server, thread, ends, results, code, envelope, turn, slot);
                open.begin(message);
            } else {
                later = deferred(slot, envelope);
                byte[] before = QueryCheck.before(server, keeper, slot);
                next = code.handle(slot, server.state(), message, later);
                QueryCheck.after(ends, keeper, slot, before);
                results.check(next);
            }
        } catch (RejectedException rejection) {
            refused = rejection;
        } catch (UserFailure failure) {
            results.failed(envelope, turn, later, failure);
            return;
        } finally {
            turn.exit();
        }
        if (open != null) {
            open.leave();
        } else if (next != null && slot != null) {
            results.succeeded(envelope, turn, slot, later, next);
        } else {
            results.rejected(envelope, turn, later, Objects.requireNonNull(refused));
        }
    }

    /** The message itself; one of another node is decoded here, which makes objects of the application. */
    private Object message(Envelope envelope) {
        return envelope.content() instanceof Encoded
                ? PureCode.run("A message", server.key, envelope::message)
                : envelope.message();
    }

    /** Whether a call is still worth running; its caller is told when it is not. */
    private boolean begins(Envelope envelope, ReplySink sink, long now) {
        if (now - envelope.deadlineNanos() >= 0) {
            sink.failure(new NotAppliedException(
                    Reason.DEADLINE_BEFORE_START, "The deadline passed in the mailbox", Map.of("key", server.key)));
            return false;
        }
        return sink.begin();
    }

    private void refuse(Envelope envelope, DurableServerException refusal) {
        if (envelope.sink() != null) {
            envelope.sink().failure(refusal);
        } else {
            server.facts()
                    .dropped(
                            Map.of(envelope.slot().wireName(), 1),
                            ErrorCode.of(refusal),
                            String.valueOf(refusal.getMessage()));
        }
    }

    private @Nullable Deferred deferred(Slot slot, Envelope envelope) {
        ReplySink sink = envelope.sink();
        if (slot.kind() != Slot.Kind.DEFERRED || sink == null) {
            return null;
        }
        ReplySink back = Repeats.isKept(envelope) ? new SharedSink(sink) : sink;
        Deferred reply = new Deferred(server, openReplies, thread, owner, back, slot, envelope.deadlineNanos());
        openReplies.add(reply, server.node.time().nanoTime());
        return reply;
    }

    /** The code of the newest version of the type; a live state is carried over when it changed. */
    private UserCode<S> upgraded() {
        @SuppressWarnings("unchecked") // the registry replaces a type only by one with the same state class
        RegisteredType<S> newest = (RegisteredType<S>) server.types.get(server.type.name());
        if (newest != server.type) {
            UserCode<S> fresh = newest.newInstance(server.key).watchedBy(thread.inside());
            fresh.bind(server.context());
            RegisteredType<S> before = server.type;
            server.state = fresh.upgrade(before.type().version(), server.state());
            server.code = fresh;
            server.type = newest;
            keeper.upgraded(before);
        }
        return server.code();
    }
}
