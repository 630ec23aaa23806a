package io.cpubaseline.operator.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.testing.BrokenFiles;
import io.cpubaseline.operator.testing.EveryField;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code vms -f} refuses what it can't read, and never answers by half of it. */
class VmsBrokenFilesTest {

    private final BrokenFiles vms = new BrokenFiles(VmsCommand::new);

    static Stream<Path> mistakes() throws IOException {
        return BrokenFiles.mistakes();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void what_a_plan_refuses_it_refuses_too(Path mistake) {
        vms.isRefused(mistake);
    }

    @Tag("thorough")
    @Test
    void no_answer_rests_on_a_value_of_another_type() {
        assertThat(vms.run(EveryField.objects(), "-f", "-").code()).isZero();

        vms.noAnswerRestsOnAValueOfAnotherType();
    }
}
