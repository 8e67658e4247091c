package io.durableserver.runtime.wire;

import io.durableserver.Termination;
import io.durableserver.runtime.wire.Control.ActivateRequest;
import io.durableserver.runtime.wire.Control.Elsewhere;
import io.durableserver.runtime.wire.Control.Failed;
import io.durableserver.runtime.wire.Control.InterruptRequest;
import io.durableserver.runtime.wire.Control.Interrupted;
import io.durableserver.runtime.wire.Control.Serving;
import io.durableserver.runtime.wire.Control.ServingRequest;
import io.durableserver.runtime.wire.Control.StartRequest;
import io.durableserver.runtime.wire.Control.Started;
import io.durableserver.runtime.wire.Control.TerminateRequest;
import io.durableserver.runtime.wire.Control.Terminated;

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
    private static final int ELSEWHERE = 37;

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
            case START -> new StartRequest(StartFormat.read(in));
            case ACTIVATE -> new ActivateRequest(StartFormat.read(in));
            case TERMINATE -> new TerminateRequest(in.string(), termination(in), in.origin());
            case SERVING_REQUEST -> new ServingRequest(in.string());
            case INTERRUPT -> new InterruptRequest(in.string());
            case INTERRUPTED -> new Interrupted(in.bool());
            case STARTED -> new Started(in.session(), in.number(), in.bool());
            case ELSEWHERE -> new Elsewhere(in.session());
            case TERMINATED -> new Terminated(in.bool());
            case SERVING -> new Serving(in.bool());
            case FAILED -> new Failed(ErrorFormat.read(in));
            default -> throw in.malformed("unknown kind of control " + kind);
        };
        in.end();
        return control;
    }

    private static byte[] request(Control.Request request) {
        if (request instanceof StartRequest start) {
            return StartFormat.write(
                    WireFormat.begin(START, USUAL + StartFormat.stateSize(start.start())), start.start());
        }
        if (request instanceof ActivateRequest activate) {
            return StartFormat.write(
                    WireFormat.begin(ACTIVATE, USUAL + StartFormat.stateSize(activate.start())), activate.start());
        }
        if (request instanceof TerminateRequest terminate) {
            return WireFormat.begin(TERMINATE, USUAL)
                    .name(terminate.key())
                    .octet(number(terminate.how()))
                    .origin(terminate.origin())
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
        if (answer instanceof Elsewhere elsewhere) {
            return WireFormat.begin(ELSEWHERE, USUAL)
                    .session(elsewhere.session())
                    .toBytes();
        }
        if (answer instanceof Terminated terminated) {
            return WireFormat.begin(TERMINATED, 3).bool(terminated.stopped()).toBytes();
        }
        if (answer instanceof Serving serving) {
            return WireFormat.begin(SERVING, 3).bool(serving.serving()).toBytes();
        }
        if (answer instanceof Interrupted interrupted) {
            return WireFormat.begin(INTERRUPTED, 3)
                    .bool(interrupted.interrupted())
                    .toBytes();
        }
        return ErrorFormat.write(WireFormat.begin(FAILED, 256), ((Failed) answer).error())
                .toBytes();
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
