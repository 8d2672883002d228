package dev.atoll.system.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Holds every rule against the product, and against offenders that must break it. */
class ArchitectureTest {
    private static final String PRODUCT = "dev.atoll";
    private static final String OFFENDERS = ArchitectureTest.class.getPackageName() + ".offenders";

    /** Where the offenders of each rule live: a class, or the classes nested in it. */
    private static final Map<Rule, String> PLACES =
            Map.of(
                    Rule.CORE_KNOWS_ONLY_ITSELF, "core.WorldlyThoughts$",
                    Rule.CORE_IS_DETERMINISTIC, "core.dice.LooseEnds$",
                    Rule.PACKAGES_HAVE_NO_CYCLES, "client.cycle.",
                    Rule.ONLY_THE_ETCD_STORE_KNOWS_ETCD, "naming.EtcdLover$",
                    Rule.ONLY_EXECUTION_STARTS_PROCESSES, "worker.session.Starters$",
                    Rule.NO_SERVICE_IS_IMPORTED, "master.Shortcut$",
                    Rule.NAMES_SAY_WHAT_A_CLASS_IS, "runtime.BadNames$",
                    Rule.ONLY_PROGRAMS_PRINT, "runtime.Talkers$",
                    Rule.CLIENT_API_SHOWS_NO_GENERATED_TYPE, "client.Leaks$",
                    Rule.EVERY_PACKAGE_IS_NULL_MARKED, "forgotten.Unmarked$");

    private static final JavaClasses PRODUCT_CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .withImportOption(location -> !location.contains("/dev/atoll/proto/"))
                    .withImportOption(location -> !location.contains("/jmh_generated/"))
                    .importPackages(PRODUCT);
    private static final JavaClasses OFFENDER_CLASSES =
            new ClassFileImporter().importPackages(OFFENDERS);

    @ParameterizedTest
    @EnumSource
    void theProductKeepsTheRule(Rule rule) {
        rule.under(PRODUCT).check(PRODUCT_CLASSES);
    }

    @ParameterizedTest
    @MethodSource("offences")
    void theRuleCatchesItsOffender(Rule rule, String offender) {
        assertThat(report(rule)).anyMatch(detail -> detail.contains(offender));
    }

    @ParameterizedTest
    @EnumSource
    void theRuleAccusesNobodyElse(Rule rule) {
        List<String> innocent =
                OFFENDER_CLASSES.stream()
                        .map(JavaClass::getName)
                        .filter(name -> !isOffender(rule, name))
                        .toList();

        assertThat(report(rule))
                .noneMatch(detail -> innocent.stream().anyMatch(name -> accuses(detail, name)));
    }

    @ParameterizedTest
    @EnumSource
    void theRuleHasAnOffender(Rule rule) {
        assertThat(OFFENDER_CLASSES).anyMatch(type -> isOffender(rule, type.getName()));
    }

    @Test
    void everyModuleIsLookedAt() {
        assertThat(PRODUCT_CLASSES)
                .extracting(JavaClass::getPackageName)
                .contains(
                        "dev.atoll.benchmarks",
                        "dev.atoll.cli",
                        "dev.atoll.client",
                        "dev.atoll.core",
                        "dev.atoll.master",
                        "dev.atoll.naming",
                        "dev.atoll.runtime",
                        "dev.atoll.simulation",
                        "dev.atoll.worker");
    }

    private static Stream<Arguments> offences() {
        return Stream.of(Rule.values())
                .flatMap(rule ->
                        OFFENDER_CLASSES.stream()
                                .map(JavaClass::getName)
                                .filter(name -> isOffender(rule, name))
                                .map(name -> Arguments.of(rule, name)));
    }

    private static List<String> report(Rule rule) {
        return rule.under(OFFENDERS).evaluate(OFFENDER_CLASSES).getFailureReport().getDetails();
    }

    /* A class with classes nested in it only groups the offenders. */
    private static boolean isOffender(Rule rule, String name) {
        String place = OFFENDERS + "." + PLACES.get(rule);
        boolean groups =
                OFFENDER_CLASSES.stream().anyMatch(type -> type.getName().startsWith(name + "$"));
        return !groups && !name.endsWith("package-info") && (name + "$").startsWith(place);
    }

    /** Whether the detail is about this class, and does not merely mention it as a target. */
    private static boolean accuses(String detail, String name) {
        return detail.matches("(?s)(\\w+ <)?" + Pattern.quote(name) + "[.> ].*");
    }
}
