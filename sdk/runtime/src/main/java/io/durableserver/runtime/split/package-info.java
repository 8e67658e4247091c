/**
 * Notices that a cluster was split and did not come together again, and settles which side steps down. Knows no servers, and
 * nothing of how nodes find or leave each other.
 */
@NullMarked
package io.durableserver.runtime.split;

import org.jspecify.annotations.NullMarked;
