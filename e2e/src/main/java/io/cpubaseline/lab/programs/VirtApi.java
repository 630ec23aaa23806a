package io.cpubaseline.lab.programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cpubaseline.lab.objects.Yaml;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.LabProcess;
import io.cpubaseline.lab.process.Ports;
import io.cpubaseline.lab.process.Wait;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * KubeVirt's API: the webhooks for VMs and instances, and the subresources (restart, expand-spec and the like). With it come the
 * objects that virt-operator would have installed.
 */
public final class VirtApi {
    static final String NAMESPACE = "kubevirt";

    private static final String HANDLER_PORT = "virt-handler.port";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Site site;
    private final int port = Ports.free();

    private VirtApi(Site site) {
        this.site = site;
    }

    public static LabProcess start(Site site) {
        return new VirtApi(site).start();
    }

    /** Where virt-api looks for virt-handler on every node, by the address of its pod there. */
    public static int handlerPort(Site site) {
        return Integer.parseInt(Directories.text(site.directory().resolve(HANDLER_PORT)));
    }

    private LabProcess start() {
        site.apply(Yaml.resource("kubevirt/installation.yaml"));
        // KubeVirt's programs ignore its configuration until the status says that it is installed.
        site.client()
                .resource(Yaml.objects("status.yaml", Yaml.resource("kubevirt/status.yaml"))
                        .get(0))
                .patchStatus();
        applyCertificateAuthority();
        String certificate = site.servingCertificate().toString();
        String key = site.servingKey().toString();
        int handlerPort = Ports.free();
        Directories.write(site.directory().resolve(HANDLER_PORT), Integer.toString(handlerPort));
        LabProcess process = site.launch(
                Component.VIRT_API,
                Map.of("POD_NAMESPACE", NAMESPACE),
                List.of(
                        "--kubeconfig=" + site.kubeconfigFor(NAMESPACE, "kubevirt-apiserver"),
                        "--listen=127.0.0.1",
                        "--port=" + port,
                        "--console-server-port=" + handlerPort,
                        "--tls-cert-file=" + certificate,
                        "--tls-key-file=" + key,
                        "--handler-cert-file=" + certificate,
                        "--handler-key-file=" + key));
        await(process, "does not listen", () -> Ports.isOpen(port));
        // Not earlier: the API server would take a long time to look again, and while webhooks don't answer nobody can
        // write a VM.
        site.apply(Yaml.resource("kubevirt/api-services.yaml").replace("PORT", Integer.toString(port)));
        Yaml.objects("webhooks.yaml", Directories.text(site.programs().path("webhooks.yaml")))
                .forEach(this::applyWebhooks);
        await(process, "does not serve its subresources", this::servesSubresources);
        await(process, "is not called by the API server", this::callsWebhooks);
        return process;
    }

    private void applyCertificateAuthority() {
        site.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("kubevirt-ca")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .addToData("ca-bundle", Directories.text(site.servingCertificate()))
                        .build())
                .forceConflicts()
                .serverSideApply();
    }

    private void applyWebhooks(HasMetadata configuration) {
        if (configuration instanceof MutatingWebhookConfiguration mutating) {
            mutating.getWebhooks().forEach(webhook -> redirect(webhook.getClientConfig()));
        } else if (configuration instanceof ValidatingWebhookConfiguration validating) {
            validating.getWebhooks().forEach(webhook -> redirect(webhook.getClientConfig()));
        }
        site.client().resource(configuration).forceConflicts().serverSideApply();
    }

    /** From the service in a cluster to the process here. */
    private void redirect(WebhookClientConfig client) {
        client.setUrl("https://127.0.0.1:" + port + client.getService().getPath());
        client.setService(null);
        client.setCaBundle(Base64.getEncoder()
                .encodeToString(Directories.text(site.servingCertificate()).getBytes(UTF_8)));
    }

    private boolean servesSubresources() {
        try {
            return site.client().raw("/apis/subresources.kubevirt.io/v1") != null;
        } catch (KubernetesClientException notYet) {
            return false;
        }
    }

    /** The API server learns of configurations a little later, of each kind by itself. */
    private boolean callsWebhooks() {
        GenericKubernetesResource vm = dryRun("devices: {}");
        boolean mutated = "amd64".equals(vm.get("spec", "template", "spec", "architecture"));
        try {
            dryRun("devices: {disks: [{name: without-a-volume}]}");
            return false;
        } catch (KubernetesClientException e) {
            return mutated && String.valueOf(e.getMessage()).contains("admission webhook");
        }
    }

    private GenericKubernetesResource dryRun(String devices) {
        HasMetadata vm = Yaml.objects("a VM", """
                        apiVersion: kubevirt.io/v1
                        kind: VirtualMachine
                        metadata: {name: probe, namespace: default}
                        spec:
                          runStrategy: Halted
                          template:
                            spec:
                              domain:
                                memory: {guest: 64Mi}
                                %s
                        """.formatted(devices)).get(0);
        return (GenericKubernetesResource) site.client().resource(vm).dryRun().create();
    }

    private static void await(LabProcess process, String otherwise, BooleanSupplier condition) {
        Wait.until(
                () -> {
                    process.checkRunning();
                    return condition.getAsBoolean();
                },
                PATIENCE,
                () -> "virt-api " + otherwise + ". " + process.lastLines());
    }
}
