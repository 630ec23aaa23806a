package io.cpubaseline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BodyStreamTest {

    /** Hands over one part each time that it is asked, on the thread that asks, and ends when there is none. */
    private static final class Parts implements AsyncBody {

        private final Deque<List<ByteBuffer>> parts = new ArrayDeque<>();
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final @Nullable Exception end;
        private @Nullable BodyStream stream;
        private int asked;
        private boolean cancelled;

        Parts(@Nullable Exception end) {
            this.end = end;
        }

        Parts part(String... buffers) {
            parts.add(Stream.of(buffers)
                    .map(text -> ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))
                    .toList());
            return this;
        }

        BodyStream stream() {
            BodyStream opened = new BodyStream(this);
            stream = opened;
            return opened;
        }

        @Override
        public void consume() {
            asked++;
            List<ByteBuffer> next = parts.poll();
            if (next != null && stream != null) {
                stream.arrived(next);
            } else if (end == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(end);
            }
        }

        @Override
        public CompletableFuture<Void> done() {
            return done;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    /** A body of which nothing comes. */
    private static final class Silent implements AsyncBody {

        private volatile boolean asked;

        @Override
        public void consume() {
            asked = true;
        }

        @Override
        public CompletableFuture<Void> done() {
            return new CompletableFuture<>();
        }

        @Override
        public void cancel() {}
    }

    @Test
    void partsAreReadInTheirOrderWhateverTheirSizes() throws IOException {
        // Given
        BodyStream stream = new Parts(null).part("ab", "", "c").part("").part("defgh").stream();

        // When, Then
        assertThat(stream.readNBytes(2)).asString(StandardCharsets.UTF_8).isEqualTo("ab");
        assertThat(stream.read()).isEqualTo('c');
        assertThat(stream.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("defgh");
        assertThat(stream.read()).isEqualTo(-1);
    }

    @Test
    void nothingIsAskedForBeforeWhatIsHereWasRead() throws IOException {
        // Given
        Parts parts = new Parts(null).part("abc").part("def");
        BodyStream stream = parts.stream();
        assertThat(parts.asked).isZero();

        // When, Then
        assertThat(stream.read()).isEqualTo('a');
        assertThat(stream.readNBytes(2)).hasSize(2);
        assertThat(parts.asked).isEqualTo(1);
        assertThat(stream.read()).isEqualTo('d');
        assertThat(parts.asked).isEqualTo(2);
    }

    @Test
    void whatCameBeforeAFailureIsReadBeforeItIsTold() throws IOException {
        // Given
        BodyStream stream = new Parts(new IOException("cut")).part("abc").stream();

        // When, Then
        assertThat(stream.readNBytes(3)).hasSize(3);
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessage("cut");
    }

    @Test
    void closingEndsAReadThatWaits() {
        // Given
        Silent silent = new Silent();
        BodyStream stream = new BodyStream(silent);
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
            try {
                return stream.read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        await().until(() -> silent.asked);

        // When
        stream.close();

        // Then
        assertThatThrownBy(read::join).isInstanceOf(CompletionException.class).hasMessageContaining("closed");
    }

    @Test
    void closingGivesUpTheRest() {
        // Given
        Parts parts = new Parts(null).part("abc");
        BodyStream stream = parts.stream();

        // When
        stream.close();

        // Then
        assertThat(parts.cancelled).isTrue();
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class);
    }
}
