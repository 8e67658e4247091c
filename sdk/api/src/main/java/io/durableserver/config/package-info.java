/** How a node is configured: values with builders, in code or from maps of texts. */
@NullMarked
package io.durableserver.config;

import org.jspecify.annotations.NullMarked;
