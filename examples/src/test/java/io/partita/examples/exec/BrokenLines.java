// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import io.partita.examples.json.Json;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Breaks well-formed lines, each in one way that leaves no doubt: every line this gives must be answered by an error. A seed
 * gives the same lines for ever.
 */
final class BrokenLines {
    private static final BigInteger U128 = BigInteger.ONE.shiftLeft(128);
    /** Not a number to any field, whatever its range. */
    private static final List<Object> NO_NUMBERS = List.of(
            true,
            false,
            "",
            " 1",
            "1 ",
            "+1",
            "-1",
            "-0",
            "0x1",
            "1e3",
            "1.0",
            "max",
            "MAX ",
            "\u0661",
            "\u0000",
            "\ud800",
            "NaN",
            "9".repeat(61),
            new BigDecimal("1.5"),
            new BigDecimal("1E+2"),
            new BigDecimal("-0.0"),
            new BigDecimal("1E-400"),
            new BigDecimal("1E+999999999"),
            BigInteger.ONE.negate(),
            BigInteger.ONE.shiftLeft(53).add(BigInteger.ONE),
            BigInteger.ONE.shiftLeft(64),
            BigInteger.ONE.shiftLeft(127).negate(),
            BigInteger.TEN.pow(63),
            BigInteger.TEN.pow(65),
            U128.toString(),
            U128.shiftLeft(40).toString(),
            List.of(),
            List.of(1),
            Map.of(),
            Map.of("a", 1));
    /** Not JSON, wherever a value may stand. */
    private static final List<String> NO_VALUES = List.of(
            "",
            "nul",
            "True",
            "NaN",
            "-Infinity",
            "+1",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "1e+",
            "0x1",
            "1_000",
            "'1'",
            "\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"a\tb\"",
            "[1,]",
            "[1 2]",
            "[",
            "]",
            "{",
            "}",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "{\"a\":1,\"a\":1}",
            "1//",
            "/*1*/1",
            "#",
            ";",
            "1e99999999999999999999",
            "9".repeat(2000),
            "[".repeat(5000) + "]".repeat(5000),
            "{\"a\":".repeat(5000) + "1" + "}".repeat(5000),
            "[".repeat(20_000));

    private final SplittableRandom random;
    private final ValidLines valid;

    BrokenLines(final SplittableRandom random, final ValidLines valid) {
        this.random = random;
        this.valid = valid;
    }

