/** Time and executors of a real JVM: the only place in the runtime that reads a clock or makes a thread. */
@NullMarked
package io.durableserver.runtime.jdk;

import org.jspecify.annotations.NullMarked;
