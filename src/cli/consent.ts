import { writeFile } from "node:fs/promises";
import { ConsentRefused, consentFile, readRequest, signConsent } from "@/lifecycle/bidding/consortium/consent";
import { JOINT_LIABILITY, partyLine } from "@/lifecycle/bidding/consortium/part";
import { bidderCommand, type Call, NotHeld, type Told, WrongCall } from "./bid/call";
import { givenFile } from "./bid/consortium-check";
import { KEY_OPTIONS, KEY_USAGE, openKey } from "./bid/key";

const USAGE = `xinbiao consent request.json ${KEY_USAGE} --out consent.json [--agreement-out 联合体协议.pdf] [--json]
      xinbiao consent request.json --agreement-out 联合体协议.pdf          只取出协议核对，不签署`;
const OWN_EYES = 0o600;

async function consent(call: Call): Promise<Told> {
  if (!call.file) throw new WrongCall("请给出牵头人发来的签署请求。");
  const [out, agreementOut] = [call.maybe("out"), call.maybe("agreement-out")];
  if (!out && !agreementOut) throw new WrongCall("缺少 --out 或 --agreement-out。");
  try {
    const { terms, agreement } = readRequest(await givenFile(call.file));
    const content = [
      `招标项目 ${terms.tender}，标段 ${terms.lot}，联合体协议校验值 ${terms.agreement}`,
      JOINT_LIABILITY,
      ...terms.parties.map((party, i) => `${i === 0 ? "牵头人" : "成员"}　${partyLine(party)}`),
    ];
    for (const line of content) call.say(line);
    if (agreementOut) await writeFile(agreementOut, agreement, { mode: OWN_EYES, flag: "wx" });
    const data = {
      lot: terms.lot,
      agreement: terms.agreement,
      ...(agreementOut ? { agreementFile: agreementOut } : {}),
    };
    if (!out) return { lines: [`联合体协议写入 ${agreementOut}，没有签署。`], data };
    const { signer } = await openKey(call);
    const statement = await signConsent(terms, signer);
    await writeFile(out, consentFile(statement), { mode: OWN_EYES, flag: "wx" });
    return { lines: [`已签署，签署文件写入 ${out}。请交给牵头人。`], data: { consent: out, ...data } };
  } catch (error) {
    if (error instanceof ConsentRefused) throw new NotHeld(error.message, "cli.consent");
    throw error;
  }
}

/** `xinbiao consent`: a member of a consortium signs what its leader gave it, offline. */
export const run = bidderCommand({
  usage: USAGE,
  options: { ...KEY_OPTIONS, out: { type: "string" }, "agreement-out": { type: "string" } },
  work: consent,
});
