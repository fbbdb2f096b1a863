import { type GuaranteeNeeds, guaranteeFaults } from "./faults";
import { type Guarantee, readSecurity } from "./part";

/** The security of a bid as its package says, with what does not hold of it: machine evidence, never a reason to leave it unopened. */
export interface OpenedSecurity {
  readonly guarantee?: Guarantee;
  readonly findings: readonly string[];
}

/** @param files - hashes of what the package holds: the guarantee itself is one of them. */
export function openSecurity(
  bytes: Uint8Array,
  needs: GuaranteeNeeds,
  files: readonly { readonly sha256: string }[],
): OpenedSecurity {
  const part = readSecurity(bytes);
  if (part.kind === "plain") return { findings: [] };
  if (part.kind === "unreadable") return { findings: ["投标文件中的保证金资料无法读取，请依招标文件认定。"] };
  const { guarantee } = part;
  const findings = guaranteeFaults(guarantee, needs).map(({ finding }) => finding);
  const isThere = files.some(({ sha256 }) => sha256 === guarantee.sha256);
  return { guarantee, findings: isThere ? findings : [...findings, "投标文件中没有所填保函的文件。"] };
}
