package dev.atoll.system.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Finds what the API server would take, and what would fail, or lie open, only later. */
final class ManifestRules {
    private final Manifests manifests;
    private final List<Workload> workloads;
    private final List<String> faults = new ArrayList<>();

    private ManifestRules(Manifests manifests) {
        this.manifests = manifests;
        this.workloads = manifests.workloads().toList();
    }

    /** One sentence for each fault. */
    static List<String> faults(Manifests manifests) {
        ManifestRules rules = new ManifestRules(manifests);
        rules.workloads.forEach(rules::workload);
        manifests.all(Service.class).forEach(rules::service);
        manifests.all(PodDisruptionBudget.class).forEach(rules::budget);
        manifests.all(NetworkPolicy.class).forEach(rules::policy);
        rules.names();
        return List.copyOf(rules.faults);
    }

    private void workload(Workload workload) {
        require(
                workload.matches(workload.selector().getMatchLabels()),
                workload.name() + ": its selector does not match its own pods");
        require(budgets(workload) == 1, workload.name() + ": needs one PodDisruptionBudget");
        workload.serviceName().ifPresent(name -> headless(workload, name));
        pod(workload.name(), workload.pod());
        Set<String> volumes = new HashSet<>();
        workload.pod().getVolumes().forEach(volume -> volumes.add(volume.getName()));
        workload.claims().forEach(claim -> volumes.add(claim.getMetadata().getName()));
        for (Container container : workload.containers()) {
            String who = workload.name() + "/" + container.getName();
            container(who, container);
            volumes(who, container, volumes);
        }
    }

    private void pod(String who, PodSpec pod) {
        PodSecurityContext security =
                Objects.requireNonNullElseGet(pod.getSecurityContext(), PodSecurityContext::new);
        require(Boolean.TRUE.equals(security.getRunAsNonRoot()), who + ": may run as root");
        require(
                security.getRunAsUser() != null && security.getRunAsUser() > 0,
                who + ": runs as a user that is not known");
        require(
                security.getSeccompProfile() != null
                        && "RuntimeDefault".equals(security.getSeccompProfile().getType()),
                who + ": has no seccomp profile");
        require(
                Boolean.FALSE.equals(pod.getAutomountServiceAccountToken()),
                who + ": gets a key to the Kubernetes API");
        for (Volume volume : pod.getVolumes()) {
            require(volume.getHostPath() == null, who + ": mounts a path of the host");
            require(
                    volume.getSecret() == null
                            || "atoll-token".equals(volume.getSecret().getSecretName()),
                    who + ": mounts a secret that the guide does not make");
        }
    }

    private void container(String who, Container container) {
        SecurityContext security =
                Objects.requireNonNullElseGet(container.getSecurityContext(), SecurityContext::new);
        require(
                Boolean.TRUE.equals(security.getReadOnlyRootFilesystem()),
                who + ": may write its root file system");
        require(
                Boolean.FALSE.equals(security.getAllowPrivilegeEscalation()),
                who + ": may gain privileges");
        require(
                security.getCapabilities() != null
                        && security.getCapabilities().getDrop().contains("ALL")
                        && security.getCapabilities().getAdd().isEmpty(),
                who + ": keeps capabilities");

        probe(who + ": startup probe", container, container.getStartupProbe());
        probe(who + ": readiness probe", container, container.getReadinessProbe());
        probe(who + ": liveness probe", container, container.getLivenessProbe());

        ResourceRequirements resources =
                Objects.requireNonNullElseGet(container.getResources(), ResourceRequirements::new);
        for (String resource : List.of("cpu", "memory")) {
            resource(who + ": " + resource, resource, resources);
        }
    }

    private void resource(String who, String resource, ResourceRequirements resources) {
        Map<String, Quantity> requests =
                Objects.requireNonNullElse(resources.getRequests(), Map.of());
        Map<String, Quantity> limits = Objects.requireNonNullElse(resources.getLimits(), Map.of());
        Quantity request = requests.get(resource);
        Quantity limit = limits.get(resource);
        require(request != null, who + " has no request");
        require(limit != null, who + " has no limit");
        if (request != null && limit != null) {
            require(
                    request.getNumericalAmount().compareTo(limit.getNumericalAmount()) <= 0,
                    who + " has a request above its limit");
        }
    }

