package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.text;

import io.cpubaseline.cli.html.Html.Element;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.GuestNeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which guest operating systems run. */
final class GuestSection {

    private GuestSection() {}

    static Optional<Section> of(Findings findings) {
        List<Scope> scopes = findings.answered();
        if (scopes.isEmpty()) {
            return Optional.empty();
        }
        Grid grid = new Grid("guest-systems", "Guest operating systems that need a level to start")
                .column("Guest")
                .column("Needs");
        scopes.forEach(scope -> grid.column(findings.severalVendors() ? scope.name() : "With the baseline"));
        for (GuestNeed need : findings.guests()) {
            List<Element> cells = new ArrayList<>();
            cells.add(Grid.cell(Parts.level(need.level())));
            scopes.forEach(scope -> cells.add(cell(scope.given().orElseThrow().level(), need)));
            grid.row(text(need.guest()), cells);
        }
        return Optional.of(
                Section.of(
                        "guests",
                        "Guest operating systems",
                        grid.html(),
                        Parts.paragraph(
                                "Systems that are not listed here ask for no more than x86-64-v1, or have not been looked at.")));
    }

    private static Element cell(AbiLevel level, GuestNeed need) {
        return level.atLeast(need.level())
                ? Grid.cell(Parts.tag("RUNS", "good"))
                : Grid.cell(Parts.tag("WILL NOT RUN", "act"));
    }
}
