import { Declaration, encodeDeclaration } from "@/lifecycle/bidding/declaration/part";
import { asksDeclaration } from "@/lifecycle/bidding/declaration/typed";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { readJson } from "./disk";

/**
 * The bidder's declaration (IR34, BL31) as `pack` was given it: `{"interests":[…],"qualifications":[…]}`, no interests where
 * there are none. Specification: `public/specs/declaration.md`.
 */
export async function checkDeclaration(
  content: TenderDocumentContent,
  path: string | undefined,
): Promise<{ part?: Uint8Array; problems: readonly string[] }> {
  if (!asksDeclaration(content)) return { problems: path ? ["招标文件没有要求声明，请去掉 --declaration。"] : [] };
  if (!path)
    return {
      problems: [
        '招标文件要求投标人声明与招标人的利害关系，请用 --declaration 给出声明文件；不存在的写 {"interests": [], "qualifications": []}。',
      ],
    };
  const given = await readJson(path).catch(() => undefined);
  const read = Declaration.safeParse({
    format: "xb-declaration/1",
    qualifications: [],
    ...(given as object | undefined),
  });
  if (given === undefined || !read.success) {
    const [issue] = read.error?.issues ?? [];
    return {
      problems: [
        `${path} 不是符合规定的声明文件（${issue?.path.join(".") || "JSON"}）。请按 public/specs/declaration.md 改正。`,
      ],
    };
  }
  const stated = new Set(read.data.qualifications.map(({ speciality }) => speciality));
  const open = (content.levels ?? []).filter(({ speciality }) => !stated.has(speciality));
  if (open.length)
    return { problems: open.map(({ speciality }) => `声明文件没有写明“${speciality}”的资质等级（qualifications）。`) };
  return { part: encodeDeclaration(read.data), problems: [] };
}
