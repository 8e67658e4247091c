package io.durableserver.s3test;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3ProxyHandler;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** S3Proxy's handler of the protocol, one request per object at a time. */
final class S3Servlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final long MAX_OBJECT_BYTES = 5L << 30;
    private static final int MAX_CLOCK_SKEW_SECONDS = 15 * 60;

    private final transient Protocol protocol;
    private final transient Faults faults;
    private final transient KeyLocks locks = new KeyLocks();

    S3Servlet(BlobStore store, Optional<Credentials> credentials, Faults faults) {
        this.protocol = new Protocol(store, credentials);
        this.faults = faults;
    }

    /** A key pair clients must sign with. */
    record Credentials(String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "Credentials[" + accessKey + ", secret hidden]";
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Operation operation = RequestLine.operation(request.getMethod(), request.getRequestURI());
        HttpServletRequest seen = faults.ignoresConditions(operation) ? new Unconditional(request) : request;
        switch (operation) {
            case LIST -> locks.<IOException>exclusive(() -> protocol.answer(request, seen, response));
            case OTHER -> protocol.answer(request, seen, response);
            default ->
                locks.<IOException>onObject(request.getRequestURI(), () -> protocol.answer(request, seen, response));
        }
    }

    /** Answers requests, and renders what the store throws. */
    private static final class Protocol extends S3ProxyHandler {
        Protocol(BlobStore store, Optional<Credentials> credentials) {
            super(
                    store,
                    credentials.isPresent() ? AuthenticationType.AWS_V2_OR_V4 : AuthenticationType.NONE,
                    credentials.map(Credentials::accessKey).orElse(null),
                    credentials.map(Credentials::secretKey).orElse(null),
                    null,
                    MAX_OBJECT_BYTES,
                    MAX_OBJECT_BYTES,
                    Integer.MAX_VALUE,
                    // Clients send headers of their store's own, such as x-tigris-consistent.
                    true,
                    null,
                    "",
                    MAX_CLOCK_SKEW_SECONDS);
        }

        void answer(HttpServletRequest signed, HttpServletRequest seen, HttpServletResponse response)
                throws IOException {
            try {
                doHandle(signed, seen, response, seen.getInputStream(), new RequestContext());
            } catch (AwsServiceException refused) {
                render(seen, response, refused);
            } catch (UnsupportedOperationException missing) {
                sendSimpleErrorResponse(seen, response, "NotImplemented", 501, "Not implemented", Map.of());
            } catch (RuntimeException failure) {
                AwsServiceException refused = causes(failure)
                        .filter(AwsServiceException.class::isInstance)
                        .map(AwsServiceException.class::cast)
                        .findFirst()
                        .orElseThrow(() -> failure);
                render(seen, response, refused);
            }
        }

        private void render(HttpServletRequest request, HttpServletResponse response, AwsServiceException refused)
                throws IOException {
            boolean read =
                    request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
            String code = S3Exceptions.errorCode(refused);
            if (refused.statusCode() == 304
                    || (refused.statusCode() == 412 && read && request.getHeader("If-None-Match") != null)) {
                // It matched, so this is the object's.
                response.setHeader("ETag", request.getHeader("If-None-Match"));
                response.setStatus(304);
            } else if (code == null) {
                String guess = refused.statusCode() == 412 ? "PreconditionFailed" : "InternalError";
                sendSimpleErrorResponse(request, response, guess, refused.statusCode(), guess, Map.of());
            } else {
                String message = String.valueOf(refused.awsErrorDetails().errorMessage());
                sendSimpleErrorResponse(request, response, code, refused.statusCode(), message, Map.of());
            }
        }

        private static Stream<Throwable> causes(Throwable failure) {
            return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
        }
    }
}
