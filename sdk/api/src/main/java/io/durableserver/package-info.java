/**
 * The public programming model: server types, handlers, references, options, errors. Knows no runtime, no cluster and no
 * store; what those must offer is in {@link io.durableserver.spi}.
 */
@NullMarked
package io.durableserver;

import org.jspecify.annotations.NullMarked;
