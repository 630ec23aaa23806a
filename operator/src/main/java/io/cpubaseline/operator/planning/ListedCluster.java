package io.cpubaseline.operator.planning;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LiveCluster;
import io.cpubaseline.manifest.ManifestFile;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Clients;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.kube.Kubeconfig;
import io.cpubaseline.operator.kube.PreparedClient;
import io.cpubaseline.operator.logging.LogFormat;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A cluster by its API server: every kind is listed page by page, and while one page is read, the API server makes the next one. */
public final class ListedCluster implements LiveCluster {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    /** More than any page takes. */
    private static final Duration LONGEST_PAGE = Duration.ofMinutes(5);

    /** A node of a big cluster has 50 kB of JSON, and a page is held as a whole. */
    private static final int PAGE = 100;

    private static final int NOT_FOUND = 404;
    private static final String INSTEAD = "; -f reads files instead";

    /** Without it the answer says less, or rests on less. */
    private enum Kind {
        NODES("Nodes", "/api/v1/nodes"),
        NODE_FEATURES("NodeFeatures", "/apis/nfd.k8s-sigs.io/v1alpha1/nodefeatures"),
        BASELINES("ClusterCpuBaselines", "/apis/cpubaseline.io/v1alpha1/clustercpubaselines"),
        KUBEVIRTS("KubeVirts", "/apis/kubevirt.io/v1/kubevirts"),
        HYPERCONVERGEDS("HyperConvergeds", "/apis/hco.kubevirt.io/v1beta1/hyperconvergeds"),
        INSTANCES("VirtualMachineInstances", "/apis/kubevirt.io/v1/virtualmachineinstances");

        private final String plural;
        private final String path;

        Kind(String plural, String path) {
            this.plural = plural;
            this.path = path;
        }
    }

    @Override
    public void read(Address address, Pages pages) throws IOException {
        LogFormat.silence();
        PreparedClient.Connected connected;
        try {
            connected = PreparedClient.to(address.kubeconfig(), address.context());
        } catch (Kubeconfig.Unusable e) {
            throw new InputException(e.getMessage() + INSTEAD);
        }
        try (KubernetesClient client = connected.client()) {
            ApiServer api = new ApiServer(client, REQUEST_TIMEOUT);
            for (Kind kind : Kind.values()) {
                if (kind != Kind.INSTANCES || address.guests()) {
                    list(api, connected.config(), kind, pages);
                }
            }
        }
    }

    private static void list(ApiServer api, Config config, Kind kind, Pages pages) throws IOException {
        ApiServer.@Nullable Opening asked = ask(api, kind, "");
        while (asked != null) {
            byte[] page;
            try (InputStream body = asked.stream(raw -> {})) {
                page = body.readAllBytes();
            } catch (ApiServer.Unsuccessful e) {
                refused(kind, e, pages);
                return;
            } catch (IOException e) {
                throw new InputException(Clients.cantBeAsked(config, e) + INSTEAD);
            }
            String more = continuation(page);
            asked = more.isEmpty() ? null : ask(api, kind, "&continue=" + ApiServer.encoded(more));
            pages.take(ManifestFile.json("the cluster's " + kind.plural, new ByteArrayInputStream(page)));
        }
    }

    private static ApiServer.Opening ask(ApiServer api, Kind kind, String query) {
        return api.ask(kind.path + "?limit=" + PAGE + query, LONGEST_PAGE);
    }

    private static void refused(Kind kind, ApiServer.Unsuccessful refusal, Pages pages) {
        if (kind == Kind.NODES) {
            throw new InputException("the cluster doesn't list its nodes: " + refusal.getMessage() + INSTEAD);
        }
        if (refusal.answer().code() != NOT_FOUND) {
            pages.untold("%s are left out, since the cluster doesn't list them: %s"
                    .formatted(kind.plural, refusal.getMessage()));
        }
    }

    /** Where a list goes on, which the API server writes before the items; empty at its end. */
    private static String continuation(byte[] page) throws IOException {
        try (JsonParser parser = Json.MAPPER.getFactory().createParser(page)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME
                    && !parser.currentName().equals("items")) {
                boolean metadata = parser.currentName().equals("metadata");
                parser.nextToken();
                if (metadata) {
                    JsonNode list = Json.MAPPER.readTree(parser);
                    return list.path("continue").asText();
                }
                parser.skipChildren();
            }
        }
        return "";
    }
}
