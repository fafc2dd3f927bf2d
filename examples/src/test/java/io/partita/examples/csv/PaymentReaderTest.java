// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.terminal.ToolException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class PaymentReaderTest {
    private static final String HEADER = "date,payer,payee,amount_pence\n";

    @Test
    void shouldMakeIdsThatAnyoneCanRecompute() throws IOException {
        final Payments payments = read(HEADER + "2019-01-02,LEEDS,S1,100\n");

        // printf 2:2019-01-02,LEEDS,S1,100 | sha256sum | cut -c1-32; printf LEEDS | sha256sum | cut -c1-32
        assertEquals(
                "bebe4daed5e9e22d4cc8ae6fca709ec1", String.format("%016x%016x", payments.idHi(0), payments.idLo(0)));
        assertEquals(
                "d2b7ddd1c86debd9b3f95d8d09ce19d6",
                payments.accountId(payments.debit(0)).toString());
    }

    @Test
    void shouldPayACreditNoteTheOtherWay() throws IOException {
        final Payments payments = read(HEADER + "2019-01-02,LEEDS,S1,100\n2019-01-02,LEEDS,S1,-30\n");

        assertEquals(payments.debit(0), payments.credit(1));
        assertEquals(payments.credit(0), payments.debit(1));
        assertEquals(30, payments.amount(1));
    }

    @Test
    void shouldKeepEqualRowsApart() throws IOException {
        final Payments payments = read(HEADER + "2019-01-02,LEEDS,S1,100\n2019-01-02,LEEDS,S1,100\n");

        assertEquals(2, payments.size());
        assertNotEquals(payments.idLo(0), payments.idLo(1));
    }

    @Test
    void shouldFindColumnsByNameAndIgnoreOthers() throws IOException {
        final Payments payments =
                read("note,amount_pence,payee,\"payer\",date\n\"a, \"\"b\"\"\",5,\"S, 1\",LEEDS,2019-01-02\n");

        assertEquals(1, payments.size());
        assertEquals(new Ids().account("S, 1"), payments.accountId(payments.credit(0)));
        assertEquals(5, payments.amount(0));
    }

    @Test
    void shouldReadTheSameFromGzipAndWithOtherLineEnds() throws IOException {
        final String text = HEADER + "2019-01-02,LEEDS,S1,100\n2019-01-03,LEEDS,S2,7";
        final Payments plain = read(text);
        final Payments windows = read(text.replace("\n", "\r\n"));
        final Payments gzipped =
                PaymentReader.read(new ByteArrayInputStream(gzip(text.getBytes(StandardCharsets.UTF_8))), "gz");

        for (final Payments other : new Payments[] {windows, gzipped}) {
            assertEquals(2, other.size());
            assertEquals(plain.idHi(1), other.idHi(1));
            assertEquals(plain.line(1), other.line(1));
        }
    }

    @Test
    void shouldReportBadLinesAndGoOn() throws IOException {
        final Payments payments = read(HEADER
                + "2019-01-02,LEEDS,S1,0\n"
                + "2019-01-02,LEEDS,LEEDS,5\n"
                + "2019-01-02,LEEDS,S1,1.5\n"
                + "2019-01-02,LEEDS,S1,99999999999999999999\n"
                + "2019-02-30,LEEDS,S1,5\n"
                + "2019-01-02,,S1,5\n"
                + "2019-01-02,LEEDS,S1\n"
                + "2019-01-02,LEEDS,\"S1,5\n"
                + "2019-01-02,LEEDS,\"S\"1,5\n"
                + "2019-01-02,LEEDS,S\"1,5\n"
                + "\n"
                + "2019-01-02,LEEDS,S1,+5\n"
                + "2019-01-02,LEEDS,S1,1,5\n"
                + "2019-01-02,LEEDS,S1,42\n");

        assertEquals(1, payments.size());
        assertEquals(15, payments.line(0));
        assertEquals(13, payments.badLineCount());
        assertEquals(new BadLine(2, "zero amount"), payments.badLines().get(0));
        assertEquals(new BadLine(3, "payer = payee"), payments.badLines().get(1));
        assertEquals(
                new BadLine(4, "amount_pence is not a whole number: amount_pence=1.5"),
                payments.badLines().get(2));
        assertEquals("2..14", range(payments));
    }

    @Test
    void shouldReportALineThatIsNotUtf8() throws IOException {
        final byte[] bytes = (HEADER + "2019-01-02,LEEDS,?,5\n").getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 4] = (byte) 0xFF;
        final Payments payments = PaymentReader.read(new ByteArrayInputStream(bytes), "bytes");

        assertEquals(new BadLine(2, "not UTF-8"), payments.badLines().get(0));
    }

    @Test
    void shouldNotLetAnEndlessLineFillTheMemory() throws IOException {
        final byte[] endless = new byte[200_000];
        Arrays.fill(endless, (byte) 'x');
        final Payments payments =
                read(HEADER + new String(endless, StandardCharsets.US_ASCII) + "\n2019-01-02,LEEDS,S1,42\n");

        assertEquals(1, payments.size());
        assertEquals(
                new BadLine(2, "longer than 65536 bytes"), payments.badLines().get(0));
    }

    @Test
    void shouldSayWhichColumnsAreMissing() {
        final ToolException error = assertThrows(ToolException.class, () -> read("date,payer,amount\n"));

        assertEquals("CSV_HEADER", error.code());
        assertEquals(ToolException.USAGE, error.exitCode());
        assertTrue(String.valueOf(error.getMessage()).contains("[payee, amount_pence]"), error.getMessage());
    }

    @Test
    void shouldSayThatAFileIsMissing() {
        final ToolException error =
                assertThrows(ToolException.class, () -> PaymentReader.read(Path.of("no-such-file.csv")));

        assertEquals("FILE_NOT_FOUND", error.code());
    }

    @Test
    void shouldSayThatGzipDataIsCutOff() throws IOException {
        final byte[] whole = gzip((HEADER + "2019-01-02,LEEDS,S1,100\n").getBytes(StandardCharsets.UTF_8));
        final byte[] half = Arrays.copyOf(whole, whole.length / 2);
        final ToolException error =
                assertThrows(ToolException.class, () -> PaymentReader.read(new ByteArrayInputStream(half), "half.gz"));

        assertEquals("FILE_DAMAGED", error.code());
    }

    @Test
    void shouldShipARealSample() {
        final Payments sample = PaymentReader.readSample();
        final Set<Long> ids = new HashSet<>();
        long net = 0;
        for (int i = 0; i < sample.size(); i++) {
            ids.add(sample.idLo(i));
            net += sample.amount(i);
        }

        assertEquals(50_200, sample.size());
        assertEquals(0, sample.badLineCount());
        assertEquals(sample.size(), ids.size());
        assertTrue(net > 58_164_551_984L, "gross is more than net");
    }

    private static String range(final Payments payments) {
        final String numbers = payments.badLines().stream()
                .map(line -> String.valueOf(line.number()))
                .collect(Collectors.joining(","));

        return "2,3,4,5,6,7,8,9,10,11,12,13,14".equals(numbers) ? "2..14" : numbers;
    }

    private static Payments read(final String text) throws IOException {
        return PaymentReader.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "text");
    }

    private static byte[] gzip(final byte[] bytes) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }

        return out.toByteArray();
    }
}
