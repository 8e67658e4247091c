package io.durableserver.runtime.wire;

import io.durableserver.runtime.wire.Message.CallMessage;
import io.durableserver.runtime.wire.Message.CastMessage;
import io.durableserver.runtime.wire.Message.ErrorMessage;
import io.durableserver.runtime.wire.Message.NotHereMessage;
import io.durableserver.runtime.wire.Message.ReplyMessage;

/** The layout of data-plane messages: the parts of each record in the order of its components. */
final class MessageFormat {
    private static final int CALL = 1;
    private static final int CAST = 2;
    private static final int REPLY = 3;
    private static final int ERROR = 4;
    private static final int NOT_HERE = 5;

    /** Room for version, kind, numbers and lengths. */
    private static final int FIXED = 64;

    private MessageFormat() {}

    static byte[] encode(Message message) {
        if (message instanceof CallMessage call) {
            return call(call);
        }
        if (message instanceof ReplyMessage reply) {
            return WireFormat.begin(REPLY, 17L + reply.payload().length)
                    .number(reply.id())
                    .payload(reply.payload())
                    .toBytes();
        }
        if (message instanceof CastMessage cast) {
            return cast(cast);
        }
        if (message instanceof ErrorMessage error) {
            WireWriter out = WireFormat.begin(ERROR, 256).number(error.id());
            return ErrorFormat.write(out, error.error()).toBytes();
        }
        return WireFormat.begin(NOT_HERE, 12)
                .number(((NotHereMessage) message).id())
                .toBytes();
    }

    static Message decode(byte[] bytes) {
        WireReader in = WireFormat.open(bytes);
        int kind = in.octet();
        Message message = switch (kind) {
            case CALL -> call(in);
            case CAST -> new CastMessage(in.string(), in.string(), in.string(), in.payload(), in.texts());
            case REPLY -> new ReplyMessage(in.number(), in.payload());
            case ERROR -> new ErrorMessage(in.number(), ErrorFormat.read(in));
            case NOT_HERE -> new NotHereMessage(in.number());
            default -> throw in.malformed("unknown kind of message " + kind);
        };
        in.end();
        return message;
    }

    private static byte[] call(CallMessage call) {
        long names = (long) call.key().length()
                + call.type().length()
                + call.message().length();
        return WireFormat.begin(
                        CALL, FIXED + names + call.origin().request().id().length() + call.payload().length)
                .number(call.id())
                .name(call.key())
                .name(call.type())
                .name(call.message())
                .payload(call.payload())
                .origin(call.origin())
                .toBytes();
    }

    private static CallMessage call(WireReader in) {
        return new CallMessage(in.number(), in.string(), in.string(), in.string(), in.payload(), in.origin());
    }

    private static byte[] cast(CastMessage cast) {
        long names = (long) cast.key().length()
                + cast.type().length()
                + cast.message().length();
        return WireFormat.begin(CAST, FIXED + names + cast.payload().length)
                .name(cast.key())
                .name(cast.type())
                .name(cast.message())
                .payload(cast.payload())
                .texts(cast.headers())
                .toBytes();
    }
}
