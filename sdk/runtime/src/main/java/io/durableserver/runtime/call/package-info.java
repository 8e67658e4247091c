/** A call from send to reply, deadline or cancel. Does not know where the server is. */
@NullMarked
package io.durableserver.runtime.call;

import org.jspecify.annotations.NullMarked;
