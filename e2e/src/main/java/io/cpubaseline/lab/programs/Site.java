package io.cpubaseline.lab.programs;

import io.cpubaseline.lab.process.LabProcess;
import io.cpubaseline.lab.process.Programs;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a program needs of the lab that it runs in. A site belongs to the thread that has started its lab. */
public interface Site {
    /** Where the lab keeps its files: {@code kubeconfig}, {@code audit.log}, and a log per program. */
    Path directory();

    /** Where the built programs are. */
    Programs programs();

    /** The administrator's kubeconfig file. */
    Path kubeconfig();

    /**
     * A kubeconfig file for a service account, valid for a day. What it may do is what its roles say.
     *
     * @throws io.cpubaseline.lab.process.LabException when there is no such service account
     */
    Path kubeconfigFor(String namespace, String serviceAccount);

    /** The administrator's client. It is closed with the lab. */
    KubernetesClient client();

    /**
     * Creates objects, or brings existing ones to what the text says, as the administrator and by server-side apply.
     *
     * @param yaml one or more documents
     */
    void apply(String yaml);

    /** A certificate for 127.0.0.1 and localhost, followed by its authority's: for any program that serves. */
    Path servingCertificate();

    /** The key of {@link #servingCertificate}. */
    Path servingKey();

    /**
     * Starts a program in the lab's directory; it lives as long as the lab does.
     *
     * @param name names its log, {@code NAME.log}, and its process id, {@code NAME.pid}
     * @param environment beside this process' own
     * @param command the program and its arguments
     * @throws io.cpubaseline.lab.process.LabException if it can't be started
     */
    LabProcess launch(String name, Map<String, String> environment, List<String> command);

    /** Starts a component's program with these arguments. */
    default LabProcess launch(Component component, Map<String, String> environment, List<String> arguments) {
        return launch(
                component.program(),
                environment,
                Stream.concat(Stream.of(programs().path(component.program()).toString()), arguments.stream())
                        .toList());
    }
}
