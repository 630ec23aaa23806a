package io.cpubaseline.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of the nodes a baseline can use. */
class CapacityShareTest {

    @ParameterizedTest(name = "{0} of {1} mCPU, {2} of {3} bytes, at least {4} %: {5}")
    @CsvSource({
        "500, 1000, 500, 1000, 50, true",
        "499, 1000, 500, 1000, 50, false",
        "500, 1000, 499, 1000, 50, false",
        "0, 1000, 0, 1000, 0, true",
        "1000, 1000, 1000, 1000, 100, true",
        "999, 1000, 1000, 1000, 100, false",
        "0, 0, 0, 0, 100, true",
        "0, 0, 10, 20, 51, false",
        "9223372036854775807, 9223372036854775807, 1, 1, 100, true"
    })
    void both_cores_and_memory_count_as_far_as_they_are_known(
            long cores, long allCores, long memory, long allMemory, int percent, boolean reached) {
        // When
        CapacityShare share = new CapacityShare(new NodeCapacity(cores, memory), new NodeCapacity(allCores, allMemory));

        // Then
        assertThat(share.reaches(percent)).isEqualTo(reached);
    }

    @Test
    void it_reads_as_people_write_it() {
        // Given
        CapacityShare share =
                new CapacityShare(new NodeCapacity(16_000, 64L << 30), new NodeCapacity(48_000, 192L << 30));

        // When
        String words = share.toString();

        // Then
        assertThat(words).isEqualTo("16 of 48 cores and 64Gi of 192Gi of memory");
    }
}
