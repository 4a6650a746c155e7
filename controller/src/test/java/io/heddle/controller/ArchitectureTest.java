package io.heddle.controller;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point one way: controller → apps → flows, controller → ovsdb-client. */
@AnalyzeClasses(packages = "io.heddle", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule FLOWS_KNOW_NOBODY = noClasses().that().resideInAPackage("io.heddle.flows..")
            .should().dependOnClassesThat()
            .resideInAnyPackage("io.heddle.apps..", "io.heddle.ovsdb..", "io.heddle.controller..");

    @ArchTest
    static final ArchRule FLOWS_ARE_PURE = noClasses().that().resideInAPackage("io.heddle.flows..")
            .should().dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "java.util.concurrent..", "java.time..", "java.io..", "org.slf4j..");

    @ArchTest
    static final ArchRule APPS_KNOW_FLOWS_ONLY = noClasses().that().resideInAPackage("io.heddle.apps..")
            .should().dependOnClassesThat()
            .resideInAnyPackage("io.heddle.ovsdb..", "io.heddle.controller..", "io.netty..");

    @ArchTest
    static final ArchRule THE_OVSDB_CLIENT_KNOWS_NOBODY = noClasses().that().resideInAPackage("io.heddle.ovsdb..")
            .should().dependOnClassesThat()
            .resideInAnyPackage("io.heddle.flows..", "io.heddle.apps..", "io.heddle.controller..");

    @ArchTest
    static final ArchRule ONLY_ONE_ROOM_KNOWS_OPENFLOWJ = noClasses().that()
            .resideOutsideOfPackage("io.heddle.controller.openflow..")
            .should().dependOnClassesThat().resideInAPackage("org.projectfloodlight..");

    @ArchTest
    static final ArchRule ONLY_ONE_ROOM_KNOWS_OPENDAYLIGHT = noClasses().that()
            .resideOutsideOfPackage("io.heddle.ovsdb..")
            .should().dependOnClassesThat().resideInAPackage("org.opendaylight..");

    @ArchTest
    static final ArchRule ONE_APP_DOES_NOT_LEAN_ON_ANOTHER_IN_CIRCLES =
            slices().matching("io.heddle.apps.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_THING_IS = classes().should()
            .haveNameNotMatching(".*(Manager|Helper|Utils?|Impl)$");
}
