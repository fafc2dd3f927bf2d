// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PageTest {
    @TempDir
    Path folder;

    @Test
    void shouldDrawAndTabulateEachSection() throws Exception {
        write("growth.json", """
                {"processor":"a <fast> one","commit":"abc",
                "intervals":[
                {"transfers":1000000,"nsPerTransfer":500.0,"cpuNsPerTransfer":400.0,"anonymousBytes":1073741824,"mappedBytes":0},
                {"transfers":2000000,"nsPerTransfer":1000.0,"cpuNsPerTransfer":800.0,"anonymousBytes":2147483648,"mappedBytes":5}
                ]}""");
        write("throughput.json", """
                {"throughput":[{"topology":"pair","durability":"MEMORY","link":"TCP","batch":64,"accounts":10000,
                "hotAccount":false,"batchesInFlight":64,"figures":{"perSecond":{"median":1000.00,"min":1.00,"max":2.00}}},
                {"topology":"pair","durability":"MEMORY","link":"TCP","batch":1,"accounts":10000,
                "hotAccount":false,"batchesInFlight":64,"figures":{"perSecond":{"median":100.00,"min":1.00,"max":2.00}}}]}""");
        write("kinds.md", "A machine.\n\n| kind | ns |\n|---|---|\n| `post` | 1 < 2 |\n");

        final String page = Page.of(folder);

        assertTrue(page.indexOf("<h2>kinds") < page.indexOf("<h2>growth"), "the document's order");
        assertTrue(page.contains("<td>1 &lt; 2</td>"), page);
        assertTrue(page.contains("a &lt;fast&gt; one"), page);
        assertTrue(page.contains("pair MEMORY TCP, 10,000 accounts, 64 in flight"), page);
        assertFalse(page.contains("http"), "it loads nothing");
        final Matcher plots = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(page);
        int count = 0;
        for (; plots.find(); count++) {
            final Document plot = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(plots.group())));
            assertTrue(plot.getElementsByTagName("circle").getLength() >= 2);
        }
        assertEquals(3, count);
    }

    @Test
    void shouldSayThatThereIsNothing() throws IOException {
        assertTrue(Page.of(folder).contains("no figures yet"));
    }

    @Test
    void shouldSayWhatIsWithinTheBudgetAndWhatIsNotKnown() throws IOException {
        write("steps.json", """
                {"results":[{"benchmark":"AppendBenchmark.append","parameters":"excerpts=stored,transferLength=128",
                "cpuNsPerCommand":43.00,"floorNs":9.30,"ratioToFloor":4.620,"bytesPerCommand":0.0400},
                {"benchmark":"ApplyBenchmark.apply","parameters":"accounts=10000,transfersBefore=10000000",
                "cpuNsPerCommand":298.00,"floorNs":14.00,"ratioToFloor":21.300,"bytesPerCommand":0.0300}]}""");

        final String table = Budget.of(folder);

        assertTrue(table.contains("| <= 1.7 x the floor | 43 ns | 9.3 ns | 4.6 | **no** |"), table);
        assertTrue(table.contains("| <= 300 ns | 298 ns | 14.0 ns | 21.3 | yes |"), table);
        assertTrue(table.contains("| <= 120 ns | not measured |  |  | ? |"), table);
    }

    private void write(final String name, final String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
