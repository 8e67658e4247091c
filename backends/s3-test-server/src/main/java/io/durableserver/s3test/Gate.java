package io.durableserver.s3test;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The front of the server: counts, delays and spoils requests. */
final class Gate extends Handler.Wrapper {
    private final Faults faults;
    private final Requests requests;

    Gate(Handler behind, Faults faults, Requests requests) {
        super(behind);
        this.faults = faults;
        this.requests = requests;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        SeenRequest seen = seen(request);
        requests.arrived(seen, request.getLength());
        long delay = faults.latency().toNanos();
        Runnable enter = () -> enter(seen, request, new Counted(request, response), callback);
        if (delay == 0) {
            enter.run();
        } else {
            var unused = getServer()
                    .getScheduler()
                    .schedule(() -> getServer().getThreadPool().execute(enter), delay, TimeUnit.NANOSECONDS);
        }
        return true;
    }

    private void enter(SeenRequest seen, Request request, Response response, Callback callback) {
        suffer(faults.faultOf(seen), request, response, callback);
    }

    private void suffer(Fault fault, Request request, Response response, Callback callback) {
        if (fault instanceof Fault.Refuse refuse) {
            answer(refuse.status(), refuse.code(), response, callback);
        } else if (fault instanceof Fault.Drop) {
            drop(request, callback);
        } else if (fault instanceof Fault.LoseAnswer) {
            pass(request, new Muted(request, response), whenDone(() -> drop(request, callback)));
        } else if (fault instanceof Fault.LieAfter lie) {
            pass(request, new Muted(request, response), whenDone(() -> {
                response.reset();
                answer(lie.status(), lie.code(), response, callback);
            }));
        } else if (fault instanceof Fault.After after) {
            after.action().run();
            suffer(after.then(), request, response, callback);
        } else {
            pass(request, response, callback);
        }
    }

    private void pass(Request request, Response response, Callback callback) {
        try {
            if (!super.handle(request, response, callback)) {
                Response.writeError(request, response, callback, 404);
            }
        } catch (Exception failure) {
            Response.writeError(request, response, callback, failure);
        }
    }

    private static Callback whenDone(Runnable action) {
        return Callback.from(action, failure -> action.run());
    }

    private static void drop(Request request, Callback callback) {
        // Quiet: Jetty logs no stack trace for it.
        EofException broken = new EofException("The connection was dropped on demand");
        request.getConnectionMetaData().getConnection().getEndPoint().close(broken);
        callback.failed(broken);
    }

    private static void answer(int status, String code, Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/xml");
        String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" + code
                + " on demand</Message><RequestId>0</RequestId></Error>";
        Content.Sink.write(response, true, body, callback);
    }

    private static SeenRequest seen(Request request) {
        String path = request.getHttpURI().getPath();
        return new SeenRequest(
                RequestLine.operation(request.getMethod(), path),
                RequestLine.bucket(path),
                RequestLine.key(path),
                header(request, "If-Match"),
                header(request, "If-None-Match"),
                header(request, "x-tigris-consistent"));
    }

    private static Optional<String> header(Request request, String name) {
        return Optional.ofNullable(request.getHeaders().getField(name)).map(HttpField::getValue);
    }

    /** Counts what goes out. */
    private final class Counted extends Response.Wrapper {
        private boolean first = true;

        Counted(Request request, Response response) {
            super(request, response);
        }

        @Override
        public void write(boolean last, ByteBuffer bytes, Callback callback) {
            if (first && getStatus() == 304) {
                requests.answeredNotModified();
            }
            first = false;
            requests.sent(bytes == null ? 0 : bytes.remaining());
            super.write(last, bytes, callback);
        }
    }

    /** Swallows what would go out. */
    private static final class Muted extends Response.Wrapper {
        private volatile boolean written;

        Muted(Request request, Response response) {
            super(request, response);
        }

        @Override
        public boolean isCommitted() {
            return written;
        }

        @Override
        public void write(boolean last, ByteBuffer bytes, Callback callback) {
            written = true;
            if (bytes != null) {
                bytes.position(bytes.limit());
            }
            callback.succeeded();
        }
    }
}
