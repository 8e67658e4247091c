/**
 * Owns the bytes of what a backend stores: server records, node leases and claims, as JSON that any language and
 * {@code jq} can read, each sealed with a checksum. Knows no backend, no ownership rule and no codec but the name of
 * JSON.
 *
 * <p>{@link RecordFormat}, {@link LeaseFormat} and {@link ClaimFormat} read and write them, {@link Seal} is the
 * checksum.
 */
@NullMarked
package io.durableserver.runtime.record;

import org.jspecify.annotations.NullMarked;
