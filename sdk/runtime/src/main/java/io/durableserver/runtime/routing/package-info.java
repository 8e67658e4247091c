/** Where a server is: location cache, not-here answers, the arbiter of starts. Does not know how placement decides. */
@NullMarked
package io.durableserver.runtime.routing;

import org.jspecify.annotations.NullMarked;
