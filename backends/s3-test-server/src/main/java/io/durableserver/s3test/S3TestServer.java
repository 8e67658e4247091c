package io.durableserver.s3test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;

/**
 * An S3 server, on 127.0.0.1 unless told otherwise, that keeps objects in memory: S3Proxy, made atomic, with faults in
 * front. Buckets are in the path of a request; any region will do. Uploads in parts and versioning are left out.
 */
public final class S3TestServer implements AutoCloseable {
    private static final int THREADS = 256;
    private static final String EVERYWHERE = "*:";

    private final Server server;
    private final ServerConnector connector;
    private final Faults faults;
    private final Requests requests;

    private S3TestServer(Builder builder) {
        this.faults = new Faults();
        this.requests = new Requests();
        BlobStore store = new FlatNames(new TransientNio2BlobStore());
        builder.buckets.forEach(bucket -> store.createContainer(
                CreateBucketRequest.builder().bucket(bucket).build()));
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("s3-test-server");
        threads.setDaemon(builder.daemon);
        server = new Server(threads);
        connector = new ServerConnector(server, new HttpConnectionFactory(lenient()));
        connector.setHost(builder.host);
        connector.setPort(builder.port);
        connector.setReuseAddress(true);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(new ServletHolder(new S3Servlet(store, builder.credentials, faults)), "/*");
        server.setHandler(new Gate(context, faults, requests));
        // Whoever stops a test server does not wait for requests it holds up.
        server.setStopTimeout(0);
    }

    /** A builder: port 0, no check of signatures, no buckets. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts a server that runs until it is killed, and prints its endpoint. Signatures are checked where the environment
     * variables {@code S3_ACCESS_KEY} and {@code S3_SECRET_KEY} give a key pair.
     *
     * @param args the port, or {@code *:} and the port to listen on all addresses; and the names of buckets to create
     */
    public static void main(String[] args) {
        Builder builder = of(List.of(args), System.getenv());
        builder.daemon = false;
        // The threads of the server keep the JVM alive.
        System.out.println("S3 test server at " + builder.start().endpoint());
    }

    static Builder of(List<String> arguments, Map<String, String> environment) {
        Builder builder = builder();
        if (!arguments.isEmpty()) {
            String port = arguments.get(0);
            if (port.startsWith(EVERYWHERE)) {
                builder.allAddresses();
            }
            builder.port(Integer.parseInt(port.startsWith(EVERYWHERE) ? port.substring(EVERYWHERE.length()) : port));
            arguments.subList(1, arguments.size()).forEach(builder::bucket);
        }
        Optional.ofNullable(environment.get("S3_ACCESS_KEY"))
                .ifPresent(key -> builder.credentials(key, environment.getOrDefault("S3_SECRET_KEY", "")));
        return builder;
    }

    /** The endpoint at which this machine finds it, such as {@code http://127.0.0.1:45678}. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + connector.getPort());
    }

    /** What shall go wrong. */
    public Faults faults() {
        return faults;
    }

    /** What was asked. */
    public Requests requests() {
        return requests;
    }

    /** Breaks all connections and refuses new ones, until {@link #comeUp}. Objects are kept. */
    public void goDown() {
        run(connector::stop, "stop listening");
        connector.getConnectedEndPoints().forEach(connection -> connection.close());
    }

    /** Listens again, on the same port. */
    public void comeUp() {
        run(connector::start, "listen again");
    }

    @Override
    public void close() {
        run(server::stop, "stop");
    }

    private void start() {
        run(server::start, "start");
        // Port 0 means another one with every start of the connector.
        connector.setPort(connector.getLocalPort());
    }

    private static HttpConfiguration lenient() {
        HttpConfiguration configuration = new HttpConfiguration();
        // Keys come in the path, and any text may be a key.
        configuration.setHttpCompliance(HttpCompliance.LEGACY);
        configuration.setUriCompliance(UriCompliance.LEGACY);
        configuration.setHeaderCacheCaseSensitive(true);
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(64 << 10);
        return configuration;
    }

    private static void run(KeyLocks.Action<Exception> action, String what) {
        try {
            action.run();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (IOException failure) {
            throw new UncheckedIOException("The S3 test server could not " + what, failure);
        } catch (Exception failure) {
            throw new IllegalStateException("The S3 test server could not " + what, failure);
        }
    }

    /** Builds a server. */
    public static final class Builder {
        private final List<String> buckets = new java.util.ArrayList<>();
        private String host = "127.0.0.1";
        private int port;
        private boolean daemon = true;
        private Optional<S3Servlet.Credentials> credentials = Optional.empty();

        private Builder() {}

        /** Listens on all addresses, not only on 127.0.0.1: in a container, say, whose port is mapped. */
        public Builder allAddresses() {
            host = "0.0.0.0";
            return this;
        }

        /** The port; 0 for any free one. */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /** Accepts only requests signed with this key pair. */
        public Builder credentials(String accessKey, String secretKey) {
            credentials = Optional.of(new S3Servlet.Credentials(accessKey, secretKey));
            return this;
        }

        /** Creates a bucket at the start. */
        public Builder bucket(String name) {
            buckets.add(name);
            return this;
        }

        /** Starts the server. */
        public S3TestServer start() {
            S3TestServer started = new S3TestServer(this);
            started.start();
            return started;
        }
    }
}
