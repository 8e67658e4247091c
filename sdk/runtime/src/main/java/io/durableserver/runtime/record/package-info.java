/**
 * Owns the bytes of what a backend stores: server records and node leases, as JSON that any language and {@code jq} can
 * read, each sealed with a checksum. Knows no backend, no ownership rule and no codec but the name of JSON.
 */
@NullMarked
package io.durableserver.runtime.record;

import org.jspecify.annotations.NullMarked;
