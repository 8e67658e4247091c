/** An application that does everything wrong, beside one that must not notice. */
@NullMarked
package io.durableserver.examples.hostile;

import org.jspecify.annotations.NullMarked;
