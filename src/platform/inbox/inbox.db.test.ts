import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inContext } from "@/kit/db/context";
import { mailLetter } from "@/server/worker/mail";
import { asPerson } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { writeLetters } from "./letters";
import { preferencesOf, setPreferences } from "./preferences";
import { deliveryText, recipientsOf } from "./rules";
import { letters } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const jia = () => t.stage.person("jia");
const service = () => ({ siteId: t.stage.app.site.id, role: "platform" });

async function letter(kind: string, subject: string): Promise<string> {
  const now = new Date("2026-03-02T01:00:00Z");
  await inContext(t.stage.worker.db, service(), (tx) =>
    writeLetters(tx, service().siteId, now, [{ orgId: jia().orgId, kind, subject, body: "正文" }]),
  );
  return (await shown(subject))!.id;
}
const shown = async (subject: string) =>
  (await asPerson(t.stage, jia(), (tx) => tx.select().from(letters).where(eq(letters.subject, subject))))[0];
const mail = (id: string, smtpUrl = t.outside.smtp) =>
  mailLetter(t.stage.worker, id, { smtpUrl, smsUrl: undefined } as never);
const mailbox = async (to: string) => {
  const { messages } = (await (await fetch(`${t.outside.mail}/messages?to=${to}`)).json()) as {
    messages: { subject: string }[];
  };
  return messages.map(({ subject }) => subject);
};

test("a letter of legal weight goes to the registered address and the copies, whatever its organisation prefers", async () => {
  const { copies, quiet } = { copies: ["boss@example.test", "jia@example.test"], quiet: true };
  await t.stage.act(jia(), setPreferences, { copies, quiet });
  const id = await letter("award", "中标通知书");
  await mail(id);
  expect(await mailbox("jia@example.test")).toContain("中标通知书");
  expect(await mailbox("boss@example.test")).toContain("中标通知书");
  const { mailState, mailedAt } = (await shown("中标通知书"))!;
  expect([mailState, mailedAt !== null]).toEqual(["sent", true]);
});

test("a reminder stays in the platform for who wants it so, and the letter says that it did", async () => {
  const id = await letter("certificate-expiry", "证书即将到期");
  await mail(id);
  expect(await mailbox("jia@example.test")).not.toContain("证书即将到期");
  expect((await shown("证书即将到期"))!.mailState).toBe("off");
});

test("a mail server that is away is told to the reader, and the mail goes out when it is back", async () => {
  const id = await letter("clarification", "第 1 号澄清");
  await expect(mail(id, "smtp://127.0.0.1:1")).rejects.toThrow();
  expect((await shown("第 1 号澄清"))!.mailState).toBe("failed");
  await mail(id);
  expect((await shown("第 1 号澄清"))!.mailState).toBe("sent");
});

test("wrong addresses are refused by name, others' preferences do not exist", async () => {
  expect(await codeOf(t.stage.act(jia(), setPreferences, { copies: ["不是邮箱"], quiet: false }))).toBe(
    "general.invalid_input",
  );
  const six = Array.from({ length: 6 }, (_, n) => `a${n}@example.test`);
  expect(await codeOf(t.stage.act(jia(), setPreferences, { copies: six, quiet: false }))).toBe("general.invalid_input");
  const seen = await asPerson(t.stage, t.stage.person("yi"), (tx) => preferencesOf(tx, jia().orgId));
  expect(seen).toEqual({ copies: [], quiet: false });
});

test("nobody gets a mail twice, and the ways of a letter are told in words", () => {
  expect(recipientsOf("a@x.cn", ["b@x.cn", "a@x.cn"])).toEqual(["a@x.cn", "b@x.cn"]);
  expect(recipientsOf("", [])).toEqual([]);
  expect(deliveryText({ mailState: "failed", phoneState: "none" })).toBe("站内信已送达 · 邮件未送达，正在重试");
});
