/** Compatibility kits for the SPIs and a JUnit extension; knows no cluster engine and no store. */
@NullMarked
package io.durableserver.testkit;

import org.jspecify.annotations.NullMarked;
