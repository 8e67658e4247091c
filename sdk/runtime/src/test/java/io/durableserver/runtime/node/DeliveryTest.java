package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.RequestTag;
import io.durableserver.runtime.wire.WireFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whichever way a message comes to a node, it is accepted, or refused for the same reason. */
@Timeout(60)
final class DeliveryTest extends OneServer {
    /** A way of a call; it ends with its value, or with the code of its error. */
    enum Way {
        BLOCKING {
            @Override
            Object call(DeliveryTest test, ServerRef ref) {
                return code(() -> ref.call(new Get()));
            }
        },
        ASYNCHRONOUS {
            @Override
            Object call(DeliveryTest test, ServerRef ref) {
                return code(() -> joined(ref.callAsync(new Get()).toCompletableFuture()));
            }
        },
        FROM_ANOTHER_NODE {
            @Override
            Object call(DeliveryTest test, ServerRef ref) {
                int before = test.node.cluster.sent().size();
                test.node.cluster.receive(
                        PEER,
                        WireFormat.encode(new Message.CallMessage(
                                1,
                                ref.key(),
                                ref.type(),
                                Get.class.getName(),
                                CborCodec.INSTANCE.encode(new Get(), Get.class),
                                new Origin(List.of(), 20_000_000_000L, RequestTag.NONE, Map.of()))));
                await().until(() -> test.node.cluster.sent().size() > before);
                Message answer =
                        WireFormat.decodeMessage(test.node.cluster.sent().get(before));
                if (answer instanceof Message.ErrorMessage error) {
                    return error.error().code();
                }
                return answer instanceof Message.ReplyMessage reply
                        ? Objects.requireNonNull(CborCodec.INSTANCE.decode(reply.payload(), Integer.class))
                        : "NOT_FOUND";
            }
        };

        abstract Object call(DeliveryTest test, ServerRef ref);

        private static <T> T joined(CompletableFuture<T> future) {
            try {
                return future.orTimeout(30, TimeUnit.SECONDS).join();
            } catch (CompletionException failed) {
                if (failed.getCause() instanceof DurableServerException known) {
                    throw known;
                }
                throw failed;
            }
        }

        private static Object code(java.util.function.Supplier<Integer> call) {
            try {
                return call.get();
            } catch (DurableServerException known) {
                return known.code();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aCallToAServerThatIsHereIsAccepted(Way way) {
        assertThat(way.call(this, node.servers.ensureStarted(type, "k", new State(0))))
                .isEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aFullMailboxIsTheErrorOfTheCallAndLeavesNothingInIt(Way way) throws Exception {
        ServerRef ref = held();
        int taken = fill(ref);
        assertThat(way.call(this, ref)).isEqualTo("MAILBOX_FULL");
        go.countDown();
        await().until(() -> added.get() == taken);
        assertThat(ref.call(new Get())).isEqualTo(taken);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aCallToAServerThatNobodyKnowsIsSentElsewhereOrToldSo(Way way) {
        assertThat(way.call(this, node.servers.ref(type, "nobody"))).isEqualTo("NOT_FOUND");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aCallToAServerOfAnotherTypeIsAMismatch(Way way) {
        node.servers.ensureStarted(type, "k", new State(0));
        assertThat(way.call(this, node.servers.ref(other, "k"))).isEqualTo("TYPE_MISMATCH");
    }

    @Test
    void aCastIsAcceptedFromHereAndFromAnotherNode() {
        ServerRef ref = node.servers.ensureStarted(type, "k", new State(0));
        ref.cast(new Add());
        remoteCast("k", "right");
        await().until(() -> added.get() == 2);
    }

    @Test
    void aCastThatCannotBeTakenHereIsAnErrorOfItsSender() throws Exception {
        ServerRef ref = held();
        int taken = fill(ref);
        assertThat(catchThrowableOfType(
                                NotAppliedException.class,
                                () -> node.servers.ref(other, "k").cast(new Add()))
                        .reason())
                .isEqualTo(NotAppliedException.Reason.TYPE_MISMATCH);
        go.countDown();
        await().until(() -> added.get() == taken);
        assertThat(ref.call(new Get())).isEqualTo(taken);
    }
}
