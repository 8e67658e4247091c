package io.durableserver.backend.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Takes the body of an answer that is an error for the store's only where it is an S3 error document. The SDK reads a code
 * out of any XML; a page of a proxy, or an error of another service, says nothing of this store and is left out.
 */
final class ErrorDocuments implements ExecutionInterceptor {
    private static final Pattern DOCUMENT = Pattern.compile(
            "\\A\\uFEFF?\\s*(?:<\\?xml[^>]{0,200}\\?>)?\\s*<Error[\\s>].*</Error>\\s*\\z", Pattern.DOTALL);
    private static final int MAX_BYTES = 64 << 10;

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        if (context.httpResponse().isSuccessful()) {
            return context.responseBody();
        }
        return context.responseBody().map(ErrorDocuments::documentOrNothing);
    }

    private static InputStream documentOrNothing(InputStream body) {
        try {
            byte[] start = body.readNBytes(MAX_BYTES);
            return new Kept(is(start) ? start : new byte[0], body);
        } catch (IOException broken) {
            throw new UncheckedIOException("The answer broke off", broken);
        }
    }

    static boolean is(byte[] body) {
        return DOCUMENT.matcher(new String(body, StandardCharsets.UTF_8)).matches();
    }

    /** What was read of a body that is closed with it. */
    private static final class Kept extends ByteArrayInputStream {
        private final InputStream body;

        Kept(byte[] bytes, InputStream body) {
            super(bytes);
            this.body = body;
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
