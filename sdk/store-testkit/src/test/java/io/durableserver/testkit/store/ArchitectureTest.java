package io.durableserver.testkit.store;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of the runtime whose conditions are in this module, which is built after it. */
@AnalyzeClasses(packages = "io.durableserver.runtime", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    /** A knot is a set of files each of which needs each other one, directly or by others. */
    @ArchTest
    static final ArchRule FILES_MAKE_NO_KNOTS = StoreRules.noKnotsOfMoreThan(3);
}
