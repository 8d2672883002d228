package dev.atoll.system.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What runs pods.
 *
 * @param name kind and name, for people
 * @param serviceName the service that gives its pods their names; empty where none does
 * @param claims the volumes that each pod gets for itself
 */
record Workload(
        String name,
        LabelSelector selector,
        PodTemplateSpec template,
        Optional<String> serviceName,
        List<PersistentVolumeClaim> claims) {

    static Optional<Workload> of(HasMetadata object) {
        String name = object.getKind() + " " + object.getMetadata().getName();
        return switch (object) {
            case Deployment deployment ->
                    Optional.of(
                            new Workload(
                                    name,
                                    deployment.getSpec().getSelector(),
                                    deployment.getSpec().getTemplate(),
                                    Optional.empty(),
                                    List.of()));
            case StatefulSet set ->
                    Optional.of(
                            new Workload(
                                    name,
                                    set.getSpec().getSelector(),
                                    set.getSpec().getTemplate(),
                                    Optional.of(set.getSpec().getServiceName()),
                                    set.getSpec().getVolumeClaimTemplates()));
            default -> Optional.empty();
        };
    }

    PodSpec pod() {
        return template.getSpec();
    }

    List<Container> containers() {
        return Stream.concat(pod().getInitContainers().stream(), pod().getContainers().stream())
                .toList();
    }

    /** Whether its pods carry all these labels. */
    boolean matches(Map<String, String> labels) {
        return template.getMetadata().getLabels().entrySet().containsAll(labels.entrySet());
    }

    /** Whether one of its containers declares the port, by number or by name. */
    boolean listensOn(IntOrString port) {
        return containers().stream()
                .flatMap(container -> container.getPorts().stream())
                .anyMatch(declared -> is(declared, port));
    }

    static boolean is(ContainerPort declared, IntOrString port) {
        return port.getStrVal() != null
                ? port.getStrVal().equals(declared.getName())
                : declared.getContainerPort().equals(port.getIntVal());
    }
}
