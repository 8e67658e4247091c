package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.runtime.events.HotPath;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.Mailbox;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.server.Offer;
import io.durableserver.runtime.server.Phase;
import io.durableserver.runtime.server.Refusals;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.type.Slot;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.ServerEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The mailbox of one server, and what becomes of the messages in it that get no turn. */
final class Mail {
    private final ServerState<?> server;
    private final ServerThread thread;
    private final Mailbox mailbox;
    private Set<Envelope> withdrawn = Set.of();
    private final Overload overload;
    /** With the first message that is measured: most nodes have no hooks. */
    private volatile @Nullable MeasuredWait measured;

    Mail(ServerState<?> server, ServerThread thread) {
        this.server = server;
        this.thread = thread;
        this.mailbox = new Mailbox(server.node.config().limits().mailboxCapacity());
        this.overload = new Overload(server);
    }

    /** Offers a message; any thread. */
    Offer offer(Envelope envelope) {
        if (!server.steps.takesMail()) {
            return Offer.NOT_HERE;
        }
        MeasuredWait wait = waitOf(envelope);
        if (!mailbox.offer(envelope)) {
            if (wait != null) {
                wait.forget(envelope);
            }
            overload.refused(mailbox);
            return Offer.FULL;
        }
        thread.entrance().wake();
        return Offer.ACCEPTED;
    }

    /** The begun wait of a message when it is one to be measured; else null. */
    private @Nullable MeasuredWait waitOf(Envelope envelope) {
        if (server.node.facts().hot() == null || !HotPath.measuresMail()) {
            return null;
        }
        MeasuredWait wait = measured;
        if (wait == null) {
            wait = firstWait();
        }
        wait.begins(envelope);
        return wait;
    }

    private synchronized MeasuredWait firstWait() {
        MeasuredWait wait = measured;
        if (wait == null) {
            wait = new MeasuredWait(server);
            measured = wait;
        }
        return wait;
    }

    /** How many messages wait, roughly; any thread. */
    int size() {
        return mailbox.size();
    }

    /** Why a message was not taken. */
    NotAppliedException refused(Offer offer) {
        return Refusals.refused(server, offer, mailbox.size());
    }

    /** A message of the server to itself. */
    Envelope toItself(Object message, Map<String, String> headers) {
        if (server.phase() == Phase.LOST) {
            throw refused(Offer.NOT_HERE);
        }
        Slot slot = server.type.table().info(message.getClass());
        if (slot == null) {
            throw Refusals.noHandler(server, message);
        }
        Envelope mail = Envelope.oneWay(slot, message, headers);
        Offer offer = offer(mail);
        if (offer != Offer.ACCEPTED) {
            throw refused(offer);
        }
        return mail;
    }

    /** A timer's message found no room; any thread. */
    void timerDropped(Object message) {
        Slot slot = server.type.table().info(message.getClass());
        server.facts()
                .dropped(
                        Map.of(slot == null ? ServerEvent.UNKNOWN : slot.wireName(), 1),
                        ErrorCode.of(NotAppliedException.Reason.MAILBOX_FULL),
                        "a timer sent it, and the mailbox is full");
    }

    /** Whether no message waits; any thread. */
    boolean isEmpty() {
        return mailbox.isEmpty();
    }

    /** The next message; null when there is none. The server's own thread. */
    @Nullable
    Envelope poll() {
        overload.look(mailbox);
        Envelope next = mailbox.poll();
        while (next != null && isWithdrawn(next)) {
            next = mailbox.poll();
        }
        MeasuredWait wait = measured; // only now: it was there before its message was in the mailbox
        if (next != null && wait != null) {
            wait.ends(next);
        }
        return next;
    }

    private boolean isWithdrawn(Envelope next) {
        if (withdrawn.isEmpty() || !withdrawn.remove(next)) {
            return false;
        }
        MeasuredWait wait = measured;
        if (wait != null) {
            wait.forget(next);
        }
        return true;
    }

    /** A message that waits shall get no turn. The server's own thread. */
    void withdraw(Envelope waiting) {
        if (withdrawn.isEmpty()) {
            withdrawn = Collections.newSetFromMap(new IdentityHashMap<>());
        }
        withdrawn.add(waiting);
    }

    /** Whoever waits looks elsewhere; the rest is dropped, and told. */
    void turnAway() {
        Unheard unheard = null;
        for (Envelope left = poll(); left != null; left = poll()) {
            ReplySink sink = left.sink();
            if (sink == null) {
                unheard = Unheard.and(unheard, left);
            } else {
                try {
                    sink.notHere();
                } catch (RuntimeException | Error defect) {
                    server.node
                            .facts()
                            .tell(new NodeEvent.Defect(
                                    "a caller could not be told to look elsewhere", Thrown.of(defect)));
                }
            }
        }
        if (unheard != null) {
            unheard.tell(
                    server.facts(),
                    ErrorCode.of(NotAppliedException.Reason.STOPPED),
                    "the server stopped before their turn");
        }
    }

    /** Whoever waits now gets this error; who comes back because of it does not get it again. False when no caller did. */
    boolean tell(DurableServerException error) {
        List<Envelope> waiting = new ArrayList<>();
        for (Envelope left = poll(); left != null; left = poll()) {
            waiting.add(left);
        }
        boolean told = false;
        Unheard unheard = null;
        for (Envelope left : waiting) {
            ReplySink sink = left.sink();
            if (sink != null) {
                server.outputs.fail(new FailureOutput(sink, error), error);
                told = true;
            } else {
                unheard = Unheard.and(unheard, left);
            }
        }
        if (unheard != null) {
            unheard.tell(server.facts(), ErrorCode.of(error), String.valueOf(error.getMessage()));
        }
        return told;
    }
}