    /** The next line, without a line end in it. */
    byte[] next() {
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> withBadNumber();
            case 3, 4 -> withUnknownField();
            case 5, 6 -> withBadValue();
            case 7 -> withBadFlags();
            case 8 -> withBadOp();
            case 9 -> withBadEvents();
            case 10, 11 -> withBadFilter();
            case 12 -> withNameTwice();
            case 13, 14 -> cutShort();
            case 15 -> withMoreBehind();
            case 16, 17 -> withBadBytes();
            case 18 -> noObject();
            default -> random.nextInt(100) == 0 ? tooMuch() : withBadText();
        };
    }

    private byte[] withBadNumber() {
        final Map<String, @Nullable Object> line = valid.next();
        final List<Runnable> changes = new ArrayList<>();
        eachNumber(line, changes, () -> any(NO_NUMBERS));
        return changes.isEmpty() ? withBadOp() : changed(line, changes);
    }

    private byte[] withUnknownField() {
        final Map<String, @Nullable Object> line = valid.next();
        final List<Runnable> changes = new ArrayList<>();
        final List<String> names =
                List.of("x", "", "ID", "Op", "debit_account_id", "id\u0000", "\ud83d\ude00", "a".repeat(40_000));
        eachObject(line, object -> changes.add(() -> object.put(any(names), any(NO_NUMBERS))));
        return changed(line, changes);
    }

    /** A value that is no JSON, in place of one. */
    private byte[] withBadValue() {
        final Map<String, @Nullable Object> line = valid.next();
        final List<Runnable> changes = new ArrayList<>();
        final String mark = "\u2603";
        eachObject(line, object -> {
            for (final String name : object.keySet()) {
                changes.add(() -> object.put(name, mark));
            }
        });
        final String text = new String(changed(line, changes), StandardCharsets.UTF_8);
        return bytes(text.replace("\"" + mark + "\"", any(NO_VALUES)));
    }

    private byte[] withBadFlags() {
        final Map<String, @Nullable Object> line = valid.next();
        final List<Runnable> changes = new ArrayList<>();
        final List<Object> bad = List.of(
                "LINKED",
                1,
                true,
                Map.of(),
                List.of(1),
                List.of("linked"),
                List.of(""),
                List.of("LINKED", "NOPE"),
                List.of(List.of()),
                List.of("RETURN_BALANCES "),
                List.of("\ud800"));
        eachObject(line, object -> {
            if (object.containsKey("code") || object.containsKey("flags") || object.containsKey("creditLimit")) {
                changes.add(() -> object.put("flags", any(bad)));
            }
            if ("batch".equals(object.get("op"))) {
                changes.add(() -> object.put("options", any(bad)));
            }
        });
        return changes.isEmpty() ? withBadOp() : changed(line, changes);
    }

    private byte[] withBadOp() {
        final Map<String, @Nullable Object> line = valid.next();
        switch (random.nextInt(4)) {
            case 0 -> line.remove("op");
            case 1 -> line.put("op", any(NO_NUMBERS));
            case 2 -> line.put("op", line.get("op") + any(List.of(" ", "s", "\u0000", "x".repeat(60_000))));
            default -> line.put("op", any(List.of("", "OP", "CREATEACCOUNTS", "drop", "createaccounts", "exit")));
        }
        return bytes(Json.write(line));
    }

    private byte[] withBadEvents() {
        final String op =
                any(List.of("createAccounts", "createTransfers", "batch", "lookupAccounts", "lookupTransfers"));
        final Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("op", op);
        final String name = op.startsWith("lookup") ? "ids" : "events";
        switch (random.nextInt(4)) {
            case 0 -> line.put(name, null);
            case 1 -> line.put(name, any(List.of(1, "", "1", true, Map.of())));
            case 2 ->
                line.put(
                        name,
                        any(List.of(List.of(List.of()), List.of(true), List.of("x"), List.of(Map.of("nope", 1)))));
            default ->
                line.put(
                        "batch".equals(op) ? name : "event",
                        List.of(any(List.of(
                                Map.of(),
                                Map.of("createAccount", 1),
                                Map.of("createaccount", Map.of()),
                                Map.of("resolve", List.of()),
                                Map.of("resolve", Map.of("id", 1), "createAccount", Map.of("id", 1))))));
        }
        return bytes(Json.write(line));
    }

    private byte[] withBadFilter() {
        final String op =
                any(List.of("accountTransfers", "accountBalances", "queryAccounts", "queryTransfers", "changeEvents"));
        final boolean isOfAccount = op.startsWith("account");
        final Map<String, @Nullable Object> filter = new LinkedHashMap<>();
        if (isOfAccount) {
            filter.put("accountId", 1);
            filter.put("flags", List.of("DEBITS", "CREDITS"));
        }
        filter.put("limit", 10);
        switch (random.nextInt(isOfAccount ? 8 : 6)) {
            case 0 -> filter.put("limit", any(List.of(0, 8190, 8191, -1, "0", "4294967297", "MAX", 1L << 53)));
            case 1 -> filter.remove("limit");
            case 2 -> {
                filter.put("timestampMin", 6);
                filter.put("timestampMax", 5);
            }
            case 3 -> filter.put("timestampMin", any(List.of(-1, "9223372036854775808", "MAX")));
            case 4 -> filter.put("timestampMax", any(List.of(-1, "9223372036854775808", "MAX")));
            case 5 -> filter.put(isOfAccount ? "ledger" : "accountId", 1);
            case 6 -> filter.put("accountId", any(List.of(0, "0", "MAX")));
            default -> filter.put("flags", random.nextBoolean() ? List.of() : List.of("REVERSED"));
        }
        final Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("op", op);
        if ("changeEvents".equals(op)) {
            line.putAll(filter);
        } else if (random.nextInt(8) == 0) {
            line.put("filter", any(List.of(List.of(), 1, "x", true)));
        } else {
            line.put("filter", filter);
        }
        return bytes(Json.write(line));
    }

    private byte[] withNameTwice() {
        final String text = Json.write(valid.next());
        return bytes("{\"op\":\"digest\"," + text.substring(1));
    }

    /** The beginning of an object is none. */
    private byte[] cutShort() {
        final byte[] line = bytes(Json.write(valid.next()));
        final byte[] cut = new byte[random.nextInt(1, line.length)];
        System.arraycopy(line, 0, cut, 0, cut.length);
        return cut;
    }

    private byte[] withMoreBehind() {
        final List<String> more =
                List.of("x", ",", "}", "]", "{}", "{\"op\":\"reset\"}", "\"", "0", "\u0000", "//", "null", "\\");
        return bytes(Json.write(valid.next()) + " ".repeat(random.nextInt(3)) + any(more));
    }

    /** Bytes that are no UTF-8, or that JSON has nowhere, at any place. */
    private byte[] withBadBytes() {
        final byte[] line = bytes(Json.write(valid.next()));
        final List<byte[]> bad = List.of(
                new byte[] {(byte) 0xFF},
                new byte[] {(byte) 0x80},
                new byte[] {(byte) 0xC0, (byte) 0x80},
                new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
                new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
                new byte[] {(byte) 0xF8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80},
                new byte[] {0},
                new byte[] {7},
                new byte[] {0x1B});
        final byte[] inserted = any(bad);
        final int at = random.nextInt(line.length + 1);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(line, 0, at);
        out.write(inserted, 0, inserted.length);
        out.write(line, at, line.length - at);
        return out.toByteArray();
    }

    private byte[] withBadText() {
        final String text = Json.write(valid.next());
        return switch (random.nextInt(5)) {
            case 0 -> bytes(text.replace('"', '\''));
            case 1 -> bytes(text.replaceFirst(":", random.nextBoolean() ? "=" : "::"));
            case 2 -> bytes("\ufeff" + text);
            case 3 -> bytes(text.replaceFirst("\\{", random.nextBoolean() ? "{," : "[{"));
            default -> bytes("<" + text + ">");
        };
    }

    private byte[] noObject() {
        return bytes(any(List.of(
                "1",
                "-1",
                "null",
                "true",
                "\"\"",
                "\"digest\"",
                "[]",
                "[{\"op\":\"reset\"}]",
                "reset",
                "digest",
                "{}",
                "{\"\":\"\"}",
                "GET / HTTP/1.1",
                "id,ledger,code",
                "%00",
                "\u0000",
                "\u0000\u0000",
                "'",
                "\\",
                "--",
                "exit",
                "\ufeff",
                "\u00e9")));
    }

    /** What could fill the memory. */
    private byte[] tooMuch() {
        return switch (random.nextInt(4)) {
            case 0 -> bytes("{\"op\":\"batch\",\"events\":[" + "{\"resolve\":{}},".repeat(8190) + "{\"resolve\":{}}]}");
            case 1 -> bytes("{\"op\":\"lookupAccounts\",\"ids\":[" + "1,".repeat(8190) + "1]}");
            case 2 -> bytes("{\"op\":\"lookupAccounts\",\"ids\":[" + "[],".repeat(1_000_000) + "1]}");
            default -> bytes("{\"op\":\"" + "x".repeat(ExecSession.LINE_LENGTH_MAX) + "\"}");
        };
    }

    private byte[] changed(final Map<String, @Nullable Object> line, final List<Runnable> changes) {
        changes.get(random.nextInt(changes.size())).run();
        return bytes(Json.write(line));
    }

    private <T> T any(final List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What may be done to an object of a line. */
    private interface ObjectVisitor {
        void visit(Map<String, @Nullable Object> object);
    }

    /** Something to put in place of a number. */
    private interface Source {
        Object next();
    }

    @SuppressWarnings("unchecked")
    private static void eachObject(final @Nullable Object value, final ObjectVisitor visitor) {
        if (value instanceof Map<?, ?> map) {
            visitor.visit((Map<String, @Nullable Object>) map);
            for (final Object field : List.copyOf(((Map<String, Object>) map).values())) {
                eachObject(field, visitor);
            }
        } else if (value instanceof List<?> list) {
            for (final Object item : list) {
                eachObject(item, visitor);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static void eachNumber(final Object line, final List<Runnable> changes, final Source source) {
        eachObject(line, object -> {
            for (final Map.Entry<String, @Nullable Object> field : object.entrySet()) {
                final Object value = field.getValue();
                if (value instanceof Number || value instanceof String && !"op".equals(field.getKey())) {
                    changes.add(() -> object.put(field.getKey(), source.next()));
                } else if (value instanceof List<?> list && "ids".equals(field.getKey())) {
                    changes.add(() -> ((List<Object>) list).set(0, source.next()));
                }
            }
        });
    }
}
