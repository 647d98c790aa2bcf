import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;

/**
 * Where the Java client puts keys. Standard input: for each key its length (4 bytes, big-endian) and
 * its bytes. Standard output: for each key Utils.murmur2, then BuiltInPartitioner.partitionForKey
 * among 12 and among 1000 partitions, 4 bytes each.
 */
public final class JavaPartitions {
    public static void main(String[] arguments) throws Exception {
        var in = new DataInputStream(new BufferedInputStream(System.in, 1 << 20));
        var out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 20));
        while (true) {
            int length;
            try {
                length = in.readInt();
            } catch (EOFException end) {
                break;
            }
            byte[] key = in.readNBytes(length);
            out.writeInt(Utils.murmur2(key));
            out.writeInt(BuiltInPartitioner.partitionForKey(key, 12));
            out.writeInt(BuiltInPartitioner.partitionForKey(key, 1000));
        }
        out.flush();
    }
}
