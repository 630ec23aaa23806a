package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;
import static io.cpubaseline.cli.html.Html.text;

import io.cpubaseline.api.v1alpha1.CapacityReport;
import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.html.Html.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How much of the nodes' cores and memory virtual machines with the baseline can use. */
final class CapacitySection {

    private static final int ROW = 46;
    private static final int WIDTH = 360;
    private static final String NO_MEMORY = "0";

    private CapacitySection() {}

    private record Share(Scope scope, CapacityReport capacity) {}

    static Optional<Section> of(Findings findings) {
        List<Share> shares = new ArrayList<>();
        for (Scope scope : findings.answered()) {
            CapacityReport capacity = scope.status().capacity();
            if (capacity != null) {
                shares.add(new Share(scope, capacity));
            }
        }
        if (shares.isEmpty()) {
            return Optional.empty();
        }
        List<Html> content = new ArrayList<>();
        if (shares.stream().anyMatch(share -> share.capacity().cores() > 0)) {
            content.add(element(
                            "figure",
                            chart(shares),
                            element("figcaption", "Cores of nodes that can take the baseline now, of all cores."))
                    .of("figure"));
        }
        Grid grid = new Grid("capacity-table", "Cores and memory that nodes give to virtual machines and pods")
                .column("Baseline")
                .numbers("Cores that can take it now")
                .numbers("All cores")
                .numbers("Memory that can take it now")
                .numbers("All memory");
        for (Share share : shares) {
            CapacityReport capacity = share.capacity();
            boolean memory = !capacity.memory().equals(NO_MEMORY);
            grid.row(
                    text(share.scope().name()),
                    Grid.number(capacity.schedulableCores()),
                    Grid.number(capacity.cores()),
                    number(memory ? capacity.schedulableMemory() : "not told"),
                    number(memory ? capacity.memory() : "not told"));
        }
        content.add(grid.html());
        return Optional.of(new Section("capacity", "Capacity", content));
    }

    private static Element number(String text) {
        return Grid.cell(text).of("number");
    }

    private static Html chart(List<Share> shares) {
        List<Html> shapes = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            CapacityReport capacity = shares.get(i).capacity();
            long width = capacity.cores() == 0
                    ? 0
                    : Math.round((double) WIDTH * capacity.schedulableCores() / capacity.cores());
            String words1 = "%s of %s cores"
                    .formatted(Words.number(capacity.schedulableCores()), Words.number(capacity.cores()));
            shapes.add(Parts.label(
                    0, i * ROW + 14, "label strong", shares.get(i).scope().name()));
            shapes.add(Parts.label(WIDTH, i * ROW + 14, "label", words1).with("text-anchor", "end"));
            shapes.add(bar(i * ROW + 21, WIDTH, "track"));
            if (width > 0) {
                shapes.add(bar(i * ROW + 21, Math.max(4, width), "bar chosen"));
            }
            words.add("%s: %s".formatted(shares.get(i).scope().name(), words1));
        }
        return Parts.drawing(
                "capacity-chart",
                "Cores that can take the baseline now",
                String.join("; ", words) + ".",
                WIDTH,
                shares.size() * ROW,
                shapes);
    }

    private static Element bar(int y, long width, String cssClass) {
        return element("rect")
                .with("x", 0)
                .with("y", y)
                .with("width", width)
                .with("height", 12)
                .with("rx", 3)
                .of(cssClass);
    }
}
