package dev.atoll.system.architecture.offenders.naming;

import io.etcd.jetcd.ByteSequence;

/** Reaches past the store. */
final class EtcdLover {
    ByteSequence key = ByteSequence.EMPTY;
}
