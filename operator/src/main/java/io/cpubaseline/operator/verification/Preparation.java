package io.cpubaseline.operator.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.LinuxFlags;
import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.BaselineDeserializer;
import io.cpubaseline.operator.whynot.Foresight;
import io.cpubaseline.report.SpecReader;
import io.cpubaseline.report.StatusReport;
import io.cpubaseline.verification.Domain;
import io.cpubaseline.verification.Place;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a run has to do, found out before anything is made.
 *
 * @param baseline the baseline's name
 * @param pin what is verified
 * @param domains what has to be visited
 * @param guests what all guests have in common
 * @param hostnames by node, the label by which a migration is sent there
 * @param remarks what could not be looked at, a sentence each
 */
record Preparation(
        String baseline,
        Pin pin,
        List<Domain> domains,
        GuestManifest.Common guests,
        Map<String, String> hostnames,
        List<String> remarks) {

    private static final String BASELINES =
            "/apis/%s/%s/clustercpubaselines/".formatted(ClusterCpuBaseline.GROUP, ClusterCpuBaseline.VERSION);
    private static final ObjectMapper MAPPER = new ObjectMapper().registerModule(BaselineDeserializer.module());
    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final int NOT_FOUND = 404;

    /** Makes the collections immutable. */
    Preparation {
        domains = List.copyOf(domains);
        hostnames = Map.copyOf(hostnames);
        remarks = List.copyOf(remarks);
    }

    /**
     * Finds it out.
     *
     * @param name of the baseline
     * @param image of the guests
     * @param storageClass of the guests; empty for container disks
     * @param namespace of the guests
     * @param progress where to say what is being read, if that takes long
     * @throws Ended if there is nothing to verify
     * @throws IOException if the cluster can't be asked
     */
    static Preparation of(
            ApiServer api, String name, String image, String storageClass, String namespace, PrintWriter progress)
            throws IOException, Ended {
        Answer answer = ApiServer.await(api.get(BASELINES + ApiServer.encoded(name)));
        if (answer.code() == NOT_FOUND) {
            throw new Ended(
                    "there is no ClusterCpuBaseline %s; kubectl get ccb lists those that there are".formatted(name));
        }
        if (!answer.succeeded()) {
            throw new IOException(answer.message());
        }
        ClusterCpuBaseline baseline = MAPPER.convertValue(answer.body(), ClusterCpuBaseline.class);
        Pin pin = StatusReport.remembered(baseline.getStatus()).pinned();
        if (pin == null) {
            throw new Ended("%s has no pinned baseline yet: kubectl describe ccb %s says why".formatted(name, name));
        }
        CpuCatalog catalog = CatalogLoader.catalog();
        GuestManifest.Common guests = new GuestManifest.Common(
                image,
                storageClass,
                pin.cpuModel(),
                pin.requiredFeatures().names(),
                LinuxFlags.shown(promised(pin, catalog)),
                answer.body().at("/spec/nodeSelector"));
        Foresight foresight = Foresight.of(api, progress);
        List<NodeCpu> nodes = SpecReader.read(spec(baseline), catalog, Set.of(pin.cpuModel()), pin.requiredFeatures())
                .select(foresight.nodes())
                .stream()
                .filter(node -> node.amd64() && node.linux() && node.schedulable() != Truth.UNKNOWN)
                .toList();
        List<Domain> domains =
                Domain.of(places(foresight, nodes, guests, namespace), pin.vendor() == null ? "" : pin.vendor());
        Map<String, String> hostnames = new HashMap<>();
        nodes.forEach(node -> hostnames.put(node.name(), node.labels().getOrDefault(HOSTNAME, node.name())));
        return new Preparation(name, pin, domains, guests, hostnames, foresight.remarks());
    }

    private static ClusterCpuBaselineSpec spec(ClusterCpuBaseline baseline) throws Ended {
        ClusterCpuBaselineSpec spec = baseline.getSpec();
        if (spec == null) {
            throw new Ended("%s has no spec".formatted(baseline.getMetadata().getName()));
        }
        return spec;
    }

    /**
     * The features that programs in a guest rely on: those of its level, and what is required beside the model. What else a model has may be
     * hidden by KubeVirt (mpx) or by the guest's own kernel (rtm).
     */
    private static FeatureSet promised(Pin pin, CpuCatalog catalog) {
        return catalog.levels().features(pin.level()).union(pin.requiredFeatures());
    }

    private static List<Place> places(
            Foresight foresight, List<NodeCpu> nodes, GuestManifest.Common guests, String namespace)
            throws IOException {
        Map<String, List<NodeCpu>> byVendor =
                nodes.stream().collect(Collectors.groupingBy(Preparation::vendor, TreeMap::new, Collectors.toList()));
        List<Place> places = new ArrayList<>();
        for (Map.Entry<String, List<NodeCpu>> vendor : byVendor.entrySet()) {
            JsonNode guest =
                    GuestManifest.of(guests, vendor.getKey(), "foreseen", new RunMarks("foreseen", namespace, ""));
            SortedMap<String, String> obstacles = foresight.obstacles(guest, vendor.getValue());
            obstacles.forEach((node, words) ->
                    places.add(new Place(node, vendor.getKey(), words.isEmpty() ? "" : "kept off it by: " + words)));
        }
        return places;
    }

    /** Of several labels KubeVirt takes any; one of them is stale. */
    private static String vendor(NodeCpu node) {
        return node.evidence().labelledVendors().stream().sorted().findFirst().orElse("");
    }
}
