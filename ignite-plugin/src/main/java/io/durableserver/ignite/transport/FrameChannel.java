package io.durableserver.ignite.transport;

import java.util.UUID;
import java.util.function.BiConsumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCheckedException;
import org.apache.ignite.IgniteException;
import org.apache.ignite.internal.GridKernalContext;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.managers.communication.GridIoManager;
import org.apache.ignite.internal.managers.communication.GridIoPolicy;
import org.apache.ignite.internal.managers.communication.GridMessageListener;
import org.apache.ignite.internal.managers.discovery.GridDiscoveryManager;
import org.apache.ignite.plugin.ExtensionRegistry;
import org.apache.ignite.plugin.extensions.communication.MessageFactoryProvider;

/**
 * Frames to and from other nodes. The only class of this module that enters Ignite's internals: its public messaging
 * marshals topic and body of each message and hands it to two pools, on each side a wake-up more than the connection
 * needs. Here a frame is received on the thread that reads the connection, so the receiver must never block and never run
 * code of the application.
 */
public final class FrameChannel implements AutoCloseable {
    private final GridIoManager io;
    private final GridDiscoveryManager discovery;
    private final String topic;
    private final GridMessageListener listener;

    public FrameChannel(Ignite ignite, String topic, BiConsumer<UUID, byte[]> receiver) {
        GridKernalContext context = ((IgniteEx) ignite).context();
        this.io = context.io();
        this.discovery = context.discovery();
        this.topic = topic;
        this.listener = (node, message, policy) -> {
            if (message instanceof FrameMessage frame) {
                receiver.accept(node, frame.bytes());
            }
        };
        io.addMessageListener(topic, listener);
    }

    /** Makes the message known to a node that has not started yet. */
    public static void register(ExtensionRegistry registry) {
        registry.registerExtension(
                MessageFactoryProvider.class,
                factory -> factory.register(FrameMessage.TYPE, FrameMessage::new, new FrameMessage.Serializer()));
    }

    /**
     * Sends a frame; blocks while the connection is being made. False when the node is gone.
     *
     * @throws IgniteException when the frame is lost
     */
    public boolean send(UUID node, byte[] frame) {
        try {
            io.sendToCustomTopic(node, topic, new FrameMessage(frame), GridIoPolicy.CALLER_THREAD);
            return true;
        } catch (IgniteCheckedException lost) {
            // A connection that could not be made is told as a change of topology, too: discovery knows which nodes are
            // gone.
            if (!discovery.alive(node)) {
                return false;
            }
            throw new IgniteException(lost.getMessage(), lost);
        }
    }

    @Override
    public void close() {
        io.removeMessageListener(topic, listener);
    }
}
