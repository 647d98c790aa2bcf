import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A service of the Java peer, for rolling migrations: BOOTSTRAP GROUP TOPIC [PARTITION:OFFSET ...]
 *
 * Writes "done PARTITION OFFSET" for each record it has processed. The records that are named never finish.
 * Stops cleanly, with a last commit, on a line on standard input (and on its end, when the starter has died),
 * then writes "closed".
 */
public final class MigrationPeer {
    public static void main(String[] arguments) throws Exception {
        Set<String> stuck = new HashSet<>(Arrays.asList(arguments).subList(3, arguments.length));
        CountDownLatch stopping = new CountDownLatch(1);
        ParallelStreamProcessor<String, String> processor =
                ParallelStreamProcessor.createEosStreamProcessor(options(arguments[0], arguments[1]));
        processor.subscribe(List.of(arguments[2]));
        processor.poll(context -> {
            ConsumerRecord<String, String> record = context.getSingleConsumerRecord();
            if (stuck.contains(record.partition() + ":" + record.offset())) {
                await(stopping);
                throw new IllegalStateException("stuck until the end");
            }
            write("done " + record.partition() + " " + record.offset());
        });
        new BufferedReader(new InputStreamReader(System.in)).readLine();
        stopping.countDown();
        processor.closeDontDrainFirst(Duration.ofSeconds(20));
        write("closed");
    }

    private static ParallelConsumerOptions<String, String> options(String bootstrap, String group) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrap);
        properties.put("group.id", group);
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        properties.put("key.deserializer", StringDeserializer.class.getName());
        properties.put("value.deserializer", StringDeserializer.class.getName());
        return ParallelConsumerOptions.<String, String>builder()
                .consumer(new KafkaConsumer<>(properties))
                .ordering(ProcessingOrder.KEY)
                .commitMode(CommitMode.PERIODIC_CONSUMER_SYNC)
                .commitInterval(Duration.ofMillis(200))
                .defaultMessageRetryDelay(Duration.ofHours(1)) // a stuck record must not come back before the end
                .maxConcurrency(16)
                .build();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    private static synchronized void write(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
