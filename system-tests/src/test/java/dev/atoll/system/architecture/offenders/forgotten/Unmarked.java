package dev.atoll.system.architecture.offenders.forgotten;

/** Lives in a package that NullAway does not read. */
final class Unmarked {}
