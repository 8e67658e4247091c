package io.durableserver.backend.s3;

import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * A listing may repeat the prefix it was asked with as it is, although it says that what it holds is encoded (Ceph RGW does).
 * The SDK decodes it all the same, into another one, or not at all; so it is encoded before.
 */
final class RawPrefixes implements ExecutionInterceptor {
    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        if (context.response() instanceof ListObjectsV2Response page
                && context.request() instanceof ListObjectsV2Request request
                && page.encodingType() == EncodingType.URL
                && page.prefix() != null
                && page.prefix().equals(request.prefix())) {
            return page.toBuilder()
                    .prefix(SdkHttpUtils.urlEncode(page.prefix()))
                    .build();
        }
        return context.response();
    }
}
