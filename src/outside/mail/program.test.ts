import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import nodemailer from "nodemailer";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Served, serve } from "../http";
import { readMail } from "./message";
import { type Delivered, type MailProgram, mail } from "./program";

const folder = mkdtempSync(join(tmpdir(), "xb-mail-"));
const clock = { now: async () => new Date("2026-05-18T00:00:00Z"), close: async () => {} };
let program: MailProgram;
let served: Served;
let smtpPort: number;

beforeAll(async () => {
  program = mail({ folder, clock, faults: { mode: "none", slowMs: 30 } });
  smtpPort = await program.listenSmtp(0);
  served = await serve(program.program, 0);
});
afterAll(async () => {
  await served.close();
  await program.close();
});
const fault = (mode: string) => fetch(`${served.url}/faults`, { method: "PUT", body: JSON.stringify({ mode }) });
beforeEach(() => fault("none"));

const send = (to: string, text = "您投标的标段已发出澄清，请查看。") =>
  nodemailer
    .createTransport({
      host: "127.0.0.1",
      port: smtpPort,
      ignoreTLS: true,
      connectionTimeout: 2_000,
      greetingTimeout: 2_000,
      socketTimeout: 2_000,
    })
    .sendMail({
      from: '"信标(演示)" <no-reply@example.com>',
      to,
      subject: "澄清通知：人民医院门诊楼（演示）",
      text,
      html: "<p>网页</p>",
    });
const received = async (to: string) => {
  const answer = await fetch(`${served.url}/messages?to=${encodeURIComponent(to)}`);
  return ((await answer.json()) as { messages: Delivered[] }).messages;
};
const sms = (to: string) =>
  fetch(`${served.url}/sms`, { method: "POST", body: JSON.stringify({ to, text: "验证码 123456" }) });

test("a mail in Chinese arrives readable, for every recipient", async () => {
  await send("a@example.com, b@example.com");
  const [letter] = await received("b@example.com");
  expect(letter).toMatchObject({
    channel: "mail",
    to: ["a@example.com", "b@example.com"],
    subject: "澄清通知：人民医院门诊楼（演示）",
    text: "您投标的标段已发出澄清，请查看。",
    at: "2026-05-18T00:00:00.000Z",
  });
  expect(letter?.from).toContain("信标(演示)");
  expect(await received("c@example.com")).toEqual([]);
  expect(await (await fetch(served.url)).text()).toContain("澄清通知：人民医院门诊楼（演示）");
});

test("a short message arrives, a wrong number is refused", async () => {
  expect((await sms("13800000001")).status).toBe(200);
  expect(await received("13800000001")).toMatchObject([{ channel: "sms", text: "验证码 123456" }]);
  expect((await sms("abc")).status).toBe(400);
});

test("faults on both ways: down, wrong, answer-lost keeps the mail", async () => {
  await fault("down");
  await expect(send("down@example.com")).rejects.toThrow();
  await expect(sms("13800000002")).rejects.toThrow();
  await fault("wrong");
  await expect(send("wrong@example.com")).rejects.toMatchObject({ responseCode: 550 });
  expect((await sms("13800000002")).status).toBe(502);
  await fault("answer-lost");
  await expect(send("lost@example.com")).rejects.toThrow();
  await fault("none");
  expect(await received("down@example.com")).toEqual([]);
  expect(await received("wrong@example.com")).toEqual([]);
  expect(await received("lost@example.com")).toHaveLength(1);
  expect(await received("13800000002")).toEqual([]);
});

test("quoted-printable and folded encoded words are read", () => {
  const raw =
    "Subject: =?UTF-8?Q?=E5=BC=80=E6=A0=87?=\r\n =?UTF-8?B?6YCa55+l?=\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=E5=BC=80=\r\n=E6=A0=87\r\n";
  expect(readMail(raw)).toMatchObject({ subject: "开标通知", text: "开标" });
});
