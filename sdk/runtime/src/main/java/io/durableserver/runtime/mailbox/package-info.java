/** Order and bound of the messages that wait for one server. Does not know user code. */
@NullMarked
package io.durableserver.runtime.mailbox;

import org.jspecify.annotations.NullMarked;
