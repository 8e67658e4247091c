package io.durableserver.backend.s3;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Lets an application hand over an HTTP client. The SDK refuses a builder that was given a client and a builder of clients,
 * and cannot be asked what it was given; with this the client that is set last takes the place of our builder.
 */
final class LastHttpClient implements InvocationHandler {
    private final S3ClientBuilder builder;

    private LastHttpClient(S3ClientBuilder builder) {
        this.builder = builder;
    }

    static S3ClientBuilder wins(S3ClientBuilder builder) {
        return (S3ClientBuilder) Proxy.newProxyInstance(
                S3ClientBuilder.class.getClassLoader(),
                new Class<?>[] {S3ClientBuilder.class},
                new LastHttpClient(builder));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("httpClient")) {
            builder.httpClientBuilder(null);
        }
        if (method.getName().equals("credentialsProvider") && arguments[0] instanceof IdentityProvider<?> given) {
            arguments[0] = Lent.of(given);
        }
        try {
            Object result = method.invoke(builder, arguments);
            return result == builder ? proxy : result;
        } catch (InvocationTargetException failed) {
            throw failed.getTargetException();
        }
    }
}
