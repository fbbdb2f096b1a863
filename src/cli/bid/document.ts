import { parseCanonical } from "@/core/canonical-json";
import { openZip } from "@/documents/zip-read";
import { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { XTD_PATHS, XtdManifest, XtdNotice } from "@/lifecycle/tender-document/xtd-schema";
import { openFindings } from "../verify/findings";
import { trustFile } from "../verify/trust-files";
import { isXtd, verifyXtd } from "../verify/xtd";
import { NotHeld, WrongCall } from "./call";

const MAX_PART_BYTES = 16 * 1024 * 1024;

/** What a bid is made for, as the open document package has it. */
export interface OpenDocument {
  readonly manifest: XtdManifest;
  readonly content: TenderDocumentContent;
  /** What the notice in the package says, by field. */
  readonly notice: Readonly<Record<string, string>>;
}

/**
 * Reads a tender document package (`.xtd`) after the same checks as `xinbiao verify`: nobody prepares a bid for a document
 * that is damaged or signed by nobody.
 *
 * @param trust - PEM file of roots; with it the publisher's certificate is judged too.
 * @throws WrongCall when it is no such package; NotHeld when a check fails.
 */
export async function openDocument(path: string, trust: string | undefined): Promise<OpenDocument> {
  if (!(await isXtd(path)))
    throw new WrongCall(`${path} 不是招标文件包（.xtd）。请在平台“获取招标文件”后下载结构化招标文件。`);
  const findings = openFindings(() => {});
  await verifyXtd(path, trust === undefined ? undefined : await trustFile(trust), findings);
  if (findings.failed)
    throw new NotHeld(
      `招标文件包 ${path} 核验不通过：${findings.first}。请重新下载；不要用它编制投标文件。`,
      "cli.document",
    );
  const zip = await openZip(path);
  try {
    const part = async (name: string) => parseCanonical(await zip.bytes(name, MAX_PART_BYTES));
    const manifest = XtdManifest.parse(await part(XTD_PATHS.manifest));
    const document = (await part(XTD_PATHS.document)) as Record<string, unknown>;
    const notice = XtdNotice.parse(await part(XTD_PATHS.notice));
    return { manifest, content: TenderDocumentContent.parse(document.content), notice: notice.fields };
  } finally {
    await zip.close();
  }
}
