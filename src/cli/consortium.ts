import { writeFile } from "node:fs/promises";
import { z } from "zod";
import { requestFile } from "@/lifecycle/bidding/consortium/consent";
import { TypedParty, termsFor } from "@/lifecycle/bidding/consortium/typed";
import { bidderCommand, type Call, NotHeld, type Told, WrongCall } from "./bid/call";
import { givenFile } from "./bid/consortium-check";
import { readJson } from "./bid/disk";
import { openDocument } from "./bid/document";

const USAGE = `xinbiao consortium --document FILE.xtd --parties parties.json --agreement 联合体协议.pdf --out request.json [--trust ROOTS.pem] [--json]`;
/** It names a consortium that nobody else knows of. */
const OWN_EYES = 0o600;

async function consortium(call: Call): Promise<Told> {
  if (call.file) throw new WrongCall(`多余的参数：${call.file}。`);
  const out = call.text("out");
  const { manifest, content } = await openDocument(call.text("document"), call.maybe("trust"));
  if (!content.consortiumAllowed)
    throw new NotHeld("招标文件不接受联合体投标，没有生成签署请求。请单独投标。", "cli.consortium");
  const parties = z
    .array(TypedParty.strict())
    .max(100)
    .safeParse(
      await readJson(call.text("parties")).catch((error: unknown) => {
        if (error instanceof SyntaxError) return undefined;
        throw error;
      }),
    );
  if (!parties.success)
    throw new WrongCall(
      `${call.text("parties")} 须为 JSON 列表，牵头人在前，每一方写明 name、creditCode、work、share（如 "35.5"）、qualification，均为带引号的文本。`,
    );
  const agreement = await givenFile(call.text("agreement"));
  const lot = { tender: manifest.tenderProject.code, lot: manifest.lot.code };
  const { terms, problems } = termsFor(lot, parties.data, agreement);
  if (!terms)
    throw new NotHeld(
      `联合体有 ${problems.length} 处须改正，没有生成签署请求。请一并改正后再运行。`,
      "cli.consortium",
      problems.map(({ sentence }) => sentence),
    );
  await writeFile(out, requestFile({ terms, agreement }), { mode: OWN_EYES, flag: "wx" });
  return {
    lines: [
      `签署请求写入 ${out}：标段 ${terms.lot}，联合体 ${terms.parties.length} 方。`,
      "下一步：交给每个成员，由成员运行 xinbiao consent（或在平台“联合体成员签署”页打开），再用 xinbiao pack --consortium … --consent … 编入投标文件。",
    ],
    data: { request: out, lot: terms.lot, parties: terms.parties.length, agreement: terms.agreement },
  };
}

/** `xinbiao consortium`: writes down what the members of a consortium are to sign, offline. */
export const run = bidderCommand({
  usage: USAGE,
  options: {
    document: { type: "string" },
    parties: { type: "string" },
    agreement: { type: "string" },
    out: { type: "string" },
    trust: { type: "string" },
  },
  work: consortium,
});
