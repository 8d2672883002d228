package dev.atoll.system.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import java.util.stream.Stream;

/** Which methods, fields and constructors an access reaches. */
final class Targets {
    static DescribedPredicate<JavaAccess<?>> named(Class<?> owner, String member) {
        return describe(
                owner.getSimpleName() + "." + member,
                access ->
                        access.getTargetOwner().isAssignableTo(owner)
                                && access.getTarget().getName().equals(member));
    }
}

/** Public members whose signatures name nothing of protobuf, gRPC or the generated contracts. */
final class ShowOnlyOwnTypes extends ArchCondition<JavaClass> {
    private final DescribedPredicate<JavaClass> wire;

    ShowOnlyOwnTypes(String root) {
        super("show no generated type in public members");
        this.wire = resideInAnyPackage(root + ".proto..", "com.google.protobuf..", "io.grpc..");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        for (JavaMember member : type.getMembers()) {
            if (!isShown(member)) {
                continue;
            }
            types(member)
                    .filter(wire)
                    .forEach(shown ->
                            events.add(
                                    SimpleConditionEvent.violated(
                                            member,
                                            member.getFullName() + " shows " + shown.getName())));
        }
    }

    private static boolean isShown(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaClass> types(JavaMember member) {
        if (member instanceof JavaCodeUnit unit) {
            return Stream.concat(
                    unit.getReturnType().getAllInvolvedRawTypes().stream(),
                    unit.getParameterTypes().stream()
                            .flatMap(type -> type.getAllInvolvedRawTypes().stream()));
        }
        return ((JavaField) member).getType().getAllInvolvedRawTypes().stream();
    }
}
