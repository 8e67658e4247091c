/** Acquire, renew, release, take over, fence: epochs and version tokens. Does not know messages. */
@NullMarked
package io.durableserver.runtime.ownership;

import org.jspecify.annotations.NullMarked;
