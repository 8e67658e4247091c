/** A cluster of real runtimes in one JVM and its JUnit extension, for tests of applications; knows no cluster engine. */
@NullMarked
package io.durableserver.testkit;

import org.jspecify.annotations.NullMarked;
