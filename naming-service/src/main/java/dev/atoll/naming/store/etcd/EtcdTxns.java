package dev.atoll.naming.store.etcd;

import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Compare;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Txn;

import io.etcd.jetcd.KV;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Translates transactions and their outcomes. */
final class EtcdTxns {
    private final EtcdKeys keys;

    EtcdTxns(EtcdKeys keys) {
        this.keys = keys;
    }

    /**
     * Sends a transaction. jetcd does not repeat it by itself: a repeat might answer for the first.
     */
    CompletableFuture<TxnResponse> send(KV kv, Txn txn) {
        return kv.txn()
                .If(txn.compares().stream().map(this::toEtcd).toArray(Cmp[]::new))
                .Then(writes(txn))
                .Else(readsOfCompared(txn))
                .commit();
    }

    CommitOutcome outcome(TxnResponse response) {
        if (response.isSucceeded()) {
            return new CommitOutcome.Committed(response.getHeader().getRevision());
        }
        Map<String, Entry> found = new HashMap<>();
        for (GetResponse read : response.getGetResponses()) {
            read.getKvs().stream()
                    .map(keys::fromEtcd)
                    .forEach(entry -> found.put(entry.key(), entry));
        }
        return new CommitOutcome.CompareFailed(found);
    }

    private Op[] writes(Txn txn) {
        List<Op> writes = new ArrayList<>();
        for (Txn.Put put : txn.puts()) {
            PutOption option = PutOption.builder().withLeaseId(put.leaseId()).build();
            writes.add(Op.put(keys.toEtcd(put.key()), keys.toEtcd(put.value()), option));
        }
        for (String key : txn.deletes()) {
            writes.add(Op.delete(keys.toEtcd(key), DeleteOption.DEFAULT));
        }
        return writes.toArray(Op[]::new);
    }

    private Op[] readsOfCompared(Txn txn) {
        return txn.compares().stream()
                .map(Compare::key)
                .distinct()
                .map(key -> Op.get(keys.toEtcd(key), GetOption.DEFAULT))
                .toArray(Op[]::new);
    }

    private Cmp toEtcd(Compare compare) {
        CmpTarget<?> target =
                switch (compare) {
                    // For etcd, a key that does not exist has version 0.
                    case Compare.Absent absent -> CmpTarget.version(0);
                    case Compare.CreateRevision(String key, long wanted) ->
                            CmpTarget.createRevision(wanted);
                    case Compare.ModRevision(String key, long wanted) ->
                            CmpTarget.modRevision(wanted);
                    case Compare.Version(String key, long wanted) -> CmpTarget.version(wanted);
                };
        return new Cmp(keys.toEtcd(compare.key()), Cmp.Op.EQUAL, target);
    }
}
