package dev.atoll.system.architecture.offenders.runtime;

/** Names that say nothing. */
final class BadNames {
    static final class StringUtils {}

    static final class TaskHelper {}

    static final class StoreImpl {}

    static final class CommonThings {}
}
