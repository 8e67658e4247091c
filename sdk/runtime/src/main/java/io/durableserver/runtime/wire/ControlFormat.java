package io.durableserver.runtime.wire;

import io.durableserver.Termination;
import io.durableserver.runtime.wire.Control.ActivateRequest;
import io.durableserver.runtime.wire.Control.Failed;
import io.durableserver.runtime.wire.Control.InterruptRequest;
import io.durableserver.runtime.wire.Control.Interrupted;
import io.durableserver.runtime.wire.Control.Serving;
import io.durableserver.runtime.wire.Control.ServingRequest;
import io.durableserver.runtime.wire.Control.StartRequest;
import io.durableserver.runtime.wire.Control.Started;
import io.durableserver.runtime.wire.Control.TerminateRequest;
import io.durableserver.runtime.wire.Control.Terminated;
import java.util.List;

/** The layout of the control plane: the parts of each record in the order of its components. */
final class ControlFormat {
    private static final int START = 16;
    private static final int ACTIVATE = 17;
    private static final int TERMINATE = 18;
    private static final int SERVING_REQUEST = 19;
    private static final int INTERRUPT = 20;
    private static final int STARTED = 32;
    private static final int TERMINATED = 33;
    private static final int SERVING = 34;
    private static final int FAILED = 35;
    private static final int INTERRUPTED = 36;

    /** Room for most messages; the buffer grows for the others. */
    private static final int USUAL = 128;

    private ControlFormat() {}

    static byte[] encode(Control control) {
        return control instanceof Control.Request request ? request(request) : answer((Control.Answer) control);
    }

    static Control decode(byte[] bytes) {
        WireReader in = WireFormat.open(bytes);
        int kind = in.octet();
        Control control = switch (kind) {
            case START -> start(in);
            case ACTIVATE -> {
                StartRequest start = start(in);
                yield ActivateRequest.of(start, start.remainingNanos());
            }
            case TERMINATE -> new TerminateRequest(in.string(), termination(in), in.number(), chain(in));
            case SERVING_REQUEST -> new ServingRequest(in.string());
            case INTERRUPT -> new InterruptRequest(in.string());
            case INTERRUPTED -> new Interrupted(in.bool());
            case STARTED -> new Started(in.session(), in.number(), in.bool());
            case TERMINATED -> new Terminated(in.bool());
            case SERVING -> new Serving(in.bool(), in.number());
            case FAILED -> new Failed(ErrorFormat.read(in));
            default -> throw in.malformed("unknown kind of control " + kind);
        };
        in.end();
        return control;
    }

    private static byte[] request(Control.Request request) {
        if (request instanceof StartRequest start) {
            return start(START, start);
        }
        if (request instanceof ActivateRequest activate) {
            return start(
                    ACTIVATE,
                    new StartRequest(
                            activate.key(),
                            activate.type(),
                            activate.ensure(),
                            activate.existingOnly(),
                            activate.codec(),
                            activate.initial(),
                            activate.initialVersion(),
                            activate.remainingNanos(),
                            activate.chain()));
        }
        if (request instanceof TerminateRequest terminate) {
            return WireFormat.begin(TERMINATE, USUAL)
                    .name(terminate.key())
                    .octet(number(terminate.how()))
                    .number(terminate.remainingNanos())
                    .names(terminate.chain())
                    .toBytes();
        }
        if (request instanceof InterruptRequest interrupt) {
            return WireFormat.begin(INTERRUPT, USUAL).name(interrupt.key()).toBytes();
        }
        return WireFormat.begin(SERVING_REQUEST, USUAL)
                .name(((ServingRequest) request).key())
                .toBytes();
    }

    private static byte[] answer(Control.Answer answer) {
        if (answer instanceof Started started) {
            return WireFormat.begin(STARTED, USUAL)
                    .session(started.session())
                    .number(started.epoch())
                    .bool(started.already())
                    .toBytes();
        }
        if (answer instanceof Terminated terminated) {
            return WireFormat.begin(TERMINATED, 3).bool(terminated.stopped()).toBytes();
        }
        if (answer instanceof Serving serving) {
            return WireFormat.begin(SERVING, 16)
                    .bool(serving.serving())
                    .number(serving.epoch())
                    .toBytes();
        }
        if (answer instanceof Interrupted interrupted) {
            return WireFormat.begin(INTERRUPTED, 3)
                    .bool(interrupted.interrupted())
                    .toBytes();
        }
        return ErrorFormat.write(WireFormat.begin(FAILED, 256), ((Failed) answer).error())
                .toBytes();
    }

    private static byte[] start(int kind, StartRequest start) {
        return WireFormat.begin(kind, USUAL + (long) start.initial().length)
                .name(start.key())
                .name(start.type())
                .bool(start.ensure())
                .bool(start.existingOnly())
                .name(start.codec())
                .payload(start.initial())
                .number(start.initialVersion())
                .number(start.remainingNanos())
                .names(start.chain())
                .toBytes();
    }

    private static StartRequest start(WireReader in) {
        return new StartRequest(
                in.string(),
                in.string(),
                in.bool(),
                in.bool(),
                in.string(),
                in.payload(),
                in.smallNumber(),
                in.number(),
                chain(in));
    }

    private static List<String> chain(WireReader in) {
        return in.strings(Message.MAX_CHAIN);
    }

    private static int number(Termination how) {
        return switch (how) {
            case GRACEFUL -> 0;
            case PERMANENT -> 1;
            case DELETE -> 2;
        };
    }

    private static Termination termination(WireReader in) {
        int number = in.octet();
        return switch (number) {
            case 0 -> Termination.GRACEFUL;
            case 1 -> Termination.PERMANENT;
            case 2 -> Termination.DELETE;
            default -> throw in.malformed("unknown termination " + number);
        };
    }
}
