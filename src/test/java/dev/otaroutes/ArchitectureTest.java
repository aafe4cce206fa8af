package dev.otaroutes;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What may know what: the wire and the rules know nobody, and packages do not know each other in circles. */
@AnalyzeClasses(packages = "dev.otaroutes", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.otaroutes.";

    @ArchTest
    static final ArchRule theWireKnowsNobody = noClasses().that().resideInAPackage(ROOT + "message..")
            .should().dependOnClassesThat().resideInAnyPackage("org.apache.camel..", "org.springframework..", "java.sql..", "java.net.http..",
                    ROOT + "rollout..", ROOT + "store..", ROOT + "device..", ROOT + "mqtt..", ROOT + "operator..", ROOT + "webhook..");

    @ArchTest
    static final ArchRule theRulesKnowTheWireAlone = noClasses().that().resideInAPackage(ROOT + "rollout..")
            .should().dependOnClassesThat().resideInAnyPackage("org.apache.camel..", "org.springframework..", "java.sql..", "com.fasterxml..",
                    ROOT + "store..", ROOT + "device..", ROOT + "mqtt..", ROOT + "operator..", ROOT + "webhook..", ROOT + "event..");

    @ArchTest
    static final ArchRule theStoreKnowsNoRoutes = noClasses().that().resideInAPackage(ROOT + "store..")
            .should().dependOnClassesThat().resideInAnyPackage("org.apache.camel..", ROOT + "device..", ROOT + "mqtt..", ROOT + "operator..",
                    ROOT + "webhook..", ROOT + "download..");

    @ArchTest
    static final ArchRule theTransportKnowsNothingOfUpgrades = noClasses().that().resideInAPackage(ROOT + "mqtt..")
            .should().dependOnClassesThat().resideInAnyPackage(ROOT + "message..", ROOT + "rollout..", ROOT + "store..", ROOT + "device..");

    @ArchTest
    static final ArchRule theSimulatedDevicesComeFromOutside = noClasses().that().resideInAPackage(ROOT + "simulator..")
            .should().dependOnClassesThat().resideInAnyPackage(ROOT + "rollout..", ROOT + "store..", ROOT + "operator..", ROOT + "message..");

    @ArchTest
    static final ArchRule packagesDoNotGoInCircles = slices().matching(ROOT + "(*)..").should().beFreeOfCycles();
}
