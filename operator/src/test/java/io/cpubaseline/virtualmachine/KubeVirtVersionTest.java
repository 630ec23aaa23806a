package io.cpubaseline.virtualmachine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeVirtVersionTest {

    @ParameterizedTest
    @CsvSource({
        "v0.59.2, false",
        "v1.0.0, false",
        "v1.4.1, false",
        "v1.5.9, false",
        "v1.6.0, false",
        "v1.6.3, false",
        "v1.6.4, true",
        "v1.6.10, true",
        "v1.7.0, false",
        "v1.7.1, true",
        "v1.8.0, true",
        "v1.8.4, true",
        "v1.9.0, true",
        "v1.10.0, true",
        "v2.0.0, true",
        "1.7.0, false",
        "1.7.1, true",
        // what precedes a release may lack what the release has
        "v1.6.4-rc.0, false",
        "v1.6.5-rc.0, true",
        "v1.7.1-alpha.0, false",
        "v1.8.0-beta.0, false",
        "v1.8.0-rc.1, false",
        "v1.8.1-rc.1, true",
        "v1.9.0-alpha.0, true",
        "v2.0.0-rc.0, true",
        // builds of a release
        "v1.6.3-51-gfb5a4f1ab9, false",
        "v1.6.4-51-gfb5a4f1ab9, true",
        "v1.7.1+downstream.2, true",
        "v1.7.0+downstream.2, false"
    })
    void saysWhetherMigrationsStayWithinTheVendor(String text, boolean keepsVendor) {
        assertThat(KubeVirtVersion.of(text)).map(KubeVirtVersion::keepsVendor).contains(keepsVendor);
        assertThat(KubeVirtVersion.of(text)).map(KubeVirtVersion::text).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "devel",
                "latest",
                "v1",
                "v1.8",
                "v1.8.x",
                "1.8.0.1",
                "v1.8.0 ",
                "vv1.8.0",
                "v-1.8.0",
                "v99999999999.1.1",
                "sha256:0123"
            })
    void saysNothingOfWhatIsNoVersion(String text) {
        assertThat(KubeVirtVersion.of(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"v1.5.9, false", "v1.6.0-rc.0, true", "v1.6.0, true", "v1.8.4, true", "v0.59.2, false", "v2.0.0, true"})
    void saysWhetherGuestsArePlacedByTheirMachineType(String text, boolean selects) {
        assertThat(KubeVirtVersion.of(text))
                .map(KubeVirtVersion::selectsMachineType)
                .contains(selects);
    }
}
