/** What was measured, as a table for people and as JSON for programs; knows nothing about how it was measured. */
@NullMarked
package io.durableserver.benchmarks.report;

import org.jspecify.annotations.NullMarked;
