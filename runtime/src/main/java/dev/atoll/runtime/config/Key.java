package dev.atoll.runtime.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One setting: a component of a configuration record. A component without this annotation must be a
 * record itself; its keys are taken as if they stood in the outer record.
 *
 * <p>The component's type is one of: String, int, long, double, boolean, Duration ("250ms"), Path,
 * an enum (in lower case with '-'), any type with a {@code public static T parse(String)} that
 * throws IllegalArgumentException with what is allowed (such as {@link HostAndPort} and {@link
 * ByteSize}); Optional or List (with ',') of these; Map of String to these ("a=b,c=d").
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Key {
    /** No default: the setting must be given, unless it is an Optional, a List or a Map. */
    String NONE = "\0";

    /** The key in files and flags: of [a-z0-9-], starting with a letter. */
    String name();

    /** The default, written as in a file. An Optional, a List and a Map are empty without one. */
    String value() default NONE;

    /** A sentence for people: what it is, its unit, what happens at its limit. */
    String doc();

    /** The least value allowed, written as in a file; only for types that have an order. */
    String min() default NONE;

    /** The greatest value allowed, written as in a file; only for types that have an order. */
    String max() default NONE;
}
