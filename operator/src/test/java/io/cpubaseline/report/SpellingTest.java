package io.cpubaseline.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.change.Story;
import io.cpubaseline.cpu.CpuModel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which name somebody may have meant. */
class SpellingTest {

    private static final List<String> MODELS =
            Story.PLANNER.catalog().models().stream().map(CpuModel::name).toList();

    @ParameterizedTest
    @CsvSource({
        "Broadwel-noTSX, Broadwell-noTSX",
        "broadwell-notsx, Broadwell-noTSX",
        "Broadwell-noTXS, Broadwell-noTSX",
        "Cascadelake-Server-noTSXX, Cascadelake-Server-noTSX",
        "EPYC-Millan, EPYC-Milan",
        "Icelake-Serv, Icelake-Server"
    })
    void the_nearest_by_spelling_is_suggested(String written, String meant) {
        assertThat(Spelling.nearest(written, MODELS)).contains(meant);
    }

    @Test
    void a_letter_left_out_of_any_model_s_name_leads_back_to_one_that_is_as_near() {
        for (String model : MODELS) {
            for (int i = 0; i < model.length(); i++) {
                String written = model.substring(0, i) + model.substring(i + 1);
                if (written.length() >= 4 && !MODELS.contains(written)) {
                    assertThat(Spelling.nearest(written, MODELS))
                            .hasValueSatisfying(nearest -> assertThat(Spelling.distance(written, nearest))
                                    .as("%s for %s", nearest, written)
                                    .isLessThanOrEqualTo(1));
                }
            }
        }
    }

    @Test
    void what_is_like_nothing_suggests_nothing() {
        assertThat(Spelling.nearest("host-model", MODELS)).isEmpty();
        assertThat(Spelling.nearest("B".repeat(100_000), MODELS)).isEmpty();
    }
}
