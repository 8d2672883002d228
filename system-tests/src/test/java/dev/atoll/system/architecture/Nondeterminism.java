package dev.atoll.system.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;

import java.time.Clock;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.stream.BaseStream;
import java.util.stream.Collectors;

/** Where chance gets in: clocks, dice, threads, and collections ordered by hash or by salt. */
final class Nondeterminism {
    private static final List<Class<?>> TYPES =
            List.of(
                    Clock.class,
                    InheritableThreadLocal.class,
                    Process.class,
                    ProcessBuilder.class,
                    ProcessHandle.class,
                    Random.class,
                    Runtime.class,
                    ServiceLoader.class,
                    SplittableRandom.class,
                    Thread.class,
                    ThreadGroup.class,
                    ThreadLocal.class,
                    Timer.class);

    /* LinkedHashMap is a HashMap, hence the exact type and not the hierarchy. */
    private static final List<Class<?>> HASHED =
            List.of(
                    HashMap.class,
                    HashSet.class,
                    Hashtable.class,
                    IdentityHashMap.class,
                    WeakHashMap.class);

    static DescribedPredicate<JavaClass> types() {
        return describe(
                "a clock, dice or a thread",
                target -> TYPES.stream().anyMatch(target::isAssignableTo));
    }

    static DescribedPredicate<JavaAccess<?>> reached() {
        return describe("is not deterministic", access -> isChance(access.getTarget()));
    }

    private static boolean isChance(AccessTarget target) {
        JavaClass owner = target.getOwner();
        String name = target.getName();
        if (HASHED.stream().anyMatch(owner::isEquivalentTo)) {
            return name.equals("<init>") || name.startsWith("new");
        }
        if (owner.isEquivalentTo(System.class)) {
            return !name.equals("arraycopy") && !name.equals("lineSeparator");
        }
        if (owner.getPackageName().startsWith("java.time")) {
            return name.equals("now");
        }
        if (owner.isAssignableTo(Map.class) || owner.isAssignableTo(Set.class)) {
            return isSalted(owner, name, arity(target));
        }
        if (owner.isEquivalentTo(Collectors.class)) {
            return collectsByHash(name, arity(target));
        }
        return switch (name) {
            case "random" -> owner.isEquivalentTo(Math.class);
            case "randomUUID" -> owner.isEquivalentTo(UUID.class);
            case "shuffle" -> owner.isEquivalentTo(Collections.class);
            case "parallel" -> owner.isAssignableTo(BaseStream.class);
            case "parallelStream" -> true;
            default -> false;
        };
    }

    /* Immutable sets and maps of two entries or more iterate in an order drawn anew by each JVM. */
    private static boolean isSalted(JavaClass owner, String name, int arity) {
        boolean map = owner.isEquivalentTo(Map.class);
        boolean set = owner.isEquivalentTo(Set.class);
        return switch (name) {
            case "of" -> map && arity > 2 || set && arity > 1;
            case "copyOf", "ofEntries" -> map || set;
            default -> false;
        };
    }

    private static boolean collectsByHash(String name, int arity) {
        return switch (name) {
            case "toSet", "toUnmodifiableSet", "toUnmodifiableMap" -> true;
            case "toConcurrentMap", "groupingByConcurrent" -> true;
            case "toMap" -> arity < 4;
            case "groupingBy" -> arity < 3;
            default -> false;
        };
    }

    private static int arity(AccessTarget target) {
        return target instanceof CodeUnitAccessTarget unit ? unit.getRawParameterTypes().size() : 0;
    }
}
