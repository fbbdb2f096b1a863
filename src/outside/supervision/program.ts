import { randomBytes } from "node:crypto";
import { z } from "zod";
import { fromBase64url } from "@/core/bytes";
import { type CmsSigner, verifyDetached } from "@/crypto/cms";
import { payloadOf, type Statement, signStatement, statementHash } from "@/crypto/statement";
import type { OutsideClock } from "../clock";
import { type Faults, noFaults } from "../faults";
import { Declined, json, type Program } from "../http";
import { openJournal } from "../journal";
import { beijing, escapeHtml, table } from "../page";
import { AUTHORITY } from "./authority";

const TYPES = {
  SUSPEND: "中止",
  RESUME: "恢复",
  EXTEND: "延长投标截止时间",
  NOTICE: "通知",
  REMIND: "督促",
  PROVIDE: "调取资料",
  REEVALUATE: "责令重新评标",
  REPLACE_MEMBER: "更换评标委员会成员",
  INVALIDATE: "认定无效",
} as const;
type Type = keyof typeof TYPES;

const Order = z.object({
  type: z.enum(Object.keys(TYPES) as [Type, ...Type[]]),
  lot: z.string().trim().length(23, "标段编号须为 23 位"),
  ground: z.string().trim().min(1, "依据必填").max(200),
  text: z.string().trim().min(1, "内容必填").max(2000),
  until: z.iso.datetime().optional(),
  member: z.string().trim().min(1).max(30).optional(),
  classes: z.array(z.string()).min(1).max(10).optional(),
  no: z.string().trim().min(1).max(60).optional(),
});

/** One instruction: what was signed, and every answer to it. */
interface Sent {
  readonly no: string;
  readonly statement: Statement;
  readonly at: string;
}
interface Answered {
  readonly no: string;
  readonly state: string;
  readonly text: string;
  readonly receivedAt?: string;
  readonly ack?: Statement;
}
type Entry = { readonly sent: Sent } | { readonly answered: Answered };

const ANSWER_TIMEOUT_MS = 20_000;

