package io.cpubaseline.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangeSourceTest {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ChangeSource changes = new ChangeSource(timer, () -> List.of("a", "b"));
    private final List<String> woken = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        changes.setEventHandler(
                event -> woken.add(event.getRelatedCustomResourceID().getName()));
        changes.start();
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void manyChangesWakeEachBaselineOnce() {
        // When
        for (int i = 0; i < 1000; i++) {
            changes.wakeAll();
            changes.wake("c");
        }

        // Then
        await().until(() -> !woken.isEmpty());
        assertThat(woken).containsExactlyInAnyOrder("a", "b", "c");

        // When
        woken.clear();
        changes.wake("b");

        // Then
        await().until(() -> woken.equals(List.of("b")));
    }

    @Test
    void aBaselineThatOnlyTheFrameworkKnowsYetMissesNoWake() {
        // Given
        List<String> reconciled = new CopyOnWriteArrayList<>(List.of("a"));
        changes.reconciling(() -> reconciled);

        // When
        reconciled.add("new");
        changes.wakeAll();

        // Then
        await().until(() -> !woken.isEmpty());
        assertThat(woken).containsExactlyInAnyOrder("a", "b", "new");
    }

    @Test
    void nobodyIsWokenWhileItIsStopped() {
        // Given
        changes.stop();
        changes.wakeAll();
        var sentinel = timer.schedule(() -> {}, 100, java.util.concurrent.TimeUnit.MILLISECONDS);

        // When
        await().until(sentinel::isDone);

        // Then
        assertThat(woken).isEmpty();
    }

    @Test
    void aBaselineThatIsCreatedAgainIsPassedOverUntilItIsLookedAt() {
        // Given
        changes.looksAt("a", "first");
        changes.looksNoMoreAt("a");

        // Then
        assertThat(changes.isPassedOver("a", "second")).isTrue();
        assertThat(changes.isPassedOver("new", "third")).isFalse();

        // When
        changes.looksAt("a", "second");
        changes.forgets("a");

        // Then
        assertThat(changes.isPassedOver("a", "second")).isFalse();
        assertThat(changes.isPassedOver("a", "fourth")).isTrue();

        // When it goes, and nobody comes
        changes.looksNoMoreAt("a");
        changes.forgets("a");

        // Then
        assertThat(changes.isPassedOver("a", "fifth")).isFalse();
    }
}
