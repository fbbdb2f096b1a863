import { deflateSync } from "node:zlib";
import { PDFDocument, PDFName, type PDFRef } from "pdf-lib";
import { expect, test } from "vitest";
import { renderPdf } from "./pdf";
import { readPdfApart } from "./pdf-apart";
import { APART } from "./pdf-apart-limits";
import { readPdf } from "./pdf-text";

const paragraphs = (texts: readonly string[]) =>
  renderPdf({ title: "招标文件", number: "1", blocks: texts.map((text) => ({ kind: "paragraph", text })) });

/** A document of one page whose contents are what `draw` says. */
async function pageOf(draw: (pdf: PDFDocument) => PDFRef[], xObjects: Record<string, PDFRef> = {}) {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage();
  page.node.set(PDFName.of("Contents"), pdf.context.obj(draw(pdf)));
  page.node.set(PDFName.of("Resources"), pdf.context.obj({ XObject: xObjects }));
  return pdf.save({ useObjectStreams: false });
}

test("R-5.4.11: a document is read page by page in a process of its own, as far as the limits go", async () => {
  const pdf = await paragraphs(Array.from({ length: 60 }, (_, i) => `第 ${i} 条 按本条执行。`));
  const reading = await readPdfApart(pdf);
  if (reading.state !== "read") throw new Error(reading.reason);
  expect(reading.isWhole).toBe(true);
  expect(reading.pages.length).toBeGreaterThan(1);
  expect(reading.pages[0]).toContain("第 0 条");
  expect(reading.pages.at(-1)).toContain("第 59 条");
  expect(await readPdfApart(pdf, { ...APART, pages: 1 })).toMatchObject({ state: "read", isWhole: false });
});

test("R-5.4.11: what is encrypted, a scan, cut off or too large says so", async () => {
  const pdf = await paragraphs(["文字"]);
  const encrypted = await PDFDocument.load(pdf);
  encrypted.context.trailerInfo.Encrypt = encrypted.context.register(encrypted.context.obj({ Filter: "Standard" }));
  const reasonOf = async (bytes: Uint8Array, limits = APART) => {
    const reading = await readPdfApart(bytes, limits);
    return reading.state === "unreadable" ? reading.reason : undefined;
  };
  expect(await reasonOf(await encrypted.save())).toBe("encrypted");
  expect(await reasonOf(await pageOf(() => []))).toBe("no-text");
  expect(await reasonOf(pdf.slice(0, pdf.length / 2))).toBe("damaged");
  expect(await reasonOf(new Uint8Array(10), { ...APART, bytes: 9 })).toBe("too-large");
});

test("R-5.4.11: a page that unpacks to more than there is memory ends with its process", async () => {
  const zeros = deflateSync(new Uint8Array(32 * 1024 * 1024));
  const bomb = await pageOf((pdf) => {
    const stream = pdf.context.register(pdf.context.stream(zeros, { Filter: "FlateDecode" }));
    return Array.from({ length: 12 }, () => stream);
  });
  expect(bomb.length).toBeLessThan(100_000);
  const limits = { ...APART, memoryBytes: 256 * 1024 * 1024 };
  expect(await readPdfApart(bomb, limits)).toEqual({ state: "unreadable", reason: "too-heavy" });
});

test("R-5.4.11: a page that is painted without end ends with its time", async () => {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage();
  // Each form paints the next one a thousand times, and none of them says anything.
  let inner: PDFRef | undefined;
  for (let depth = 0; depth < 4; depth++) {
    const dict = { Type: "XObject", Subtype: "Form", Resources: { XObject: inner ? { F: inner } : {} } };
    inner = pdf.context.register(pdf.context.stream("/F Do ".repeat(1_000), dict));
  }
  page.node.set(PDFName.of("Contents"), pdf.context.register(pdf.context.stream("/F Do ".repeat(1_000))));
  page.node.set(PDFName.of("Resources"), pdf.context.obj({ XObject: { F: inner! } }));
  const begun = performance.now();
  const reading = await readPdfApart(await pdf.save(), { ...APART, seconds: 2 });
  expect(reading).toEqual({ state: "unreadable", reason: "too-heavy" });
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test("R-5.4.11: Chinese fonts that are not embedded are read by the encoding they name", async () => {
  const said = "须具有本市类似工程业绩";
  const utf16 = [...said].map((c) => c.charCodeAt(0).toString(16).padStart(4, "0")).join("");
  const gbk = "d0ebbedfd3d0b1becad0c0e0cbc6b9a4b3ccd2b5bca8";
  for (const [encoding, codes] of [
    ["UniGB-UCS2-H", utf16],
    ["GBK-EUC-H", gbk],
  ]) {
    const pdf = await PDFDocument.create();
    const page = pdf.addPage();
    page.node.set(PDFName.of("Contents"), pdf.context.register(pdf.context.stream(`BT /F 12 Tf <${codes}> Tj ET`)));
    const font = pdf.context.obj({ Type: "Font", Subtype: "Type0", BaseFont: "SimSun", Encoding: encoding! });
    page.node.set(PDFName.of("Resources"), pdf.context.obj({ Font: { F: font } }));
    expect(await readPdf(await pdf.save(), APART)).toMatchObject({
      state: "read",
      pages: [expect.stringContaining(said)],
    });
  }
});
