package io.cpubaseline.operator.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.kube.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * The VirtualMachines of a run. Their readiness probe asks the guest itself whether it still counts, whether stress-ng found a wrong result, and
 * whether its flags are those that are promised: kubelet asks, virt-launcher's pod is ready or not, and virt-controller copies that into the
 * condition {@code Ready} of the instance ({@code syncReadyConditionFromPod} in pkg/virt-controller/watch/vmi/lifecycle.go of KubeVirt 1.8.4). So
 * nobody has to log in, and neither a guest agent nor access to the pods' network is needed.
 */
final class GuestManifest {

    /** Where the guest answers. */
    private static final int PORT = 8080;

    private static final String PYTHON = "/usr/local/bin/cpu-baseline-guest";
    private static final String DISK = "disk";
    private static final String CLOUD_INIT = "cloud-init";

    /**
     * What all guests of a run have in common.
     *
     * @param image a container disk: a cloud image with cloud-init, systemd and Python 3
     * @param storageClass of the volume that the image is copied into; empty to run from the container disk itself
     * @param model the CPU model
     * @param features the required features
     * @param flags what {@code /proc/cpuinfo} has to show
     * @param placement {@code spec.nodeSelector} of the baseline; a missing node if it has none
     */
    record Common(
            String image,
            String storageClass,
            String model,
            List<String> features,
            List<String> flags,
            JsonNode placement) {

        /** Makes the lists immutable. */
        Common {
            features = List.copyOf(features);
            flags = List.copyOf(flags);
        }
    }

    private GuestManifest() {}

    /**
     * A guest.
     *
     * @param vendor of the CPUs that it runs on
     * @param mine what marks it as one of the run's objects
     */
    static ObjectNode of(Common common, String vendor, String name, RunMarks mine) {
        ObjectNode machine = Json.MAPPER
                .createObjectNode()
                .put("apiVersion", "kubevirt.io/v1")
                .put("kind", "VirtualMachine");
        mine.mark(machine, name);
        // No baseline has to look after it: it carries one already, for as long as it lives.
        machine.withObject("/metadata/annotations").put("cpubaseline.io/skip", "true");
        ObjectNode spec = machine.putObject("spec").put("runStrategy", "Always");
        ObjectNode template = spec.putObject("template");
        template.putObject("metadata").putObject("labels").put(RunMarks.LABEL, mine.run());
        ObjectNode guest = template.putObject("spec").put("terminationGracePeriodSeconds", 0);
        if (!vendor.isEmpty()) {
            guest.putObject("nodeSelector").put("cpu-vendor.node.kubevirt.io/" + vendor, "true");
        }
        place(guest, common.placement());
        domain(guest.putObject("domain"), common);
        guest.putArray("networks").addObject().put("name", "default").putObject("pod");
        ObjectNode probe = guest.putObject("readinessProbe")
                .put("periodSeconds", 2)
                .put("timeoutSeconds", 2)
                .put("failureThreshold", 2);
        probe.putObject("httpGet").put("path", "/").put("port", PORT);
        volumes(spec, guest, common, name, mine);
        return machine;
    }

    private static void domain(ObjectNode domain, Common common) {
        ObjectNode cpu = domain.putObject("cpu").put("cores", 2).put("model", common.model());
        if (!common.features().isEmpty()) {
            var features = cpu.putArray("features");
            common.features()
                    .forEach(
                            feature -> features.addObject().put("name", feature).put("policy", "require"));
        }
        domain.putObject("memory").put("guest", "4Gi");
        ObjectNode devices = domain.putObject("devices");
        var disks = devices.putArray("disks");
        for (String disk : List.of(DISK, CLOUD_INIT)) {
            disks.addObject().put("name", disk).putObject("disk").put("bus", "virtio");
        }
        devices.putArray("interfaces").addObject().put("name", "default").putObject("masquerade");
        devices.putObject("rng");
    }

    /** The nodes that the baseline means, as an affinity: label selectors have the operators of node affinities. */
    private static void place(ObjectNode guest, JsonNode selector) {
        var terms = Json.MAPPER.createArrayNode();
        selector.path("matchLabels").properties().forEach(label -> {
            ObjectNode term = terms.addObject().put("key", label.getKey()).put("operator", "In");
            term.putArray("values").add(label.getValue().asText());
        });
        selector.path("matchExpressions").forEach(terms::add);
        if (!terms.isEmpty()) {
            guest.putObject("affinity")
                    .putObject("nodeAffinity")
                    .putObject("requiredDuringSchedulingIgnoredDuringExecution")
                    .putArray("nodeSelectorTerms")
                    .addObject()
                    .set("matchExpressions", terms);
        }
    }

    private static void volumes(ObjectNode spec, ObjectNode guest, Common common, String name, RunMarks mine) {
        var volumes = guest.putArray("volumes");
        ObjectNode disk = volumes.addObject().put("name", DISK);
        if (common.storageClass().isEmpty()) {
            disk.putObject("containerDisk").put("image", common.image());
        } else {
            disk.putObject("dataVolume").put("name", name);
            ObjectNode volume = spec.putArray("dataVolumeTemplates").addObject();
            volume.putObject("metadata").put("name", name);
            ObjectNode copied = volume.putObject("spec");
            copied.putObject("source").putObject("registry").put("url", "docker://" + common.image());
            ObjectNode storage = copied.putObject("storage").put("storageClassName", common.storageClass());
            // KubeVirt migrates a guest only where both nodes can have its volume.
            storage.putArray("accessModes").add("ReadWriteMany");
            storage.putObject("resources").putObject("requests").put("storage", "12Gi");
        }
        volumes.addObject()
                .put("name", CLOUD_INIT)
                .putObject("cloudInitNoCloud")
                .putObject("secretRef")
                .put("name", mine.name());
    }

    /** What cloud-init does in the guests. KubeVirt takes no more than 2048 bytes in the machine itself, a Secret has no such limit. */
    static ObjectNode secret(Common common, RunMarks mine) {
        ObjectNode secret =
                Json.MAPPER.createObjectNode().put("apiVersion", "v1").put("kind", "Secret");
        mine.mark(secret, mine.name());
        secret.putObject("stringData").put("userdata", userData(common.flags()));
        return secret;
    }

    /** JSON is YAML, which cloud-init reads. The unit starts it at every boot: one that comes after the first is a complaint. */
    static String userData(List<String> flags) {
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.putArray("packages").add("stress-ng");
        var files = config.putArray("write_files");
        files.addObject().put("path", PYTHON).put("permissions", "0755").put("content", script());
        ObjectNode promise = Json.MAPPER.createObjectNode();
        flags.forEach(promise.putArray("flags")::add);
        files.addObject().put("path", "/etc/cpu-baseline/promise.json").put("content", Json.text(promise));
        files.addObject()
                .put("path", "/etc/systemd/system/cpu-baseline-guest.service")
                .put("content", """
                [Unit]
                Description=Load, a counter and its answers, for cpu-baseline verify
                After=network.target
                [Service]
                ExecStart=/usr/bin/env python3 %s %d
                [Install]
                WantedBy=multi-user.target
                """.formatted(PYTHON, PORT));
        var commands = config.putArray("runcmd");
        commands.add("systemctl daemon-reload");
        commands.add("systemctl enable --now cpu-baseline-guest.service");
        return "#cloud-config\n" + Json.text(config) + "\n";
    }

    private static String script() {
        try (InputStream script = Objects.requireNonNull(GuestManifest.class.getResourceAsStream("guest.py"))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
