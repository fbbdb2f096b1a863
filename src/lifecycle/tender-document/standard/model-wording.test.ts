import { expect, test } from "vitest";
import { DEMO_BILL } from "@/dev/scenarios/bill";
import { renderPdf } from "@/documents/pdf";
import { readPdf } from "@/documents/pdf-text";
import { findingsOfPage } from "@/lifecycle/law/lint-pages";
import { firstContent } from "../defaults";
import { tenderDocumentPdf } from "./pdf";

test.each(["works", "goods", "services"] as const)(
  "R-5.4.11 R-5.4.1: nothing is found on the pages that the platform composes from model %s",
  async (model) => {
    const content = {
      ...firstContent({ name: "施工标段", estimateFen: 500_000_000n }, { consortium: false, envelopes: 1 }),
      ...(model === "works" ? { bill: DEMO_BILL } : {}),
      standard: { model, changes: { "requirements-1": "按图施工。" } },
    };
    const facts = {
      tenderName: "第三小学新建工程",
      tenderer: "教育局",
      lot: { name: "施工标段", code: "L1", content: "教学楼一栋" },
      content,
    };
    const reading = await readPdf(await renderPdf(tenderDocumentPdf(facts, new Date(0), true)), {
      pages: 500,
      characters: 2_000_000,
    });
    if (reading.state !== "read") throw new Error(reading.reason);
    expect(reading.pages.join()).toContain("按图施工");
    expect(reading.pages.flatMap((text, i) => findingsOfPage(i + 1, text))).toEqual([]);
  },
);
