package io.durableserver.s3test;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.function.Function;

/**
 * Something between a client and an S3 server that answers in the server's place, changes what it says, asks it twice or
 * breaks off: an ingress without a route, a load balancer that gave up, a page to log in. One thread for each connection.
 */
public final class LyingProxy implements AutoCloseable {
    private static final int BACKLOG = 256;

    private final URI server;
    private final Function<SeenRequest, Lie> lies;
    private final ServerSocket door;
    private final Phaser late = new Phaser(1);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private LyingProxy(URI server, Function<SeenRequest, Lie> lies) throws IOException {
        this.server = server;
        this.lies = lies;
        this.door = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    }

    /**
     * Starts one.
     *
     * @param server where the truth is
     * @param lies what becomes of each request; called on the thread of its connection
     */
    public static LyingProxy before(URI server, Function<SeenRequest, Lie> lies) {
        try {
            LyingProxy proxy = new LyingProxy(server, lies);
            thread(proxy::listen);
            return proxy;
        } catch (IOException failure) {
            throw new UncheckedIOException("The proxy cannot listen", failure);
        }
    }

    /** The address at which it listens. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + door.getLocalPort());
    }

    /** Waits until no request is late any more. */
    public void settle() {
        late.arriveAndAwaitAdvance();
    }

    @Override
    public void close() {
        closeQuietly(door);
        open.forEach(LyingProxy::closeQuietly);
    }

    private void listen() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                open.add(client);
                thread(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream());
            while (true) {
                HttpMessage request = HttpMessage.read(in, false);
                if (request == null || !answer(request, client.getOutputStream())) {
                    return;
                }
            }
        } catch (IOException broken) {
            // One of the two went away, which is what the other is told by the end of the connection.
            closeQuietly(client);
        } finally {
            open.remove(client);
        }
    }

    /** False: the connection is to be closed. */
    private boolean answer(HttpMessage request, OutputStream out) throws IOException {
        Lie lie = lies.apply(request.seen());
        if (lie instanceof Lie.Drop) {
            return false;
        }
        if (lie instanceof Lie.Instead instead) {
            HttpMessage.write(out, instead.answer(), request.isHead());
            return true;
        }
        if (lie instanceof Lie.Late late) {
            HttpMessage.write(out, late.answer(), request.isHead());
            later(request, late.delay());
            return true;
        }
        Answer truth = ask(request);
        if (lie instanceof Lie.Twice) {
            truth = ask(request);
        } else if (lie instanceof Lie.After after) {
            truth = after.answer();
        } else if (lie instanceof Lie.Changed changed) {
            truth = changed.change().apply(truth);
        } else if (lie instanceof Lie.Cut) {
            HttpMessage.writeHalf(out, truth);
            return false;
        }
        HttpMessage.write(out, truth, request.isHead());
        return true;
    }

    private void later(HttpMessage request, Duration delay) {
        late.register();
        thread(() -> {
            try {
                Thread.sleep(delay.toMillis());
                ask(request);
            } catch (IOException | InterruptedException lost) {
                // A late request may be lost as well.
                Thread.currentThread().interrupt();
            } finally {
                late.arriveAndDeregister();
            }
        });
    }

    private Answer ask(HttpMessage request) throws IOException {
        try (Socket upstream = new Socket(server.getHost(), server.getPort())) {
            upstream.setTcpNoDelay(true);
            upstream.getOutputStream().write(request.forwarded());
            upstream.getOutputStream().flush();
            HttpMessage answer = HttpMessage.read(new BufferedInputStream(upstream.getInputStream()), true);
            if (answer == null) {
                throw new IOException("The server broke off");
            }
            return answer.answer();
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "lying-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception closed) {
            // Nothing is left to do with it.
        }
    }
}
