// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.csv;

import io.partita.examples.terminal.ToolException;
import io.partita.examples.text.LineReader;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads a payments CSV with the columns {@code date, payer, payee, amount_pence}, found by their header names; plain or
 * gzipped. A line that is no payment is noted with its number and reason, and never stops the rest.
 */
public final class PaymentReader {
    private static final String SAMPLE = "sample-payments.csv.gz";
    private static final int LINE_LENGTH_MAX = 64 * 1024;
    private static final int GZIP_MAGIC = 0x1F8B;
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]+");
    private static final List<String> COLUMNS = List.of("date", "payer", "payee", "amount_pence");

    private final Payments payments = new Payments();
    private final int[] columns = new int[COLUMNS.size()];
    private int fieldCount;

    private PaymentReader() {}

    /**
     * Reads a file.
     *
     * @param file plain or gzipped.
     * @return its payments.
     * @throws ToolException if the file cannot be read or has not the columns.
     */
    public static Payments read(final Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        } catch (final NoSuchFileException ex) {
            throw ToolException.usage(
                    "FILE_NOT_FOUND", "there is no such file: file=" + file, "check the path given with --payments");
        } catch (final IOException ex) {
            throw ToolException.failed(
                    "FILE_NOT_READABLE",
                    "cannot read: file=" + file + ", cause=" + ex,
                    "check the file and its rights");
        }
    }

    /**
     * Reads the sample that ships with the project.
     *
     * @return some 50,000 real payments.
     */
    public static Payments readSample() {
        try (InputStream in = Objects.requireNonNull(PaymentReader.class.getResourceAsStream(SAMPLE), SAMPLE)) {
            return read(in, SAMPLE);
        } catch (final IOException ex) {
            throw new IllegalStateException("the sample is part of this jar", ex);
        }
    }

    /**
     * Reads a stream.
     *
     * @param in plain or gzipped.
     * @param name of the input, for errors.
     * @return its payments.
     * @throws IOException if reading failed.
     * @throws ToolException if it is cut off or has not the columns.
     */
    public static Payments read(final InputStream in, final String name) throws IOException {
        try (LineReader lines = new LineReader(unzipped(in), LINE_LENGTH_MAX)) {
            return new PaymentReader().readLines(lines, name);
        } catch (final EOFException | ZipException ex) {
            throw ToolException.failed(
                    "FILE_DAMAGED", "the gzip data is damaged or cut off: file=" + name, "fetch the file again");
        }
    }

    private Payments readLines(final LineReader lines, final String name) throws IOException {
        if (!lines.next()) {
            throw ToolException.usage("CSV_HEADER", "the file is empty: file=" + name, columnsNeeded());
        }
        readHeader(lines, name);
        while (lines.next()) {
            try {
                readPayment(lines);
            } catch (final BadLineException ex) {
                payments.addBadLine(lines.number(), String.valueOf(ex.getMessage()));
            }
        }

        return payments;
    }

    private void readHeader(final LineReader lines, final String name) throws IOException {
        final List<String> header;
        try {
            final String text = text(lines);
            header = CsvFields.split(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (final BadLineException ex) {
            throw ToolException.usage(
                    "CSV_HEADER", "unreadable header: file=" + name + ", " + ex.getMessage(), columnsNeeded());
        }
        final List<String> wrong = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            columns[i] = header.indexOf(COLUMNS.get(i));
            if (columns[i] < 0 || columns[i] != header.lastIndexOf(COLUMNS.get(i))) {
                wrong.add(COLUMNS.get(i));
            }
        }
        if (!wrong.isEmpty()) {
            throw ToolException.usage(
                    "CSV_HEADER", "columns missing or twice: file=" + name + ", columns=" + wrong, columnsNeeded());
        }
        fieldCount = header.size();
    }

    private void readPayment(final LineReader lines) throws BadLineException {
        final List<String> fields = CsvFields.split(text(lines));
        if (fields.size() != fieldCount) {
            throw new BadLineException("fields=" + fields.size() + ", expected=" + fieldCount);
        }
        final String date = fields.get(columns[0]);
        try {
            LocalDate.parse(date);
        } catch (final DateTimeParseException ex) {
            throw new BadLineException("date is not YYYY-MM-DD: date=" + shortened(date));
        }
        final String payer = fields.get(columns[1]);
        final String payee = fields.get(columns[2]);
        if (payer.isBlank() || payee.isBlank()) {
            throw new BadLineException(payer.isBlank() ? "no payer" : "no payee");
        }
        final long amount = amount(fields.get(columns[3]));
        if (payer.equals(payee)) {
            throw new BadLineException("payer = payee");
        }
        payments.add(lines.number(), lines.bytes(), payer, payee, amount);
    }

    private static long amount(final String text) throws BadLineException {
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            throw new BadLineException("amount_pence is not a whole number: amount_pence=" + shortened(text));
        }
        final long amount;
        try {
            amount = Long.parseLong(text);
        } catch (final NumberFormatException ex) {
            throw new BadLineException("amount_pence is out of range: amount_pence=" + shortened(text));
        }
        if (amount == 0) {
            throw new BadLineException("zero amount");
        }
        if (amount == Long.MIN_VALUE) {
            throw new BadLineException("amount_pence is out of range: amount_pence=" + text);
        }
        return amount;
    }

    private static String text(final LineReader lines) throws BadLineException {
        if (lines.isTooLong()) {
            throw new BadLineException("longer than " + LINE_LENGTH_MAX + " bytes");
        }
        try {
            return lines.text();
        } catch (final CharacterCodingException ex) {
            throw new BadLineException("not UTF-8");
        }
    }

    private static String shortened(final String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }

    private static String columnsNeeded() {
        return "the first line must name the columns " + String.join(", ", COLUMNS) + "; others are ignored";
    }

    private static InputStream unzipped(final InputStream in) throws IOException {
        final BufferedInputStream buffered = new BufferedInputStream(in, 64 * 1024);
        buffered.mark(2);
        final int magic = (buffered.read() << 8) | buffered.read();
        buffered.reset();

        return magic == GZIP_MAGIC ? new GZIPInputStream(buffered, 64 * 1024) : buffered;
    }
}
