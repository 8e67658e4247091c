/** Durable records as objects of an S3 bucket; knows neither ownership nor what is in a record. */
@NullMarked
package io.durableserver.backend.s3;

import org.jspecify.annotations.NullMarked;
