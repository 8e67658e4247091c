@NullMarked
package io.durableserver.ignite;

import org.jspecify.annotations.NullMarked;
