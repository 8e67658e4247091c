package io.durableserver.runtime.wire;

import io.durableserver.runtime.wire.Start.Cause;

/** The layout of a start: key, type, cause, what the cause brings, origin. The numbers are the wire's own. */
final class StartFormat {
    private static final int FIRST = 1;
    private static final int EXPLICIT = 2;
    private static final int REVIVE = 3;

    private StartFormat() {}

    static long stateSize(Start start) {
        return start.cause() instanceof Cause.First first ? first.state().length : 0;
    }

    static byte[] write(WireWriter out, Start start) {
        out.name(start.key()).name(start.type());
        if (start.cause() instanceof Cause.First first) {
            out.octet(FIRST).name(first.codec()).number(first.version()).payload(first.state());
        } else {
            out.octet(start.cause() instanceof Cause.Explicit ? EXPLICIT : REVIVE);
        }
        return out.origin(start.origin()).toBytes();
    }

    static Start read(WireReader in) {
        return new Start(in.string(), in.string(), cause(in), in.origin());
    }

    private static Cause cause(WireReader in) {
        int number = in.octet();
        return switch (number) {
            case FIRST -> new Cause.First(in.string(), in.smallNumber(), in.payload());
            case EXPLICIT -> new Cause.Explicit();
            case REVIVE -> new Cause.Revive();
            default -> throw in.malformed("unknown cause of a start " + number);
        };
    }
}
