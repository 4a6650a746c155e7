package io.heddle.controller;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
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
    /** No cycles between packages, in all modules. */
    @ArchTest
    static final ArchRule NO_TWO_PACKAGES_DEPEND_ON_EACH_OTHER =
            slices().matching("io.heddle.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NOBODY_DEPENDS_ON_THE_COMPOSITION_ROOT = noClasses()
            .that()
            .resideOutsideOfPackage("io.heddle.controller")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.heddle.controller");

    @ArchTest
    static final ArchRule FLOWS_KNOW_NOBODY = noClasses()
            .that()
            .resideInAPackage("io.heddle.flows..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.heddle..").and(resideOutsideOfPackage("io.heddle.flows..")));

    @ArchTest
    static final ArchRule FLOWS_ARE_PURE = noClasses()
            .that()
            .resideInAPackage("io.heddle.flows..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "java.util.concurrent..", "java.time..", "java.io..", "org.slf4j..");

    @ArchTest
    static final ArchRule APPS_KNOW_FLOWS_ONLY = noClasses()
            .that()
            .resideInAPackage("io.heddle.apps..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.heddle..")
                    .and(resideOutsideOfPackages("io.heddle.apps..", "io.heddle.flows..")))
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule THE_OVSDB_CLIENT_KNOWS_CERTIFICATES_ONLY = noClasses()
            .that()
            .resideInAPackage("io.heddle.ovsdb..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.heddle..")
                    .and(resideOutsideOfPackages("io.heddle.ovsdb..", "io.heddle.tls..")));

    /** The command line and what it needs run without a controller. */
    @ArchTest
    static final ArchRule ONLY_THE_CONTROLLER_KNOWS_THE_CONTROLLER = noClasses()
            .that()
            .resideOutsideOfPackage("io.heddle.controller..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.heddle.controller..");

    /** Checks and traces use only files and flow entries, and need no switch. */
    @ArchTest
    static final ArchRule CHECKS_KNOW_NO_SWITCH = noClasses()
            .that()
            .resideInAnyPackage("io.heddle.check..", "io.heddle.trace..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.heddle.openflow..", "io.netty..");

    @ArchTest
    static final ArchRule ONLY_ONE_ROOM_KNOWS_OPENFLOWJ = noClasses()
            .that()
            .resideOutsideOfPackage("io.heddle.openflow..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.projectfloodlight..");

    @ArchTest
    static final ArchRule ONLY_ONE_ROOM_KNOWS_OPENDAYLIGHT = noClasses()
            .that()
            .resideOutsideOfPackage("io.heddle.ovsdb..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.opendaylight..");

    @ArchTest
    static final ArchRule ONLY_ONE_ROOM_KNOWS_JETCD = noClasses()
            .that()
            .resideOutsideOfPackage("io.heddle.cluster..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.etcd..", "io.grpc..");

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_THING_IS =
            classes().should().haveNameNotMatching(".*(Manager|Helper|Utils?|Impl)$");
}
