/** Holds the pages to what the code is: snippets compile, numbers and names are right, links lead somewhere. */
@NullMarked
package io.durableserver.examples.docs;

import org.jspecify.annotations.NullMarked;