    private void probe(String who, Container container, Probe probe) {
        if (probe == null || probe.getHttpGet() == null) {
            faults.add(who + " is missing");
            return;
        }
        IntOrString port = probe.getHttpGet().getPort();
        require(
                container.getPorts().stream().anyMatch(declared -> Workload.is(declared, port)),
                who + " asks a port that the container does not declare");
    }

    private void volumes(String who, Container container, Set<String> volumes) {
        for (VolumeMount mount : container.getVolumeMounts()) {
            require(
                    volumes.contains(mount.getName()),
                    who + ": mounts a volume that is not there: " + mount.getName());
        }
    }

    private void headless(Workload workload, String serviceName) {
        require(
                manifests
                        .all(Service.class)
                        .filter(service -> service.getMetadata().getName().equals(serviceName))
                        .anyMatch(service -> "None".equals(service.getSpec().getClusterIP())),
                workload.name() + ": its service must exist and be headless: " + serviceName);
    }

    private long budgets(Workload workload) {
        return manifests
                .all(PodDisruptionBudget.class)
                .filter(it -> workload.matches(it.getSpec().getSelector().getMatchLabels()))
                .count();
    }

    private void service(Service service) {
        String who = "Service " + service.getMetadata().getName();
        List<Workload> behind = selected(who, service.getSpec().getSelector());
        for (ServicePort port : service.getSpec().getPorts()) {
            IntOrString target =
                    Objects.requireNonNullElseGet(
                            port.getTargetPort(), () -> new IntOrString(port.getPort()));
            require(
                    behind.stream().allMatch(workload -> workload.listensOn(target)),
                    who + ": port " + port.getName() + " leads to no port of its pods");
        }
    }

    private void budget(PodDisruptionBudget budget) {
        selected(
                "PodDisruptionBudget " + budget.getMetadata().getName(),
                budget.getSpec().getSelector().getMatchLabels());
    }

    private void policy(NetworkPolicy policy) {
        String who = "NetworkPolicy " + policy.getMetadata().getName();
        List<Workload> here = selected(who, labels(policy.getSpec().getPodSelector()));
        policy.getSpec()
                .getIngress()
                .forEach(rule -> {
                    rule.getFrom().forEach(peer -> peer(who, peer));
                    ports(who, here, rule.getPorts());
                });
        policy.getSpec()
                .getEgress()
                .forEach(rule ->
                        rule.getTo().forEach(peer -> ports(who, peer(who, peer), rule.getPorts())));
    }

    /** The workloads of this namespace that a peer means; empty for peers elsewhere. */
    private List<Workload> peer(String who, NetworkPolicyPeer peer) {
        return peer.getPodSelector() == null || peer.getNamespaceSelector() != null
                ? List.of()
                : selected(who, labels(peer.getPodSelector()));
    }

    private void ports(String who, List<Workload> listeners, List<NetworkPolicyPort> ports) {
        for (NetworkPolicyPort port : ports) {
            require(
                    listeners.stream().allMatch(workload -> workload.listensOn(port.getPort())),
                    who + ": nothing listens on its port");
        }
    }

    private List<Workload> selected(String who, Map<String, String> labels) {
        List<Workload> selected =
                workloads.stream().filter(workload -> workload.matches(labels)).toList();
        require(!selected.isEmpty(), who + ": its selector matches nothing");
        return selected;
    }

    private void names() {
        require(
                manifests.all(Secret.class).findAny().isEmpty(),
                "a secret stands among the manifests");
        Set<String> seen = new HashSet<>();
        manifests.objects().stream()
                .map(object -> object.getKind() + " " + object.getMetadata().getName())
                .filter(name -> !seen.add(name))
                .forEach(name -> faults.add(name + " stands twice"));
        manifests.objects().stream()
                .filter(object -> !object.getKind().equals("Namespace"))
                .filter(object -> !"atoll".equals(object.getMetadata().getNamespace()))
                .forEach(object -> faults.add(object.getKind() + " outside the namespace"));
    }

    private static Map<String, String> labels(LabelSelector selector) {
        return Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
    }

    private void require(boolean condition, String fault) {
        if (!condition) {
            faults.add(fault);
        }
    }
}
