package io.durableserver.runtime.type;

import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.Reply;
import org.jspecify.annotations.Nullable;

/** A handler of a whole sealed type, as the handler of one of its calls: those it has to answer. */
record Answering<S>(Handlers.MessageHandler<S, Object> wide)
        implements Handlers.CallHandler<S, Object, @Nullable Object> {
    @Override
    @SuppressWarnings("unchecked") // checked where the reply leaves
    public Reply<S, @Nullable Object> handle(S state, Object message) throws Exception {
        Next<S> next = wide.handle(state, message);
        if (next instanceof Reply<S, ?> reply) {
            return (Reply<S, @Nullable Object>) reply;
        }
        throw new IllegalStateException(
                "The handler of a sealed type did not answer a call: use Next.reply or Next.reject");
    }
}
