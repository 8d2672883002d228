/** What is promised of the manifests in k8s/, checked without a cluster. */
@NullMarked
package dev.atoll.system.kubernetes;

import org.jspecify.annotations.NullMarked;
