package dev.atoll.naming.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks tests that need an etcd. Only -Datoll.tests.etcd=none leaves them out, and says so. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresEtcd.Condition.class)
public @interface RequiresEtcd {
    /** The system property; its only value is "none". */
    String PROPERTY = "atoll.tests.etcd";

    /** Disables the tests when the property asks for it. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (!"none".equals(System.getProperty(PROPERTY))) {
                return ConditionEvaluationResult.enabled("etcd is wanted");
            }
            String reason =
                    "NOT TESTED against etcd, as -D%s=none asks: %s"
                            .formatted(PROPERTY, context.getDisplayName());
            System.err.println(reason);
            return ConditionEvaluationResult.disabled(reason);
        }
    }
}
