package io.durableserver.s3test;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** What the first line of a request says, with the bucket in the path. */
final class RequestLine {
    private RequestLine() {}

    static Operation operation(String method, String path) {
        if (key(path).isEmpty()) {
            return method.equals("GET") && !bucket(path).isEmpty() ? Operation.LIST : Operation.OTHER;
        }
        return switch (method) {
            case "GET" -> Operation.GET;
            case "HEAD" -> Operation.HEAD;
            case "PUT" -> Operation.PUT;
            case "DELETE" -> Operation.DELETE;
            default -> Operation.OTHER;
        };
    }

    static String bucket(String path) {
        int slash = path.indexOf('/', 1);
        return slash < 0 ? path.substring(Math.min(1, path.length())) : path.substring(1, slash);
    }

    static String key(String path) {
        int slash = path.indexOf('/', 1);
        return slash < 0
                ? ""
                : URLDecoder.decode(path.substring(slash + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
