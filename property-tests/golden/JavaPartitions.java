import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Where the Java client's producer, as it is configured by default, puts keys. Standard input: for each key
 * its length (4 bytes, big-endian; -1 for null) and its bytes. Standard output: for each key the partition
 * that KafkaProducer chooses among 12 and among 1000, 4 bytes each; -1 (UNKNOWN_PARTITION) where the key
 * binds the record to none, and the accumulator takes the sticky one. The producer never connects.
 */
public final class JavaPartitions {
    private static final String TOPIC = "keys";

    private static Cluster clusterOf(int partitions) {
        var node = new Node(1, "127.0.0.1", 1);
        var infos = new ArrayList<PartitionInfo>();
        for (int i = 0; i < partitions; ++i) {
            infos.add(new PartitionInfo(TOPIC, i, node, new Node[] {node}, new Node[] {node}));
        }
        return new Cluster("none", List.of(node), infos, Set.of(), Set.of());
    }

    public static void main(String[] arguments) throws Exception {
        var in = new DataInputStream(new BufferedInputStream(System.in, 1 << 20));
        var out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 20));
        var clusters = new Cluster[] {clusterOf(12), clusterOf(1000)};
        Map<String, Object> settings = Map.of("bootstrap.servers", "127.0.0.1:1");
        var serializer = new ByteArraySerializer();
        try (var producer = new KafkaProducer<byte[], byte[]>(settings, serializer, serializer)) {
            Method partition = KafkaProducer.class.getDeclaredMethod(
                "partition", ProducerRecord.class, byte[].class, byte[].class, Cluster.class);
            partition.setAccessible(true);
            while (true) {
                int length;
                try {
                    length = in.readInt();
                } catch (EOFException end) {
                    break;
                }
                byte[] key = length < 0 ? null : in.readNBytes(length);
                var record = new ProducerRecord<byte[], byte[]>(TOPIC, key, new byte[0]);
                for (var cluster : clusters) {
                    out.writeInt((int) partition.invoke(producer, record, key, new byte[0], cluster));
                }
            }
        }
        out.flush();
        System.exit(0);
    }
}
