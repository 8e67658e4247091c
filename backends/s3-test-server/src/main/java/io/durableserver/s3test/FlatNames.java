package io.durableserver.s3test;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Lets an object's key be the prefix of another's, as in S3: the store below keeps a file system, where {@code a} cannot
 * be a file and a directory. Directories get a mark at the end of their names, files do not.
 *
 * <p>Uploads in parts are refused: they would need the marks too, and nothing here uses them.
 */
final class FlatNames extends ForwardingBlobStore {
    private static final String MARK = "\u0001";

    FlatNames(BlobStore store) {
        super(store);
    }

    private static String inner(String key) {
        return key.replace("/", MARK + "/");
    }

    private static String outer(String name) {
        return name.replace(MARK + "/", "/");
    }

    /** Names that XML cannot hold are escaped, tokens are not: so a token is no name, as in S3. */
    private static String token(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private static String ofToken(String token) {
        return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    }

    @Override
    public boolean blobExists(String container, String name) {
        return super.blobExists(container, inner(name));
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        return super.putBlob(request.toBuilder().key(inner(request.key())).build(), payload);
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        return super.blobMetadata(request.toBuilder().key(inner(request.key())).build());
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        return super.getBlob(request.toBuilder().key(inner(request.key())).build());
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        return super.removeBlob(request.toBuilder().key(inner(request.key())).build());
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        return super.copyBlob(request.toBuilder()
                .sourceKey(inner(request.sourceKey()))
                .destinationKey(inner(request.destinationKey()))
                .build());
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        ListObjectsV2Request.Builder inside = request.toBuilder();
        if (request.prefix() != null) {
            inside.prefix(inner(request.prefix()));
        }
        if (request.startAfter() != null) {
            inside.startAfter(inner(request.startAfter()));
        }
        if (request.continuationToken() != null) {
            inside.continuationToken(inner(ofToken(request.continuationToken())));
        }
        ListObjectsV2Response page = super.list(inside.build());
        ListObjectsV2Response.Builder outside = page.toBuilder()
                .contents(page.contents().stream()
                        .map(object ->
                                object.toBuilder().key(outer(object.key())).build())
                        .toList())
                .commonPrefixes(page.commonPrefixes().stream()
                        .map(common -> common.toBuilder()
                                .prefix(outer(common.prefix()))
                                .build())
                        .toList());
        if (page.nextContinuationToken() != null) {
            outside.nextContinuationToken(token(outer(page.nextContinuationToken())));
        }
        return outside.build();
    }

    @Override
    public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
        throw new UnsupportedOperationException("uploads in parts");
    }
}
