package dev.atoll.naming.store.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.atoll.naming.store.Entry;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.OptionsUtil;

import java.nio.charset.StandardCharsets;

/** Translates keys and values: in etcd, every key of ours stands under a root of its own. */
final class EtcdKeys {
    /** Some key, for who only wants to know whether etcd answers. */
    static final ByteSequence ANY = ByteSequence.from("/", StandardCharsets.UTF_8);

    private final String root;

    /**
     * Makes a translation.
     *
     * @param root what stands before every key, such as "/atoll"; may be empty
     */
    EtcdKeys(String root) {
        this.root = root;
    }

    /** The key in etcd. */
    ByteSequence toEtcd(String key) {
        return ByteSequence.from(root + key, StandardCharsets.UTF_8);
    }

    /** The first key in etcd that no longer has a prefix of ours. */
    ByteSequence endOf(String prefix) {
        return OptionsUtil.prefixEndOf(toEtcd(prefix));
    }

    /** The first key in etcd under a prefix and after a key. */
    ByteSequence startOf(String prefix, String afterKey) {
        return afterKey.compareTo(prefix) < 0 ? toEtcd(prefix) : toEtcd(afterKey + '\0');
    }

    ByteSequence toEtcd(ByteString value) {
        return ByteSequence.from(value);
    }

    /** Our key. */
    String fromEtcd(ByteSequence key) {
        return key.toString(StandardCharsets.UTF_8).substring(root.length());
    }

    Entry fromEtcd(KeyValue pair) {
        return new Entry(
                fromEtcd(pair.getKey()),
                // The array is a copy already, and nobody else has it.
                UnsafeByteOperations.unsafeWrap(pair.getValue().getBytes()),
                pair.getCreateRevision(),
                pair.getModRevision(),
                pair.getVersion(),
                pair.getLease());
    }
}
