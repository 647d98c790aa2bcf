// In the peer's own package: its encoders are not all public.
package io.confluent.parallelconsumer.offsets;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.util.Base64;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Answers one line for each line of standard input with the classes of the peer itself.
 *
 * encode BASE TOP OPEN   ->  one field ID=TEXT for each of the eight codecs that can hold the map
 * size BASE TOP OPEN     ->  BODY_BYTES of what it would commit (id not counted), and its id
 * decode BASE TEXT       ->  TOP OPEN, or the exception's name
 *
 * OPEN is a list such as 11-12,15 of offsets that are not done, "-" for none; TOP is the highest done one.
 */
public final class OffsetMapPeer {
    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        BufferedWriter output = new BufferedWriter(new OutputStreamWriter(System.out, "UTF-8"));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            output.write(answer(line.split(" ")));
            output.newLine();
        }
        output.flush();
    }

    private static String answer(String[] words) throws Exception {
        long base = Long.parseLong(words[1]);
        switch (words[0]) {
            case "encode":
                return allTexts(base, Long.parseLong(words[2]), parse(words[3]));
            case "size":
                return chosenSize(base, Long.parseLong(words[2]), parse(words[3]));
            default:
                return decoded(base, words[2]);
        }
    }

    private static String allTexts(long base, long top, SortedSet<Long> open) throws Exception {
        OffsetSimultaneousEncoder.compressionForced = true;
        OffsetSimultaneousEncoder encoder = new OffsetSimultaneousEncoder(base, top, open).invoke();
        StringBuilder texts = new StringBuilder();
        for (java.util.Map.Entry<OffsetEncoding, byte[]> entry : encoder.getEncodingMap().entrySet()) {
            // Not the sorted set: of two equal sizes it keeps one.
            byte[] packed = encoder.packEncoding(
                    new EncodedOffsetPair(entry.getKey(), java.nio.ByteBuffer.wrap(entry.getValue())));
            texts.append((char) packed[0]).append('=').append(Base64.getEncoder().encodeToString(packed)).append(' ');
        }
        return texts.toString().trim();
    }

    private static String chosenSize(long base, long top, SortedSet<Long> open) throws Exception {
        OffsetSimultaneousEncoder.compressionForced = false;
        byte[] packed = new OffsetSimultaneousEncoder(base, top, open).invoke().packSmallest();
        return (packed.length - 1) + " " + (char) packed[0];
    }

    private static String decoded(long base, String text) {
        try {
            OffsetMapCodecManager.HighestOffsetAndIncompletes state =
                    OffsetMapCodecManager.deserialiseIncompleteOffsetMapFromBase64(base, text);
            return state.getHighestSeenOffset().get() + " " + format(state.getIncompleteOffsets());
        } catch (Exception failure) {
            return failure.getClass().getSimpleName();
        }
    }

    private static SortedSet<Long> parse(String ranges) {
        SortedSet<Long> offsets = new TreeSet<>();
        if (ranges.equals("-")) {
            return offsets;
        }
        for (String range : ranges.split(",")) {
            String[] ends = range.split("-");
            for (long offset = Long.parseLong(ends[0]); offset <= Long.parseLong(ends[ends.length - 1]); offset++) {
                offsets.add(offset);
            }
        }
        return offsets;
    }

    private static String format(Iterable<Long> offsets) {
        StringBuilder ranges = new StringBuilder();
        long first = -1;
        long last = -2;
        for (long offset : new TreeSet<Long>((java.util.Collection<Long>) offsets)) {
            if (offset != last + 1) {
                append(ranges, first, last);
                first = offset;
            }
            last = offset;
        }
        append(ranges, first, last);
        return ranges.length() == 0 ? "-" : ranges.toString();
    }

    private static void append(StringBuilder ranges, long first, long last) {
        if (first < 0) {
            return;
        }
        ranges.append(ranges.length() == 0 ? "" : ",").append(first);
        if (last > first) {
            ranges.append('-').append(last);
        }
    }
}
