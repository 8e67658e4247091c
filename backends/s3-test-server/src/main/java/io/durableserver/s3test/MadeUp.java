package io.durableserver.s3test;

import java.util.List;

/** What something between a client and a store says that knows nothing of S3. */
final class MadeUp {
    static final List<Integer> STATUSES = List.of(
            200, 201, 202, 203, 204, 206, 301, 302, 304, 307, 400, 401, 403, 404, 405, 407, 408, 409, 410, 411, 412,
            413, 416, 421, 425, 429, 460, 499, 500, 501, 502, 503, 504, 507, 520, 524, 530);

    /** The statuses that mean something in the protocol of the store. */
    static final List<Integer> TELLING = List.of(200, 304, 404, 412, 499);

    static final List<String> BODIES = List.of(
            "",
            "default backend - 404",
            "<html><head><title>404 Not Found</title></head><body><Code>NoSuchKey</Code></body></html>",
            "<!doctype html><p>Log in<br>",
            "{\"error\":\"NoSuchKey\"}",
            "{\"count\":7}\n",
            "<ErrorResponse><Error><Code>NoSuchKey</Code></Error></ErrorResponse>",
            "<ErrorResponse><Error><Code>PreconditionFailed</Code></Error></ErrorResponse>",
            "<Error><Code>NoSuchKe",
            "<Error></Error>",
            "<?xml version=\"1.0\"?><ListBucketResult><Name>other</Name><Prefix></Prefix><KeyCount>0</KeyCount>"
                    + "<IsTruncated>false</IsTruncated></ListBucketResult>",
            "<?xml version=\"1.0\"?><ListBucketResult></ListBucketResult>",
            "<?xml version=\"1.0\"?><ListAllMyBucketsResult></ListAllMyBucketsResult>");

    private MadeUp() {}

    static Answer answer(int status, String body) {
        String type =
                body.startsWith("{") ? "application/json" : body.startsWith("<?xml") ? "application/xml" : "text/html";
        return Answer.of(status, type, body);
    }
}
