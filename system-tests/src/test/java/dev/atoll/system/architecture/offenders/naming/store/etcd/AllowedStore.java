package dev.atoll.system.architecture.offenders.naming.store.etcd;

import io.etcd.jetcd.ByteSequence;

/** The one room that knows etcd. No rule names it. */
final class AllowedStore {
    ByteSequence key = ByteSequence.EMPTY;
}
