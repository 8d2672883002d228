package dev.atoll.system.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;

import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One rule of the architecture. It is written against a root package, so that the same rule is held
 * against the product and against the offenders that must break it.
 */
enum Rule {
    CORE_KNOWS_ONLY_ITSELF(root ->
            classes()
                    .that()
                    .resideInAPackage(root + ".core..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            root + ".core..",
                            "java.lang",
                            "java.lang.annotation",
                            "java.lang.invoke",
                            "java.lang.runtime",
                            "java.math",
                            "java.time..",
                            "java.util",
                            "java.util.function",
                            "java.util.stream",
                            "org.jspecify.annotations")
                    .because(
                            "the core decides and touches nothing: no file, socket, thread,"
                                    + " lock, logger or message format")),

    CORE_IS_DETERMINISTIC(root ->
            noClasses()
                    .that()
                    .resideInAPackage(root + ".core..")
                    .should(accessTargetWhere(Nondeterminism.reached()))
                    .orShould()
                    .dependOnClassesThat(Nondeterminism.types())
                    .because(
                            "the same events must give the same decisions, in every run:"
                                    + " time, ids and randomness arrive in events, and"
                                    + " iteration follows List, LinkedHashMap or TreeMap")),

    PACKAGES_HAVE_NO_CYCLES(root ->
            slices().matching(root + ".(**)")
                    .should()
                    .beFreeOfCycles()
                    .because("a cycle of packages is one package with a hidden wall")),

    ONLY_THE_ETCD_STORE_KNOWS_ETCD(root ->
            noClasses()
                    .that()
                    .resideOutsideOfPackage(root + ".naming.store.etcd..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.etcd..", "io.vertx..", "io.netty..")
                    .because("the rest speaks to the store behind its interface")),

    ONLY_EXECUTION_STARTS_PROCESSES(root ->
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            root + ".worker.execution..", root + ".cli..", root + ".benchmarks..")
                    .should()
                    .dependOnClassesThat(
                            assignableTo(ProcessBuilder.class)
                                    .or(resideInAnyPackage("java.lang.foreign..")))
                    .orShould(accessTargetWhere(reaches(Runtime.class, "exec")))
                    .because("processes and native calls have one room in a service")),

    NO_SERVICE_IS_IMPORTED(root ->
            CompositeArchRule.of(
                    Stream.of("naming", "master", "worker")
                            .map(service -> root + "." + service + "..")
                            .map(service ->
                                    noClasses()
                                            .that()
                                            .resideOutsideOfPackage(service)
                                            .should()
                                            .dependOnClassesThat()
                                            .resideInAPackage(service)
                                            .because(
                                                    "services meet over"
                                                            + " their contracts"
                                                            + " only"))
                            .toList())),

    NAMES_SAY_WHAT_A_CLASS_IS(root ->
            noClasses()
                    .should()
                    .haveNameMatching(".*[.$](Common[^.$]*|[^.$]*(Util|Utils|Helper|Helpers|Impl))")
                    .because("what fits nowhere is a missing concept: name it")),

    ONLY_PROGRAMS_PRINT(root ->
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            root + ".cli..", root + ".benchmarks..", root + ".simulation..")
                    .should(
                            accessTargetWhere(
                                    reaches(System.class, "out")
                                            .or(reaches(System.class, "err"))
                                            .or(printsTrace())))
                    .because("a service speaks through its log")),

    CLIENT_API_SHOWS_NO_GENERATED_TYPE(root ->
            classes()
                    .that()
                    .resideInAPackage(root + ".client..")
                    .and()
                    .arePublic()
                    .should(new ShowOnlyOwnTypes(root))
                    .allowEmptyShould(true)
                    .because("a program built on the SDK outlives the wire format")),

    EVERY_PACKAGE_IS_NULL_MARKED(root ->
            classes()
                    .that()
                    .resideInAPackage(root + "..")
                    .should(new ResideInANullMarkedPackage())
                    .because("NullAway reads only what is marked"));

    private final Function<String, ArchRule> definition;

    Rule(Function<String, ArchRule> definition) {
        this.definition = definition;
    }

    /** The rule for the modules below this root package. */
    ArchRule under(String root) {
        return definition.apply(root);
    }

    /* Writing a trace into a log record is no printing. */
    private static DescribedPredicate<JavaAccess<?>> printsTrace() {
        return describe(
                "Throwable.printStackTrace()",
                access ->
                        access.getTarget() instanceof CodeUnitAccessTarget target
                                && target.getOwner().isAssignableTo(Throwable.class)
                                && target.getName().equals("printStackTrace")
                                && target.getRawParameterTypes().isEmpty());
    }

    private static DescribedPredicate<JavaAccess<?>> reaches(Class<?> owner, String member) {
        return describe(
                owner.getSimpleName() + "." + member,
                access ->
                        access.getTargetOwner().isAssignableTo(owner)
                                && access.getTarget().getName().equals(member));
    }
}