/** The supervision system (行政监督平台) of one body: signs instructions, sends them to the trading platform, keeps its answers. */
export function supervision(options: {
  folder: string;
  clock: OutsideClock;
  signer: CmsSigner & { readonly pem: string };
  /** Address of the trading platform, `http://localhost:3000`. */
  platformUrl: string;
  faults?: Faults;
}): Program {
  const { folder, clock, signer, platformUrl, faults = noFaults() } = options;
  const journal = openJournal<Entry>(folder, "instructions");
  const sent = () => journal.entries.flatMap((entry) => ("sent" in entry ? [entry.sent] : []));
  const answerTo = (no: string): Answered | undefined =>
    journal.entries
      .flatMap((entry) => ("answered" in entry && entry.answered.no === no ? [entry.answered] : []))
      .at(-1);

  /** Asked again with the same statement the platform gives the same answer: a lost one is fetched that way. */
  async function send({ no, statement }: Sent): Promise<Answered> {
    const answered = await fetch(`${platformUrl}/receive/instructions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ statement }),
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    }).then(
      async (answer): Promise<Answered> => {
        const body = (await answer.json().catch(() => ({}))) as { ack?: Statement; error?: { message?: string } };
        if (!answer.ok || !body.ack)
          return { no, state: "unknown", text: body.error?.message ?? `平台答复 ${answer.status}` };
        return readAck(no, statement, body.ack);
      },
      (error: unknown) => ({ no, state: "unknown", text: `没有答复：${String(error).slice(0, 100)}` }),
    );
    journal.append({ answered });
    return answered;
  }

  const program: Program = {
    title: `${AUTHORITY.name}监督平台`,
    purpose:
      "代表行政监督部门：签发监督指令（中止、恢复、延期、通知、督促、调取资料、重新评标、更换成员、认定无效），接收交易平台签名的执行回执。",
    faults,
    routes: [
      ["GET", "/v1/authority", () => json({ ...AUTHORITY, certificate: signer.pem })],
      [
        "GET",
        "/v1/instructions",
        () => json({ instructions: sent().map((one) => ({ ...one, answer: answerTo(one.no) })) }),
      ],
      [
        "POST",
        "/v1/instructions",
        async (ask) => {
          const given = Order.safeParse(await ask.json());
          if (!given.success) throw new Declined(400, "invalid", given.error.issues[0]?.message ?? "内容不正确");
          const { no: wanted, until, ...order } = given.data;
          const no = wanted ?? `清发改监〔2026〕演示 ${sent().length + 1} 号`;
          if (sent().some((one) => one.no === no)) throw new Declined(409, "number", "文号已经用过");
          const now = await clock.now(0);
          const payload = {
            format: "xinbiao-instruction/1",
            ...order,
            no,
            authority: AUTHORITY.creditCode,
            jurisdiction: AUTHORITY.jurisdiction,
            ...(until ? { until } : {}),
            issuedAt: now.toISOString(),
            nonce: randomBytes(16).toString("hex"),
          };
          const statement = await signStatement(payload, signer, { signingTime: now });
          // A forged one: a whole signature, of something else.
          const signed =
            ask.mode === "wrong"
              ? { ...statement, cms: (await signStatement({ ...payload, text: "其他内容" }, signer)).cms }
              : statement;
          const one = { no, statement: signed, at: now.toISOString() };
          journal.append({ sent: one });
          return json(await send(one));
        },
      ],
      [
        "POST",
        "/v1/instructions/:no/again",
        async (ask) => {
          const one = sent().find(({ no }) => no === ask.params.no);
          if (!one) throw new Declined(404, "not_found", "没有这份指令");
          return json(await send(one));
        },
      ],
    ],
    page: () => pageOf(sent(), answerTo),
  };
  return program;
}

/** The acknowledgement must be signed, and speak of this instruction. */
async function readAck(no: string, statement: Statement, ack: Statement): Promise<Answered> {
  const { bytes, value } = payloadOf(ack);
  const verdict = await verifyDetached(fromBase64url(ack.cms), bytes);
  if (!verdict.ok || value.instruction !== statementHash(statement))
    return { no, state: "unknown", text: "平台的回执签名不成立或不是对本指令的", ack };
  const text = (name: string) => (typeof value[name] === "string" ? value[name] : "");
  return { no, state: text("state"), text: text("text"), receivedAt: text("receivedAt"), ack };
}

const STATES: Readonly<Record<string, string>> = { executed: "已执行", refused: "未执行", unknown: "结果不明" };

function pageOf(all: readonly Sent[], answerTo: (no: string) => Answered | undefined): string {
  const options = Object.entries(TYPES).map(([type, name]) => `<option value="${type}">${name}</option>`);
  const form = `<h2>签发指令</h2><form onsubmit="event.preventDefault();const d=Object.fromEntries(new FormData(this));if(!d.member)delete d.member;if(d.classes)d.classes=d.classes.split(',').map(c=>c.trim());else delete d.classes;if(d.until)d.until=new Date(d.until+':00+08:00').toISOString();else delete d.until;fetch('/v1/instructions',{method:'POST',body:JSON.stringify(d)}).then(async r=>{const a=await r.json();alert(a.text);location.reload()})">
<p><label>类型 <select name="type">${options.join("")}</select></label></p>
<p><label>标段编号 <input name="lot" size="30" maxlength="23" required></label></p>
<p><label>依据 <input name="ground" size="60" value="招标投标法实施条例第六十二条" required></label></p>
<p><label>内容 <input name="text" size="60" required></label></p>
<p><label>新的投标截止时间（延期时填写，北京时间） <input name="until" type="datetime-local"></label></p>
<p><label>要更换的评委编号（更换成员时填写） <input name="member" size="20" maxlength="30"></label></p>
<p><label>调取的资料（调取资料时填写，逗号分隔：NOTICE、DOCUMENT、OPENING、REPORT、AWARD、TRAIL） <input name="classes" size="40"></label></p>
<p><button>签名并发送</button></p></form>`;
  const rows = [...all].reverse().map(({ no, statement, at }) => {
    const answer = answerTo(no);
    const { type, lot } = payloadOf(statement).value as { type: Type; lot: string };
    const again = `<button onclick="fetch('/v1/instructions/'+encodeURIComponent(this.dataset.no)+'/again',{method:'POST'}).then(()=>location.reload())" data-no="${escapeHtml(no)}">再次发送</button>`;
    return [
      no,
      TYPES[type],
      lot,
      beijing(at),
      `${STATES[answer?.state ?? "unknown"]}：${answer?.text ?? ""}`,
      { html: answer?.state === "executed" ? "" : again },
    ];
  });
  return `${form}<h2>已签发</h2>${table(["文号", "类型", "标段", "签发时间", "平台回执", ""], rows, "还没有签发过指令。")}`;
}
